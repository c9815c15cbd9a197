import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { networkIdentifier } from '../../../models/network-identifier.ts';
import { nnlsIdentifier } from '../../../models/nnls-identifier.ts';
import { loadReferences } from '../../../models/references/load-references.ts';
import { restrictReferences } from '../../../models/restrict-references.ts';
import { subtractIdentifier } from '../../../models/subtract-identifier.ts';
import type { Voter } from '../../../models/voter.ts';
import { claimed } from '../../../src/domain/identification.ts';
import type { Pattern } from '../../../src/domain/pattern.ts';
import { patternOf, stateOf } from '../analysis/simulated-mixture.ts';

const NAMES = ['CaF2_225', 'MgO_225', 'NiO_225', 'ZnO_186'];
const references = loadReferences('solid-state-precursors').filter(({ phaseId }) => NAMES.includes(phaseId));
const known = references.map(({ phaseId }) => phaseId);

/** Strongest lines with Cu K-alpha1, PDF 35-0816, 45-0946, 47-1049 and 36-1451. */
const STRONGEST: Readonly<Record<string, number>> = { CaF2_225: 47.0, MgO_225: 42.92, NiO_225: 43.28, ZnO_186: 36.25 };

/** Believes in a phase by how high its strongest line stands over the background, relative to the highest point. */
function lineVoter(seen: Pattern[] = []): Voter & { readonly closings: () => number } {
  let closings = 0;
  const votes = async (pattern: Pattern) => {
    seen.push(pattern);
    const base = Math.min(...pattern.counts);
    const top = Math.max(...pattern.counts) - base;
    const heightAt = (deg: number) => Math.max(...pattern.counts.filter((_, i) => Math.abs(pattern.twoThetaDeg[i]! - deg) < 0.15)) - base;
    const probability = Float64Array.from(known, (phaseId) => heightAt(STRONGEST[phaseId]!) / top);
    return { phaseIds: known, probability, spread: probability.map(() => 0.1), reconstruction: null };
  };
  return { votes, maps: async () => [], close: async () => void closings++, closings: () => closings };
}

const parts = (voter: Voter) => ({ modelId: 'm', modelSha256: 'a'.repeat(64), references, voter, threshold: 0.5, nowMs: () => 0 });
const phase = (phaseId: string, scale: number) => ({ phaseId, state: stateOf(phaseId, { scale }) });
const pattern = patternOf({ phases: [phase('NiO_225', 900), phase('CaF2_225', 300)], backgroundCps: 10 });

describe('the network alone', () => {
  test('answers what the ensemble says, without fractions', async () => {
    const identifier = networkIdentifier(parts(lineVoter()));
    const answer = await identifier.identify(pattern);
    expect(claimed(answer).map(({ phaseId }) => phaseId)).toEqual(['NiO_225']);
    expect(answer.candidates.map(({ weightFraction }) => weightFraction)).toEqual([null, null, null, null]);
    expect(answer.candidates[0]).toMatchObject({ networkProbability: answer.candidates[0]!.probability, spread: 0.1 });
    const product = answer.candidates.reduce((all, { probability: p }) => all * (p >= 0.5 ? p : 1 - p), 1);
    expect(answer.setProbability).toBeCloseTo(product, 12);
    expect(answer.verdict).toBe('ambiguous');
  });

  test('does not name a phase that is left out, and is closed once', async () => {
    const voter = lineVoter();
    const identifier = networkIdentifier(parts(voter));
    const less = identifier.without!(['NiO_225']);
    const answer = await less.identify(pattern);
    expect(answer.candidates.map(({ phaseId }) => phaseId)).not.toContain('NiO_225');
    expect(answer.verdict).toBe('noSignal');
    await less.close();
    expect(voter.closings()).toBe(0);
    await identifier.close();
    expect(voter.closings()).toBe(1);
  });
});

describe('subtract and repeat', () => {
  test('finds the weaker phase once the stronger one is taken out', async () => {
    const seen: Pattern[] = [];
    const answer = await subtractIdentifier(parts(lineVoter(seen))).identify(pattern);
    expect(claimed(answer).map(({ phaseId }) => phaseId)).toEqual(['NiO_225', 'CaF2_225']);
    expect(seen.length).toBeGreaterThanOrEqual(2);
    const at = (deg: number, { counts, twoThetaDeg }: Pattern) => counts[twoThetaDeg.findIndex((angle) => angle >= deg)]!;
    expect(at(43.28, seen[1]!)).toBeLessThan(0.35 * at(43.28, seen[0]!));
    expect(answer.novelty.isNovel).toBe(false);
  });

  test('says novel where a quarter of the pattern is left', async () => {
    const strange = patternOf({ phases: [phase('ZnO_186', 900)], planted: [{ atDeg: 25, cps: 500 }], backgroundCps: 10 });
    const answer = await subtractIdentifier(parts(lineVoter())).identify(strange);
    expect(answer).toMatchObject({ verdict: 'novel', novelty: { isNovel: true } });
    expect(answer.unexplained.fraction).toBeGreaterThan(0.05);
  });

  test('an empty pattern is asked about once or never, and answered with nothing', async () => {
    const bare = patternOf({ phases: [], backgroundCps: 10 });
    const answer = await subtractIdentifier(parts(lineVoter())).identify(bare);
    expect(answer.verdict).toBe('noSignal');
    expect(answer.setProbability).toBe(0);
  });
});

describe('least squares over all references', () => {
  test('does not name a phase that is left out', async () => {
    const identifier = nnlsIdentifier(references, () => 0);
    const less = identifier.without!(['NiO_225']);
    expect(claimed(await identifier.identify(pattern)).map(({ phaseId }) => phaseId)).toContain('NiO_225');
    expect((await less.identify(pattern)).candidates.map(({ phaseId }) => phaseId)).not.toContain('NiO_225');
    expect(less.phaseIds).toHaveLength(3);
    expect(less.modelSha256).not.toBe(identifier.modelSha256);
  });

  test('a structure of the user that takes the place of a reference makes another model of it', () => {
    const text = readFileSync(new URL('../../../models/references/solid-state-precursors/CaF2_225.cif', import.meta.url), 'utf8');
    const wider = text.replace(/(_cell_length_[abc]\s+)5\.\d+/g, '$15.6');
    expect(wider).not.toBe(text);
    const nothing = { elements: null, required: [], expected: [], holder: null, internalStandard: null };
    const withCif = (cif: string) => restrictReferences(references, { ...nothing, cifs: [{ file: 'mine.cif', text: cif }] });
    const hashes = [references, withCif(text).references, withCif(wider).references].map((all) => nnlsIdentifier(all, () => 0).modelSha256);
    expect(withCif(wider).replacedPhaseIds).toEqual(['CaF2_225']);
    expect(new Set(hashes).size).toBe(3);
  });
});
