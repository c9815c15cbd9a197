import { describe, expect, test } from '@jest/globals';
import { type SearchOptions, searchPhases } from '../../../src/analysis/search-phases.ts';
import { dataOf, LIBRARY, OPTICS, type Scene, stateOf } from './simulated-mixture.ts';

const options: SearchOptions = { maxPhases: 6, minGain: 12, width: 3, seeds: [], believed: [] };
const search = (scene: Scene, changes: Partial<SearchOptions> = {}) =>
  searchPhases(dataOf(scene), LIBRARY, OPTICS, { ...options, ...changes });
const setOf = (result: ReturnType<typeof search>) => result.best.phases.map(({ phaseId }) => phaseId).sort();

const mixture: Scene = {
  phases: [
    { phaseId: 'TiO2_136', state: stateOf('TiO2_136', { scale: 200, strain: [0.003, 0.003, -0.001, 0, 0, 0] }) },
    { phaseId: 'ZnO_186', state: stateOf('ZnO_186', { scale: 120, sizeNm: 25 }) },
    { phaseId: 'CaCO3_167', state: stateOf('CaCO3_167', { scale: 50 }) },
  ],
  shift: { zeroDeg: 0.01, displacementMm: 0.1 },
  seed: 11,
};

describe('a mixture of three', () => {
  const result = search(mixture);

  test('is found, with its heights and lattices', () => {
    expect(setOf(result)).toEqual(['CaCO3_167', 'TiO2_136', 'ZnO_186']);
    for (const { phaseId, state } of mixture.phases) {
      const found = result.best.phases.find((phase) => phase.phaseId === phaseId)!.state;
      // Widths and sizes trade against each other, and heights follow them.
      expect(Math.abs(found.scale / state.scale - 1)).toBeLessThan(0.25);
      found.strain.forEach((value, i) => {
        expect(Math.abs(value - state.strain[i]!)).toBeLessThan(2e-3);
      });
    }
  });

  test('its evidence covers the library once, and tells members from others', () => {
    expect(result.evidence.map(({ phaseId }) => phaseId).sort()).toEqual(LIBRARY.map(({ phaseId }) => phaseId).sort());
    for (const { inSet, gain, margin } of result.evidence) {
      if (inSet) expect(gain).toBeGreaterThan(100);
      else expect(gain).toBeLessThan(20);
      expect(margin).toBeLessThanOrEqual(gain);
    }
  });

  test('is found the same way again', () => {
    const again = search(mixture);
    expect(again.best.objective).toBe(result.best.objective);
    expect(again.evidence).toEqual(result.evidence);
  });
});

test('a rival with nearly the same lines is named as such', () => {
  const phases = [
    { phaseId: 'NiO_225', state: stateOf('NiO_225', { scale: 100 }) },
    { phaseId: 'CaF2_225', state: stateOf('CaF2_225', { scale: 100 }) },
  ];
  const result = search({ phases, seed: 2, toDeg: 50 });
  const nickel = result.evidence.find(({ phaseId }) => phaseId === 'NiO_225')!;
  expect(nickel.inSet).toBe(true);
  // Periclase has the lattice of bunsenite, 0.8 per cent larger.
  expect(nickel.rivalId).toBe('MgO_225');
  expect(nickel.margin).toBeLessThan(nickel.gain);
  const periclase = result.evidence.find(({ phaseId }) => phaseId === 'MgO_225')!;
  expect(periclase.rivalId).toBe('NiO_225');
  expect(periclase.exchangeLoss).toBeCloseTo(nickel.margin, 9);
  expect(nickel.exchangeLoss).toBe(0);
  // What looks like neither of the two costs nearly all that the cheaper of them won.
  const zinc = result.evidence.find(({ phaseId }) => phaseId === 'ZnO_186')!;
  const fluorite = result.evidence.find(({ phaseId }) => phaseId === 'CaF2_225')!;
  expect(zinc.exchangeLoss).toBeGreaterThan(2 * periclase.exchangeLoss);
  expect(zinc.exchangeLoss).toBeLessThanOrEqual(Math.min(nickel.gain, fluorite.gain));
});

test('background alone holds no phase', () => {
  const result = search({ phases: [], seed: 3 });
  expect(setOf(result)).toEqual([]);
  for (const { gain, exchangeLoss } of result.evidence) {
    expect(gain).toBeLessThan(12);
    expect(exchangeLoss).toBe(0);
  }
});

test('never more phases than allowed', () => {
  expect(search(mixture, { maxPhases: 1 }).best.phases).toHaveLength(1);
});

test('what is proposed from elsewhere is tried, and refused where it is not there', () => {
  const result = search({ ...mixture, phases: mixture.phases.slice(0, 1) }, { width: 1, seeds: ['SnO2_136', 'CuO_15'] });
  expect(setOf(result)).toEqual(['TiO2_136']);
});

test('of phases that X-rays cannot tell apart one is in the set, and the others neither rival it nor ask to be added', () => {
  const group = ['ZnO_186', 'CaF2_225'];
  const library = LIBRARY.map((phase) => (group.includes(phase.phaseId) ? { ...phase, groupPhaseIds: group } : phase));
  const phases = [
    { phaseId: 'ZnO_186', state: stateOf('ZnO_186', { scale: 200 }) },
    { phaseId: 'CaF2_225', state: stateOf('CaF2_225', { scale: 60 }) },
  ];
  const { best, evidence } = searchPhases(dataOf({ phases, seed: 3 }), library, OPTICS, options);
  expect(best.phases.map(({ phaseId }) => phaseId)).toContain('ZnO_186');
  expect(best.phases.map(({ phaseId }) => phaseId)).not.toContain('CaF2_225');
  expect(evidence.filter(({ isCovered }) => isCovered).map(({ phaseId }) => phaseId)).toEqual(['CaF2_225']);
  expect(evidence.find(({ phaseId }) => phaseId === 'ZnO_186')).toMatchObject({ groupPhaseIds: group, isCovered: false });
  expect(evidence.map(({ rivalId }) => rivalId)).not.toContain('CaF2_225');
});
