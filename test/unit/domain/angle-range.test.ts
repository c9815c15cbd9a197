import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type AngleRange, contains, intersect, subtract, unite, widenTo, widthDeg } from '../../../src/domain/angle-range.ts';
import { anyRange } from '../../support/arbitrary.ts';

const ranges = fc.array(anyRange(), { maxLength: 8 });
/** Angles between the hundredths on which the ranges end: inside or outside, never on a border. */
const between = fc.integer({ min: 0, max: 16000 }).map((hundredths) => hundredths / 100 + 0.005);
const isIn = (set: readonly AngleRange[], angle: number) => set.some((range) => contains(range, angle));

test('intersect is what both hold, in either order', () => {
  fc.assert(
    fc.property(anyRange(), anyRange(), between, (a, b, angle) => {
      const both = intersect(a, b);
      expect(intersect(b, a)).toEqual(both);
      expect(both !== null && contains(both, angle)).toBe(contains(a, angle) && contains(b, angle));
      expect(intersect(a, a)).toEqual(a);
    }),
  );
});

test('ranges that touch share their border', () => {
  expect(intersect({ fromDeg: 1, toDeg: 2 }, { fromDeg: 2, toDeg: 3 })).toEqual({ fromDeg: 2, toDeg: 2 });
  expect(intersect({ fromDeg: 1, toDeg: 2 }, { fromDeg: 2.01, toDeg: 3 })).toBeNull();
});

test('unite covers the same angles with sorted, disjoint ranges, whatever the order', () => {
  fc.assert(
    fc.property(ranges, between, (set, angle) => {
      const united = unite(set);
      expect(isIn(united, angle)).toBe(isIn(set, angle));
      united.forEach((range, i) => {
        if (i > 0) expect(range.fromDeg).toBeGreaterThan(united[i - 1]!.toDeg);
      });
      expect(unite([...set].reverse())).toEqual(united);
      expect(unite(united)).toEqual(united);
    }),
  );
});

test('unite joins over gaps up to the one allowed', () => {
  const set = [
    { fromDeg: 10, toDeg: 20 },
    { fromDeg: 20.25, toDeg: 30 },
    { fromDeg: 31, toDeg: 40 },
  ];
  expect(unite(set, 0.25)).toEqual([
    { fromDeg: 10, toDeg: 30 },
    { fromDeg: 31, toDeg: 40 },
  ]);
});

test('subtract leaves what is in the range and in no hole', () => {
  fc.assert(
    fc.property(anyRange(), ranges, between, (range, holes, angle) => {
      const rest = subtract(range, holes);
      expect(isIn(rest, angle)).toBe(contains(range, angle) && !isIn(holes, angle));
      rest.forEach((part, i) => {
        expect(widthDeg(part)).toBeGreaterThanOrEqual(0);
        if (i > 0) expect(part.fromDeg).toBeGreaterThanOrEqual(rest[i - 1]!.toDeg);
      });
    }),
  );
});

test('what is left and what was taken add up to the whole', () => {
  fc.assert(
    fc.property(anyRange(), ranges, (range, holes) => {
      const taken = unite(holes.flatMap((hole) => intersect(range, hole) ?? []));
      const sum = [...taken, ...subtract(range, holes)].reduce((total, part) => total + widthDeg(part), 0);
      expect(sum).toBeCloseTo(widthDeg(range), 9);
    }),
  );
});

test('widenTo reaches the smallest width inside the limits, and holds the range it widened', () => {
  const limits = { fromDeg: 5, toDeg: 150 };
  fc.assert(
    fc.property(anyRange(limits), fc.double({ min: 0.01, max: 145, noNaN: true }), (range, minDeg) => {
      const wide = widenTo(range, minDeg, limits);
      expect(widthDeg(wide)).toBeGreaterThanOrEqual(Math.min(minDeg, widthDeg(limits)) - 1e-9);
      expect(wide.fromDeg).toBeGreaterThanOrEqual(limits.fromDeg);
      expect(wide.toDeg).toBeLessThanOrEqual(limits.toDeg);
      expect(wide.fromDeg).toBeLessThanOrEqual(range.fromDeg + 1e-9);
      expect(wide.toDeg).toBeGreaterThanOrEqual(range.toDeg - 1e-9);
      if (widthDeg(range) >= minDeg) expect(wide).toEqual(range);
    }),
  );
});

test('widenTo takes all there is where the limits are narrower than asked', () => {
  expect(widenTo({ fromDeg: 20, toDeg: 21 }, 10, { fromDeg: 18, toDeg: 22 })).toEqual({ fromDeg: 18, toDeg: 22 });
});
