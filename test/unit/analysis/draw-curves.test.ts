import { describe, expect, test } from '@jest/globals';
import { drawCurves } from '../../../src/analysis/draw-curves.ts';
import { MixtureFitter } from '../../../src/analysis/fit-mixture.ts';
import { dataOf, NO_SHIFT, OPTICS, stateOf } from './simulated-mixture.ts';

const phases = [
  { phaseId: 'NiO_225', state: stateOf('NiO_225', { scale: 100 }) },
  { phaseId: 'ZnO_186', state: stateOf('ZnO_186', { scale: 60 }) },
];
const data = dataOf({ phases, liveS: 4, seed: 6 });
const fit = new MixtureFitter(data).linearFit({ phases, optics: OPTICS, shift: NO_SHIFT });
const curves = drawCurves(data, fit, new Set(['NiO_225', 'ZnO_186']));

describe('drawCurves', () => {
  test('rates are counts over live time, and the parts add up to the model', () => {
    curves.observedCps.forEach((rate, i) => {
      expect(rate).toBeCloseTo(data.counts[i]! / 4, 9);
      expect(curves.backgroundCps[i]! + curves.phases.reduce((sum, { cps }) => sum + cps[i]!, 0)).toBeCloseTo(curves.modelCps[i]!, 6);
    });
  });

  test('a phase that is not shown has no curve but stays in the model', () => {
    const fewer = drawCurves(data, fit, new Set(['ZnO_186']));
    expect(fewer.phases.map(({ phaseId }) => phaseId)).toEqual(['ZnO_186']);
    expect(fewer.modelCps).toEqual(curves.modelCps);
  });

  test('ticks stand within the data, at the tops of their phase', () => {
    for (const { ticksDeg, tickHeights, cps } of curves.phases) {
      expect(ticksDeg.length).toBe(tickHeights.length);
      expect(ticksDeg.length).toBeGreaterThan(2);
      for (const tick of ticksDeg) {
        expect(tick).toBeGreaterThanOrEqual(15);
        expect(tick).toBeLessThanOrEqual(70);
      }
      const top = curves.twoThetaDeg[cps.indexOf(Math.max(...cps))]!;
      expect(Math.min(...ticksDeg.map((tick) => Math.abs(tick - top)))).toBeLessThan(0.06);
    }
  });

  test('the residual of a right model scatters by about its own error', () => {
    const squares = curves.residualSigma.reduce((sum, value) => sum + value * value, 0) / curves.residualSigma.length;
    expect(squares).toBeGreaterThan(0.6);
    expect(squares).toBeLessThan(1.3);
  });
});
