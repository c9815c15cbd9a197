import { describe, expect, test } from '@jest/globals';
import { type AcceptanceModel, exactProbability, logOddsOf } from '../../../src/analysis/acceptance.ts';

const withSet = (intercept: number, odds: number, unexplained = 0) =>
  ({ set: { intercept, weights: { odds, misfit: 0, unexplained } } }) as unknown as AcceptanceModel;
const scene = (probability: number, unexplained = 0) => ({ odds: logOddsOf(Math.log(probability)), misfit: 0, unexplained });

describe('logOddsOf', () => {
  test('is the log odds of the probability whose logarithm is given', () => {
    for (const p of [0.001, 0.2, 0.5, 0.97]) expect(logOddsOf(Math.log(p))).toBeCloseTo(Math.log(p / (1 - p)), 9);
  });

  test('stays finite where the product has vanished or is certain', () => {
    expect(Number.isFinite(logOddsOf(Number.NEGATIVE_INFINITY))).toBe(true);
    expect(Number.isFinite(logOddsOf(-2000))).toBe(true);
    expect(Number.isFinite(logOddsOf(0))).toBe(true);
  });
});

describe('exactProbability', () => {
  test('without calibration it is the product itself', () => {
    for (const p of [0.01, 0.4, 0.9]) expect(exactProbability(withSet(0, 1), scene(p))).toBeCloseTo(p, 9);
  });

  test('an unexplained peak casts doubt on the set', () => {
    const wary = withSet(0, 1, -0.5);
    expect(exactProbability(wary, scene(0.9, 2))).toBeLessThan(exactProbability(wary, scene(0.9, 0)));
  });

  test('a negative intercept doubts every set, and a surer product stays surer', () => {
    const doubting = withSet(-1, 0.7);
    expect(exactProbability(doubting, scene(0.5))).toBeLessThan(0.5);
    let before = 0;
    for (const p of [1e-6, 0.1, 0.5, 0.9, 0.999]) {
      const now = exactProbability(doubting, scene(p));
      expect(now).toBeGreaterThan(before);
      expect(now).toBeLessThan(1);
      before = now;
    }
  });
});
