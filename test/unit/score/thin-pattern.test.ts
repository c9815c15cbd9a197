import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { thinPattern } from '../../../src/analysis/score/thin-pattern.ts';
import { benchThinning } from '../../../src/app/bench-thinning.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import type { Pattern } from '../../../src/domain/pattern.ts';

function pattern(counts: readonly number[], unit: Pattern['unit'] = 'counts'): Pattern {
  return {
    patternId: 'p',
    scanIds: [],
    unit,
    radiation: { anode: 'Cu', lines: [{ wavelengthA: 1.5406, weight: 1 }] },
    twoThetaDeg: Float64Array.from(counts, (_, i) => 10 + i),
    counts: Float64Array.from(counts),
    liveS: Float64Array.from(counts, (_, i) => 1 + i),
  };
}

describe('thinning', () => {
  test('keeps whole counts, never more than there were, and shortens the live time alike', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(100_000), { minLength: 1 }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        fc.nat(),
        (counts, factor, seed) => {
          const full = pattern(counts);
          const thin = thinPattern(full, factor, seededRandom(seed));
          thin.counts.forEach((count, i) => {
            expect(Number.isInteger(count) && count >= 0 && count <= counts[i]!).toBe(true);
          });
          expect([...thin.liveS]).toEqual([...full.liveS].map((liveS) => liveS * factor));
          expect([...full.counts]).toEqual(counts);
        },
      ),
    );
  });

  test('the same stream gives the same draw, the whole gives itself', () => {
    const full = pattern([5, 500, 50_000]);
    expect(thinPattern(full, 0.25, seededRandom('a')).counts).toEqual(thinPattern(full, 0.25, seededRandom('a')).counts);
    expect([...thinPattern(full, 1, seededRandom('a')).counts]).toEqual([5, 500, 50_000]);
  });

  test('refuses what is not counted', () => {
    expect(() => thinPattern(pattern([1], 'arbitrary'), 0.5, seededRandom(1))).toThrow('cannot be thinned: its intensities are not counts');
    expect(() => thinPattern(pattern([1.5]), 0.5, seededRandom(1))).toThrow('its counts are not whole numbers');
    expect(() => thinPattern(pattern([1]), 0, seededRandom(1))).toThrow('no share of the counts');
  });

  test('follows the binomial law and keeps Poisson counts Poisson', () => {
    const bench = benchThinning({ repeats: 2000, seed: 7 });
    expect(bench.cells.length).toBeGreaterThan(20);
    expect(bench.isWithinTheory).toBe(true);
    // A test that could not fail would show no scatter at all.
    expect(bench.worstZ).toBeGreaterThan(1);
  });
});
