import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkModel } from '../../../models/check-model.ts';
import { type Ensemble, openEnsemble } from '../../../models/onnx-ensemble.ts';
import { bundleDir, bundleNames } from '../../../models/registry.ts';
import { EwaldError } from '../../../src/domain/errors.ts';
import type { Pattern } from '../../../src/domain/pattern.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const TINY = join(FIXTURES, 'tiny-bundle');

const angles = Float64Array.from({ length: 64 }, (_, i) => 10 + 0.04 * i);
const pattern: Pattern = {
  patternId: 'p',
  scanIds: [],
  unit: 'counts',
  radiation: { anode: 'Cu', lines: [{ wavelengthA: 1.540598, weight: 1 }] },
  twoThetaDeg: angles,
  counts: angles.map((_, i) => 20 + 500 * Math.exp(-(((i - 30) / 3) ** 2))),
  liveS: new Float64Array(64).fill(1),
};

async function failure(work: Promise<unknown>): Promise<EwaldError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EwaldError);
  return error as EwaldError;
}

describe('an open ensemble', () => {
  let ensemble: Ensemble;
  beforeEach(async () => {
    ensemble = await openEnsemble(TINY);
  });
  afterEach(() => ensemble.close());

  test('gives every member a vote on every phase', async () => {
    const vote = await ensemble.votes(pattern);
    expect(vote.phaseIds).toEqual(['MgO_225', 'CaO_225', 'Al2O3_167']);
    expect(vote.memberLogits).toHaveLength(3);
    for (const p of vote.probability) expect(p > 0 && p < 1).toBe(true);
    expect(Math.max(...vote.spread)).toBeGreaterThan(1e-3);
  });

  test('a pattern in a batch is answered as it is alone, requests in any order', async () => {
    const a = Float32Array.from({ length: 192 }, (_, i) => Math.cos(i) + 1.1);
    const b = Float32Array.from({ length: 192 }, (_, i) => Math.sin(i) + 1.1);
    const [both, onlyB, onlyA] = await Promise.all([ensemble.run(Float32Array.from([...a, ...b])), ensemble.run(b), ensemble.run(a)]);
    for (let i = 0; i < 9; i++) {
      expect(both.logits[i]).toBeCloseTo(onlyA.logits[i]!, 4);
      expect(both.logits[9 + i]).toBeCloseTo(onlyB.logits[i]!, 4);
    }
    expect(both.maps).toBeUndefined();
    expect(a).toHaveLength(192);
  });

  test('logits are a constant plus the sum of their map, and cells without data carry nothing', async () => {
    const shorter = {
      ...pattern,
      twoThetaDeg: angles.slice(0, 32),
      counts: pattern.counts.slice(0, 32),
      liveS: pattern.liveS.slice(0, 32),
    };
    const constants: number[][] = [];
    for (const one of [pattern, shorter]) {
      const vote = await ensemble.votes(one);
      const maps = await ensemble.maps(one, ['CaO_225']);
      expect(maps).toHaveLength(3);
      constants.push(
        maps.map(({ weight }, m) => vote.memberLogits[m]![1]! * ensemble.manifest.temperature - weight.reduce((s, w) => s + w, 0)),
      );
      if (one === shorter) for (const { weight } of maps) expect([...weight.slice(2)]).toEqual([0, 0]);
    }
    for (let m = 0; m < 3; m++) expect(constants[0]![m]).toBeCloseTo(constants[1]![m]!, 4);
  });

  test('a wrong shape is refused and the ensemble goes on', async () => {
    expect((await failure(ensemble.run(new Float32Array(100)))).code).toBe('model');
    expect((await ensemble.run(new Float32Array(192))).logits).toHaveLength(9);
  });

  test('closing twice is allowed, a later run is refused', async () => {
    await ensemble.close();
    await ensemble.close();
    expect((await failure(ensemble.votes(pattern))).message).toMatch(/closed/);
  });
});

describe('a bundle', () => {
  let copy: string;
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'ewald-bundle-'));
    cpSync(TINY, copy, { recursive: true });
  });
  afterEach(() => rmSync(copy, { recursive: true }));

  const editManifest = (edit: (manifest: Record<string, unknown>) => void): void => {
    const path = join(copy, 'manifest.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    edit(manifest);
    writeFileSync(path, JSON.stringify(manifest));
  };

  test('is checked: outputs as stored, members that differ', async () => {
    const check = await checkModel(TINY);
    expect(check).toMatchObject({ modelId: 'tiny-1', selfTest: { ok: true, objection: null } });
    expect(check.selfTest.maxAbsError).toBeLessThan(1e-3);
  });

  test.each(['ensemble.onnx', 'self-test.bin'])('with a changed %s is refused', async (file) => {
    const bytes = readFileSync(join(copy, file));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(join(copy, file), bytes);
    const error = await failure(openEnsemble(copy));
    expect([error.code, error.message]).toEqual(['model', expect.stringContaining('SHA-256')]);
    expect(error.remedy).not.toBe('');
  });

  test.each(['ensemble.onnx', 'self-test.bin', 'manifest.json'])('without %s is refused by its name', async (file) => {
    rmSync(join(copy, file));
    expect((await failure(openEnsemble(copy))).subject).toContain(file);
  });

  test('with a field out of bounds is refused, naming it', async () => {
    editManifest((manifest) => {
      manifest['temperature'] = -1;
    });
    expect((await failure(openEnsemble(copy))).message).toContain('temperature');
  });

  test('whose outputs are not the stored ones is refused at the start', async () => {
    editManifest((manifest) => {
      const selfTest = manifest['selfTest'] as Record<string, unknown>;
      selfTest['scale'] = 4000;
    });
    expect((await failure(openEnsemble(copy))).message).toMatch(/self-test/);
    expect((await checkModel(copy)).selfTest.ok).toBe(false);
  });

  test('is found by folder name or model id', () => {
    expect(bundleNames(FIXTURES)).toEqual(['tiny-bundle']);
    expect(bundleDir('tiny-1', FIXTURES)).toBe(TINY);
    expect(() => bundleDir('no-such-model', FIXTURES)).toThrow(/no-such-model/);
  });
});
