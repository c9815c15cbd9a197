import { describe, expect, test } from '@jest/globals';
import { blindTo, holderSpacingsA, openHolder } from '../../../models/holder-lines.ts';
import { holderCif, holderNames } from '../../../models/holders/holder-names.ts';
import { libraryFor } from '../../../models/library.ts';
import { startingOptics } from '../../../models/mixture-identifier.ts';
import { openIdentifier } from '../../../models/open-identifier.ts';
import { withPriors } from '../../../models/told-knowledge.ts';
import type { Voter } from '../../../models/voter.ts';
import { computeReflections } from '../../../src/diffraction/reflections.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import { addPhaseRates, type PhaseState } from '../../../src/diffraction/simulate-pattern.ts';
import { structuresFromCifText } from '../../../src/diffraction/structure.ts';
import { claimed } from '../../../src/domain/identification.ts';
import type { Pattern } from '../../../src/domain/pattern.ts';
import type { SampleKnowledge } from '../../../src/domain/sample-knowledge.ts';
import { cuKa1 } from '../../support/scans.ts';

const nothing: SampleKnowledge = { cifs: [], elements: null, required: [], expected: [], holder: null, internalStandard: null };
const ANGLES_DEG = Float64Array.from({ length: 1501 }, (_, i) => 20 + 0.04 * i);

function stateOf(name: string, scale: number, more: Partial<PhaseState> = {}): PhaseState {
  const { text, file } = holderCif(name);
  const structure = structuresFromCifText(text, file);
  const reflections = computeReflections(structure, { wavelengthA: 1.5406, twoThetaMaxDeg: 110, anode: 'Cu' });
  const [{ state } = { state: null }] = libraryFor(
    [{ phaseId: 'x_1', role: 'member', title: '', citation: '', groupPhaseIds: [], structure }],
    cuKa1,
  );
  return { ...state!, reflections, scale, ...more };
}

function pattern(phases: readonly { readonly state: PhaseState; readonly displacementMm?: number }[]): Pattern {
  const rates = new Float64Array(ANGLES_DEG.length).fill(100);
  for (const { state, displacementMm = 0 } of phases)
    addPhaseRates(rates, ANGLES_DEG, state, startingOptics(cuKa1), { zeroDeg: 0, displacementMm });
  const random = seededRandom(11);
  const counts = rates.map((rate) => random.poisson(rate));
  const liveS = new Float64Array(counts.length).fill(1);
  return { patternId: 'p', scanIds: [], unit: 'counts', radiation: cuKa1, twoThetaDeg: ANGLES_DEG, counts, liveS };
}

/** So that the search has little to try. */
const few = { elements: ['Cu', 'Mg', 'Li', 'O'] };
const identify = async (what: Pattern, knowledge: Partial<SampleKnowledge>) => {
  const spec = { id: 'solid-state-precursors', method: 'search', knowledge: { ...nothing, ...knowledge } } as const;
  const identifier = await openIdentifier(spec, () => 0);
  return identifier.identify(what);
};

describe('withPriors', () => {
  const member = (phaseId: string, probability: number, margin: number | null) => ({
    phaseId,
    probability,
    claimed: probability >= 0.5 && margin !== null,
    rivalId: null,
    margin,
  });
  const logOdds = new Map([['ZrO2_14', Math.log(4)]]);

  test('multiplies the odds of the phase named and of no other', () => {
    const [one, other] = withPriors([member('ZrO2_14', 0.4, 3), member('CaO_225', 0.4, 3)], logOdds);
    // Odds 2:3 times 4.
    expect(one).toMatchObject({ probability: expect.closeTo(8 / 11, 12), claimed: true });
    expect(other).toMatchObject({ probability: 0.4, claimed: false });
  });

  test('never makes a phase that the search left out a claim, nor forbids one', () => {
    expect(withPriors([member('ZrO2_14', 0.45, null)], logOdds)[0]).toMatchObject({ probability: 0.49, claimed: false });
    const unlikely = new Map([['ZrO2_14', Math.log(0.01 / 0.99)]]);
    expect(withPriors([member('ZrO2_14', 0.9999, 3)], unlikely)[0]).toMatchObject({ claimed: true });
    expect(withPriors([member('ZrO2_14', 0, null)], logOdds)[0]!.probability).toBe(0);
  });
});

