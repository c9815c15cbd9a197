import { describe, expect, test } from '@jest/globals';
import { MixtureFitter } from '../../../src/analysis/fit-mixture.ts';
import { PhaseProposer } from '../../../src/analysis/propose-phases.ts';
import { dataOf, LIBRARY, NO_SHIFT, OPTICS, type Scene, stateOf } from './simulated-mixture.ts';

function proposals(scene: Scene, known: readonly string[] = []) {
  const data = dataOf(scene);
  const phases = known.map((phaseId) => ({ phaseId, state: stateOf(phaseId) }));
  return new PhaseProposer(data, LIBRARY).propose(new MixtureFitter(data).linearFit({ phases, optics: OPTICS, shift: NO_SHIFT }));
}
const one = (phaseId: string, strain = 0): Scene => ({
  phases: [{ phaseId, state: stateOf(phaseId, { scale: 60, strain: [strain, strain, strain, 0, 0, 0] }) }],
  seed: 4,
});

describe('proposals', () => {
  test.each(LIBRARY.map(({ phaseId }) => phaseId))('%s alone is proposed first', (phaseId) => {
    expect(proposals(one(phaseId))[0]!.phaseId).toBe(phaseId);
  });

  test('a strained lattice is found at its strain', () => {
    for (const strain of [-0.01, -0.006, 0.006, 0.01]) {
      const best = proposals(one('CaF2_225', strain)).find(({ phaseId }) => phaseId === 'CaF2_225')!;
      expect(Math.abs(best.strain - strain)).toBeLessThanOrEqual(0.004);
      expect(best.gain).toBeGreaterThan(100);
    }
  });

  test('what the fit explains is proposed no more', () => {
    const scene = one('ZnO_186');
    const before = proposals(scene).find(({ phaseId }) => phaseId === 'ZnO_186')!;
    const after = proposals(scene, ['ZnO_186']).find(({ phaseId }) => phaseId === 'ZnO_186')!;
    expect(after.gain).toBeLessThan(0.02 * before.gain);
  });

  test('longer counting makes small scales visible', () => {
    const sigma = (liveS: number) =>
      proposals({ ...one('CuO_15'), liveS }, ['CuO_15']).find(({ phaseId }) => phaseId === 'SnO2_136')!.scaleSigma;
    expect(sigma(1) / sigma(4)).toBeGreaterThan(1.3);
    expect(sigma(1) / sigma(4)).toBeLessThan(2.1);
  });

  test('come best first, one for each phase of the library', () => {
    const all = proposals(one('TiO2_141'));
    expect(all).toHaveLength(LIBRARY.length);
    for (let i = 1; i < all.length; i++) expect(all[i]!.gain).toBeLessThanOrEqual(all[i - 1]!.gain);
  });
});
