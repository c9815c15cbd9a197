import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bootstrap95, percentile, wilson95 } from '../../../src/analysis/score/intervals.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';

describe('intervals', () => {
  test("Wilson's interval of textbook cases", () => {
    // 81 of 263: Newcombe, Stat. Med. 17 (1998) 857, table I.
    const [low, high] = wilson95(81, 263)!;
    expect([low.toFixed(4), high.toFixed(4)]).toEqual(['0.2553', '0.3662']);
    const [noneLow, noneHigh] = wilson95(0, 20)!;
    expect([noneLow, noneHigh.toFixed(4)]).toEqual([0, '0.1611']);
    expect(wilson95(0, 0)).toBeNull();
  });

  test("Wilson's interval holds its share and is mirrored", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(), (n, k) => {
        const successes = k % (n + 1);
        const [low, high] = wilson95(successes, n)!;
        expect(low).toBeLessThanOrEqual(successes / n);
        expect(high).toBeGreaterThanOrEqual(successes / n);
        expect(wilson95(n - successes, n)![0]).toBeCloseTo(1 - high, 10);
      }),
    );
  });

  test('percentiles are interpolated', () => {
    expect(percentile([40, 10, 30, 20], 0.5)).toBe(25);
    expect(percentile([40, 10, 30, 20], 1)).toBe(40);
    expect(percentile([], 0.5)).toBeNull();
  });

  test('the bootstrap covers a mean with the width that theory gives, and repeats for its seed', () => {
    const rows = Array.from({ length: 400 }, (_, i) => Float64Array.of(i % 4 === 0 ? 1 : 0, 1));
    const share = (sums: Float64Array) => sums[0]! / sums[1]!;
    const [interval] = bootstrap95(rows, [share], seededRandom('boot'));
    // 0.25 +- 1.96 sqrt(0.25 0.75 / 400)
    expect(Math.abs(interval![0] - 0.2076)).toBeLessThan(0.006);
    expect(Math.abs(interval![1] - 0.2924)).toBeLessThan(0.006);
    expect(bootstrap95(rows, [share], seededRandom('boot'))).toEqual([interval]);
    expect(bootstrap95([], [share], seededRandom('boot'))).toEqual([null]);
  });
});
