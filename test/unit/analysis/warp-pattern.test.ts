import { describe, expect, test } from '@jest/globals';
import { subtractPhase } from '../../../src/analysis/subtract-phase.ts';
import { warpPattern } from '../../../src/analysis/warp-pattern.ts';

const peak = (n: number, at: number, half: number, height = 1) =>
  Float64Array.from({ length: n }, (_, i) => height * Math.exp(-(((i - at) / half) ** 2)));
const add = (a: Float64Array, b: Float64Array) => a.map((value, i) => value + b[i]!);
const largestGap = (a: Float64Array, b: Float64Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

describe('warping', () => {
  test('leaves a pattern that fits as it is', () => {
    const pattern = peak(60, 30, 3);
    expect(largestGap(warpPattern(pattern, pattern, 5), pattern)).toBe(0);
  });

  test('moves lines onto the measured ones, each by its own way', () => {
    const measured = add(peak(120, 30, 2), peak(120, 80, 2, 0.5));
    const shifted = add(peak(120, 33, 2), peak(120, 76, 2, 0.5));
    expect(largestGap(warpPattern(measured, shifted, 6), measured)).toBeLessThan(0.12);
  });

  test('reaches no farther than it may', () => {
    const [measured, far] = [peak(120, 30, 2), peak(120, 60, 2)];
    const warped = warpPattern(measured, far, 5);
    expect(Math.max(...warped.slice(0, 50))).toBeLessThan(0.01);
    expect(Math.max(...warped)).toBeGreaterThan(0.8);
  });
});

describe('subtraction', () => {
  test('takes a phase out and leaves the other one', () => {
    const own = add(peak(200, 40, 3, 1000), peak(200, 120, 3, 400));
    const other = peak(200, 80, 3, 300);
    const moved = add(peak(200, 42, 3, 7), peak(200, 118, 3, 2.8));
    const { rest, height } = subtractPhase(add(own, other), moved, 8);
    expect(height).toBeGreaterThan(850);
    expect(height).toBeLessThan(1100);
    expect(Math.max(...rest.slice(70, 90))).toBeGreaterThan(290);
    expect(Math.max(...rest.slice(0, 60), ...rest.slice(100))).toBeLessThan(100);
    expect(Math.min(...rest)).toBeGreaterThanOrEqual(0);
  });

  test('does nothing where nothing is measured', () => {
    const empty = new Float64Array(20);
    expect(subtractPhase(empty, peak(20, 10, 2), 3)).toEqual({ rest: empty, height: 0 });
  });
});