describe('the holder', () => {
  test.each([
    ['Al', [38.47, 44.72, 65.1, 78.23]],
    ['Cu', [43.32, 50.45, 74.13]],
    ['Fe', [44.67, 65.02]],
  ])('%s has its lines where the tables have them', (name, linesDeg) => {
    const spacings = holderSpacingsA(openHolder({ name, cif: null, linesDeg: [] }), { twoThetaDeg: ANGLES_DEG, radiation: cuKa1 });
    const anglesDeg = spacings.map((dA) => (360 / Math.PI) * Math.asin(1.5406 / 2 / dA));
    expect(anglesDeg).toHaveLength(linesDeg.length);
    for (const [i, deg] of anglesDeg.entries()) expect(deg).toBeCloseTo(linesDeg[i]!, 1);
  });

  test('lines given beside a metal count once; outside the pattern not at all', () => {
    const holder = openHolder({ name: 'Al', cif: null, linesDeg: [38.5, 51.2, 120] });
    expect(holderSpacingsA(holder, { twoThetaDeg: ANGLES_DEG, radiation: cuKa1 })).toHaveLength(5);
  });

  test('refuses what is no holder', () => {
    expect(() => openHolder({ name: 'wood', cif: null, linesDeg: [] })).toThrow("there is no holder 'wood'");
    expect(() => openHolder({ name: 'constructor', cif: null, linesDeg: [] })).toThrow(expect.objectContaining({ code: 'badInput' }));
    expect(() => openHolder({ name: null, cif: null, linesDeg: [190] })).toThrow('190 is no angle');
    expect(holderNames).toContain('Al');
  });

  test('its lines are hidden from the network', async () => {
    const seen: Pattern[] = [];
    const votes = { phaseIds: [], probability: new Float64Array(0), spread: new Float64Array(0), reconstruction: null };
    const voter: Voter = {
      votes: async (shown) => {
        seen.push(shown);
        return votes;
      },
      maps: async () => [],
      close: async () => undefined,
    };
    await blindTo(voter, openHolder({ name: null, cif: null, linesDeg: [38.47] })).votes(pattern([]));
    expect(seen[0]!.twoThetaDeg.some((deg) => Math.abs(deg - 38.47) < 0.3)).toBe(false);
    expect(seen[0]!.counts.length).toBeGreaterThan(ANGLES_DEG.length - 25);
  });

  test('its lines are neither claimed nor new, however textured and high it stands', async () => {
    // One line five times too strong, one nearly gone, a third of a millimetre below the sample.
    const texture = Float64Array.from({ length: stateOf('Al', 1).reflections.count }, (_, i) => [0.2, 5, 1, 0.5][i % 4]!);
    const what = pattern([{ state: stateOf('Al', 4000, { intensityFactors: texture, sizeNm: 150 }), displacementMm: -0.3 }]);
    const without = await identify(what, few);
    expect(without.novelty.isNovel || claimed(without).length > 0).toBe(true);
    const holder = { name: 'Al', cif: null, linesDeg: [] };
    const answer = await identify(what, { ...few, holder });
    expect(claimed(answer)).toEqual([]);
    expect(answer).toMatchObject({ verdict: 'noSignal', novelty: { isNovel: false } });
    expect(answer.told?.holderLinesDeg).toHaveLength(4);
    expect(answer.candidates.some(({ phaseId }) => phaseId.startsWith('holder'))).toBe(false);
  });
});

describe('a structure that a file brings', () => {
  const copper = pattern([{ state: stateOf('Cu', 3000) }]);

  test('is found, and the elements leave the others out', async () => {
    const answer = await identify(copper, { cifs: [holderCif('Cu')], elements: ['Cu', 'O'] });
    expect(claimed(answer).map(({ phaseId }) => phaseId)).toEqual(['Cu_225']);
    expect(answer.told).toMatchObject({ addedPhaseIds: ['Cu_225'], requiredMissing: [] });
    expect(answer.candidates.length + answer.told!.leftOutPhaseIds.length).toBeGreaterThan(50);
  });

  test('a required element that no claimed phase holds takes the certainty away', async () => {
    const answer = await identify(copper, { ...few, cifs: [holderCif('Cu')], required: ['O'] });
    expect(answer.told?.requiredMissing).toEqual(['O']);
    expect(answer.setProbability).toBeLessThanOrEqual(0.5);
    expect(answer.verdict).toBe('ambiguous');
  });
});
