import { expect, test } from '@jest/globals';
import { MixtureFitter } from '../../../src/analysis/fit-mixture.ts';
import { refineTexture } from '../../../src/analysis/refine-texture.ts';
import type { Texture } from '../../../src/diffraction/texture.ts';
import { dataOf, NO_SHIFT, OPTICS, stateOf } from './simulated-mixture.ts';

function refined(texture: Texture | null) {
  const phases = [
    { phaseId: 'ZnO_186', state: stateOf('ZnO_186', { scale: 300, texture }) },
    { phaseId: 'NiO_225', state: stateOf('NiO_225', { scale: 150 }) },
  ];
  const data = dataOf({ phases, seed: 8, toDeg: 100 });
  const plain = phases.map(({ phaseId, state }) => ({ phaseId, state: { ...state, texture: null } }));
  const fitter = new MixtureFitter(data);
  const start = fitter.linearFit({ phases: plain, optics: OPTICS, shift: NO_SHIFT });
  return { start, fit: refineTexture(fitter, start) };
}

test('plates that lie flat are found, with their axis and how flat they lie', () => {
  const { start, fit } = refined({ h: 0, k: 0, l: 1, r: 0.7 });
  const [zincite, bunsenite] = fit.phases.map(({ state }) => state.texture);
  expect(zincite).toMatchObject({ h: 0, k: 0, l: 1 });
  expect(Math.abs(zincite!.r - 0.7)).toBeLessThan(0.03);
  expect(bunsenite).toBeNull();
  expect(fit.objective).toBeLessThan(start.objective - 100);
});

test('a powder without texture stays without', () => {
  const { start, fit } = refined(null);
  expect(fit).toBe(start);
});
