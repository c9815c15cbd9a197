import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findDisagreement, meanMap } from '../../../src/analysis/find-disagreement.ts';
import { widthDeg } from '../../../src/domain/angle-range.ts';
import type { ActivationMap } from '../../../src/domain/identification.ts';

const CELLS = 200;
/** A map of half a degree per cell from 10 to 110 deg. */
function mapOf(phaseId: string, weightAt: (angleDeg: number) => number, memberId = 'm1'): ActivationMap {
  const twoThetaDeg = Float64Array.from({ length: CELLS }, (_, i) => 10.25 + i / 2);
  return { phaseId, memberId, of: 'measured', twoThetaDeg, weight: twoThetaDeg.map(weightAt) };
}
const bump = (centreDeg: number) => (angleDeg: number) => Math.exp(-(((angleDeg - centreDeg) / 1.5) ** 2));
const options = { threshold: 0.25, minWindowDeg: 5, limits: { fromDeg: 10, toDeg: 110 } };
const pair = ['A', 'B'] as const;

describe('findDisagreement', () => {
  test('finds the angles where only one of the rivals has evidence', () => {
    const maps = [mapOf('A', (x) => bump(30)(x) + bump(60)(x)), mapOf('B', (x) => bump(30)(x) + bump(90)(x))];
    const regions = findDisagreement(maps, pair, options);
    expect(regions).toHaveLength(2);
    for (const centreDeg of [60, 90]) {
      const region = regions.find(({ range }) => range.fromDeg < centreDeg && range.toDeg > centreDeg);
      expect(widthDeg(region!.range)).toBeGreaterThanOrEqual(5);
      expect(region!.score).toBeGreaterThan(0.4);
      expect(region!.between).toEqual(['A', 'B']);
    }
  });

  test('maps that differ only in size do not disagree', () => {
    expect(findDisagreement([mapOf('A', bump(30)), mapOf('B', (x) => 7 * bump(30)(x))], pair, options)).toEqual([]);
  });

  test('the one who asks does not matter', () => {
    const maps = [mapOf('A', bump(40)), mapOf('B', (x) => bump(41)(x) - bump(70)(x))];
    const ranges = findDisagreement(maps, pair, options).map(({ range, score }) => ({ range, score }));
    expect(findDisagreement(maps, ['B', 'A'], options).map(({ range, score }) => ({ range, score }))).toEqual(ranges);
  });

  test('regions are sorted, disjoint, wide enough and inside the limits, for any maps', () => {
    const weights = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: CELLS, maxLength: CELLS });
    fc.assert(
      fc.property(weights, weights, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (a, b, threshold) => {
        const limits = { fromDeg: 15, toDeg: 80 };
        const maps = [mapOf('A', (x) => a[Math.round((x - 10.25) * 2)]!), mapOf('B', (x) => b[Math.round((x - 10.25) * 2)]!)];
        const regions = findDisagreement(maps, pair, { ...options, limits, threshold });
        const byAngle = [...regions].sort((one, other) => one.range.fromDeg - other.range.fromDeg);
        byAngle.forEach(({ range, score }, i) => {
          expect(range.fromDeg).toBeGreaterThanOrEqual(15);
          expect(range.toDeg).toBeLessThanOrEqual(80);
          expect(widthDeg(range)).toBeGreaterThanOrEqual(5 - 1e-9);
          expect(score).toBeGreaterThan(threshold);
          expect(score).toBeLessThanOrEqual(1);
          if (i > 0) expect(range.fromDeg).toBeGreaterThan(byAngle[i - 1]!.range.toDeg);
        });
        expect(regions.map(({ score }) => score)).toEqual(regions.map(({ score }) => score).sort((one, other) => other - one));
      }),
    );
  });

  test('a rival without a map leaves nothing to compare', () => {
    expect(findDisagreement([mapOf('A', bump(30))], pair, options)).toEqual([]);
    expect(findDisagreement([], pair, options)).toEqual([]);
  });
});

describe('meanMap', () => {
  test('is the mean of the members, its largest magnitude 1', () => {
    const mean = meanMap([mapOf('A', bump(30), 'm1'), mapOf('A', (x) => -3 * bump(30)(x), 'm2'), mapOf('B', bump(50))], 'A')!;
    expect(Math.min(...mean.weight)).toBe(-1);
    expect(Math.max(...mean.weight.map(Math.abs))).toBe(1);
  });

  test('no evidence stays none', () => {
    expect(meanMap([mapOf('A', () => 0)], 'A')!.weight.every((weight) => weight === 0)).toBe(true);
    expect(meanMap([], 'A')).toBeNull();
  });
});
