import { describe, expect, test } from '@jest/globals';
import {
  brierScore,
  calibrationOf,
  debiasedCalibrationError,
  type Forecast,
  plainCalibrationError,
} from '../../../src/analysis/score/calibration.ts';
import { judge } from '../../../src/analysis/score/judge.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import { candidate, identification } from '../../support/identifications.ts';
import { truth } from './sample-identification.ts';

/** Forecasts whose event comes with probability `trueOf(p)`. */
function forecasts(n: number, seed: string, trueOf: (probability: number) => number): Forecast[] {
  const random = seededRandom(seed);
  return Array.from({ length: n }, () => {
    const probability = 0.02 + 0.96 * random.uniform();
    return { probability, isTrue: random.uniform() < trueOf(probability) };
  });
}

describe('calibration', () => {
  test('Brier by hand', () => {
    expect(
      brierScore([
        { probability: 0.8, isTrue: true },
        { probability: 0.4, isTrue: false },
      ]),
    ).toBeCloseTo((0.04 + 0.16) / 2, 12);
    expect(brierScore([])).toBeNull();
  });

  test('a perfect forecaster is near 0 where the plain error is not', () => {
    const errors = Array.from({ length: 40 }, (_, i) => forecasts(300, `perfect ${i}`, (p) => p));
    const mean = (of: (part: Forecast[]) => number | null) => errors.reduce((sum, part) => sum + of(part)!, 0) / errors.length;
    expect(mean(plainCalibrationError)).toBeGreaterThan(0.06);
    expect(mean(debiasedCalibrationError)).toBeLessThan(0.035);
  });

  test('a constant over-confidence is found with its size', () => {
    const found = debiasedCalibrationError(forecasts(20_000, 'over', (p) => Math.max(0, p - 0.1)))!;
    expect(Math.abs(found - 0.099)).toBeLessThan(0.012);
  });

  test('few forecasts give no error figure', () => {
    expect(debiasedCalibrationError(forecasts(99, 'few', (p) => p))).toBeNull();
    expect(plainCalibrationError(forecasts(99, 'few', (p) => p))).toBeNull();
  });

  test('counts doubtful pairs only, and the sets stated with 95 % or more', () => {
    const right = identification([candidate('MgO_225', 0.97), candidate('NiO_225', 0.3), candidate('CaO_225', 0.01)], {
      setProbability: 0.95,
    });
    const wrong = identification([candidate('MgO_225', 0.6), candidate('NiO_225', 0.99)], { setProbability: 0.96 });
    const calibration = calibrationOf([judge(truth(['MgO_225']), 0, right), judge(truth(['MgO_225']), 0, wrong)], 'strict');
    expect(calibration.pairs).toBe(3);
    expect(calibration.brier).toBeCloseTo((0.03 ** 2 + 0.3 ** 2 + 0.4 ** 2) / 3, 12);
    expect([calibration.claimed95.n, calibration.claimed95.right]).toEqual([2, 1]);
    expect(calibration.claimed95.rightLower95!.toFixed(4)).toBe('0.0945');
    expect([calibration.eceDebiased, calibration.setEce]).toEqual([null, null]);
  });
});
