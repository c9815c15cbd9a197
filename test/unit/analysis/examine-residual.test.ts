import { describe, expect, test } from '@jest/globals';
import { examineResidual } from '../../../src/analysis/examine-residual.ts';
import { MixtureFitter } from '../../../src/analysis/fit-mixture.ts';
import { relaxLines } from '../../../src/analysis/relax-lines.ts';
import { dataOf, NO_SHIFT, OPTICS, type Scene, stateOf } from './simulated-mixture.ts';

const phases = [{ phaseId: 'NiO_225', state: stateOf('NiO_225', { scale: 100 }) }];
function examine(scene: Scene, fitted: readonly string[] = ['NiO_225'], leastHeight = 0) {
  const data = dataOf(scene);
  const states = fitted.map((phaseId) => ({ phaseId, state: stateOf(phaseId) }));
  const fit = new MixtureFitter(data).linearFit({ phases: states, optics: OPTICS, shift: NO_SHIFT });
  return examineResidual(data, fit, relaxLines(data, fit), leastHeight);
}

describe('examineResidual', () => {
  test('finds nothing where the model is right', () => {
    for (const seed of [1, 2, 3]) {
      const { fraction, maxPeakSigma } = examine({ phases, seed });
      expect(maxPeakSigma).toBeLessThan(6);
      expect(fraction).toBeLessThan(0.1);
    }
  });

  test.each([21.3, 33, 55.5])('a planted peak at %p degrees is found there', (atDeg) => {
    const { maxPeakSigma, atDeg: foundDeg } = examine({ phases, seed: 5, planted: [{ atDeg, cps: 20 }] });
    expect(maxPeakSigma).toBeGreaterThan(8);
    expect(Math.abs(foundDeg! - atDeg)).toBeLessThan(0.08);
  });

  test('a peak lower than asked is passed over, however sure it is', () => {
    const scene = { phases, seed: 5, liveS: 4000, planted: [{ atDeg: 33, cps: 0.8 }] };
    expect(Math.abs(examine(scene).atDeg! - 33)).toBeLessThan(0.08);
    expect(examine(scene).maxPeakSigma).toBeGreaterThan(8);
    expect(examine(scene, ['NiO_225'], 0.01).maxPeakSigma).toBeLessThan(6);
    expect(examine(scene, ['NiO_225'], 0.004).maxPeakSigma).toBeGreaterThan(8);
  });

  test('the higher of two peaks is named, and more is left unexplained', () => {
    const lower = examine({ phases, seed: 6, planted: [{ atDeg: 33, cps: 20 }] });
    const both = examine({
      phases,
      seed: 6,
      planted: [
        { atDeg: 33, cps: 20 },
        { atDeg: 55.5, cps: 40 },
      ],
    });
    expect(both.atDeg).toBeCloseTo(55.5, 0);
    expect(both.maxPeakSigma).toBeGreaterThan(lower.maxPeakSigma);
    expect(both.fraction).toBeGreaterThan(lower.fraction);
  });

  test('an error of a fitted line is no peak of its own', () => {
    // Sharper lines than the fit draws leave bumps under each line.
    const sharper = [{ phaseId: 'NiO_225', state: stateOf('NiO_225', { scale: 100, sizeNm: 90 }) }];
    expect(examine({ phases: sharper, seed: 7 }).maxPeakSigma).toBeLessThan(8);
  });

  test('texture changes the lines of a phase but leaves no peak of its own', () => {
    const textured = [{ phaseId: 'NiO_225', state: stateOf('NiO_225', { scale: 100, texture: { h: 1, k: 1, l: 1, r: 0.75 } }) }];
    expect(examine({ phases: textured, seed: 9, liveS: 100 }).maxPeakSigma).toBeLessThan(6);
  });

  test('without the phase its strongest line stands out', () => {
    const { atDeg, fraction } = examine({ phases, seed: 8 }, []);
    expect(atDeg).toBeCloseTo(43.3, 0);
    expect(fraction).toBeGreaterThan(0.5);
  });
});
