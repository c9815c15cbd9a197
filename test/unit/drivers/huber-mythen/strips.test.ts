import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findOddStrips } from '../../../../drivers/huber-mythen/odd-strips.ts';
import { PointSums } from '../../../../drivers/huber-mythen/point-sums.ts';
import { coverageOf, planSnapshots } from '../../../../drivers/huber-mythen/snapshot-plan.ts';
import { stripOffsetsDeg, widestPitchDeg } from '../../../../drivers/huber-mythen/strip-geometry.ts';
import { seededRandom } from '../../../../src/diffraction/seeded-random.ts';

const module0 = { centreChannel: 639.5, radiusMm: 240, offsetDeg: 0 };
const flat = { pitchMm: 0.05, direction: 1, shape: 'flat', modules: [module0] } as const;
const offsets = stripOffsetsDeg(flat, [1280]);
const all = new Uint8Array(1280).fill(1);
const alike = new Float64Array(1280).fill(1);
const rules = { dwellS: 1, hopDeg: 180, minExposureS: 0.001, maxExposureS: 3 };
const sumRules = { deadTimeS: 0, maxStripRateCps: 1e5 };

describe('where the strips stand', () => {
  test('a plane module of 64 mm at 240 mm sees 15.19 degrees, a bent one 15.27', () => {
    expect(offsets).toHaveLength(1280);
    expect(offsets[1279]! - offsets[0]!).toBeCloseTo((2 * Math.atan(31.975 / 240) * 180) / Math.PI, 12);
    const arc = stripOffsetsDeg({ ...flat, shape: 'arc' }, [1280]);
    expect(arc[1279]! - arc[0]!).toBeCloseTo((63.95 / 240) * (180 / Math.PI), 12);
    expect(offsets[640]! - offsets[639]!).toBeCloseTo(0.011937, 6);
    expect(widestPitchDeg(flat)).toBeCloseTo(0.011937, 6);
  });

  test('direction turns them round, the offset moves them, modules follow one another', () => {
    const turned = stripOffsetsDeg({ ...flat, direction: -1 }, [1280]);
    expect(turned[0]).toBeCloseTo(offsets[1279]!, 12);
    const two = stripOffsetsDeg({ ...flat, modules: [module0, { ...module0, offsetDeg: 15.5 }] }, [1280, 1280]);
    expect(two).toHaveLength(2560);
    expect(two[1280]! - two[0]!).toBeCloseTo(15.5, 12);
  });
});

describe('where the arm parks', () => {
  test('at both ends and at most half a detector apart, each point under at least two strips', () => {
    const raster = { fromDeg: 10, stepDeg: 0.02, pointCount: 3501 };
    const plan = planSnapshots(raster, offsets, all, rules);
    expect(plan.armDeg[0]).toBeCloseTo(10, 9);
    expect(plan.armDeg.at(-1)).toBeCloseTo(80, 9);
    expect(plan.armDeg).toHaveLength(11);
    expect(Math.min(...coverageOf(raster, plan.armDeg, offsets, all))).toBeGreaterThanOrEqual(2);
  });

  test('for any window the arm stays in it, and every point is seen from two places', () => {
    const windows = fc.record({
      from: fc.integer({ min: 500, max: 5000 }),
      step: fc.integer({ min: 12, max: 100 }),
      points: fc.integer({ min: 2, max: 2500 }),
    });
    fc.assert(
      fc.property(windows, ({ from, step, points }) => {
        const raster = { fromDeg: from / 100, stepDeg: step / 1000, pointCount: points };
        const plan = planSnapshots(raster, offsets, all, rules);
        const toDeg = raster.fromDeg + (points - 1) * raster.stepDeg;
        for (const arm of plan.armDeg) expect(arm).toBeGreaterThanOrEqual(raster.fromDeg - 1e-4);
        for (const arm of plan.armDeg) expect(arm).toBeLessThanOrEqual(toDeg + 1e-4);
        const places = new Uint32Array(points);
        for (const arm of plan.armDeg) {
          for (const [i, times] of coverageOf(raster, [arm], offsets, all).entries()) if (times > 0) places[i]!++;
        }
        expect(Math.min(...places)).toBeGreaterThanOrEqual(2);
      }),
      { numRuns: 60 },
    );
  });

  test('live time is shared among strips and snapshots, and a long exposure split', () => {
    const raster = { fromDeg: 25, stepDeg: 0.02, pointCount: 351 };
    const short = planSnapshots(raster, offsets, all, rules);
    expect(short.exposures).toBe(1);
    const long = planSnapshots(raster, offsets, all, { ...rules, dwellS: 100 });
    expect(long.exposures * long.exposureS).toBeCloseTo(100 * short.exposureS, 6);
    expect(long.exposureS).toBeLessThanOrEqual(3);
  });

  test('dead strips do not make the rest count longer', () => {
    const raster = { fromDeg: 25, stepDeg: 0.02, pointCount: 351 };
    const usable = Uint8Array.from(all, (_, strip) => (strip === 500 || strip === 501 ? 0 : 1));
    expect(planSnapshots(raster, offsets, usable, rules).exposureS).toBe(planSnapshots(raster, offsets, all, rules).exposureS);
  });
});

describe('sums of points', () => {
  const raster = { fromDeg: 25, stepDeg: 0.02, pointCount: 351 };

  test('every count of a strip goes to one point: none is lost, none is shared', () => {
    const random = seededRandom(3);
    const sums = new PointSums(raster, offsets, alike, sumRules);
    let inside = 0;
    for (const arm of [25, 28.5004, 32]) {
      const counts = Int32Array.from({ length: 1280 }, () => random.integer(1000));
      sums.add(arm, 1, counts, all);
      counts.forEach((count, strip) => {
        const deg = arm + offsets[strip]!;
        if (deg > 24.99 && deg < 32.01) inside += count;
      });
    }
    const points = sums.take(Number.POSITIVE_INFINITY);
    expect(points.reduce((sum, { counts }) => sum + counts, 0)).toBe(inside);
    expect(points.every(({ counts, liveS }) => Number.isInteger(counts) && Number.isInteger(liveS))).toBe(true);
  });

  test('the same rate everywhere is the same rate at every point and step', () => {
    for (const stepDeg of [0.02, 0.037, 0.1]) {
      const sums = new PointSums({ fromDeg: 25, stepDeg, pointCount: 60 }, offsets, alike, sumRules);
      for (const arm of [25, 27]) sums.add(arm, 2, new Int32Array(1280).fill(200), all);
      for (const { counts, liveS } of sums.take(Number.POSITIVE_INFINITY)) expect(counts / liveS).toBe(100);
    }
  });

  test('dead time and efficiency go into the live time, and never into the counts', () => {
    const weak = Float64Array.from(alike, () => 0.8);
    const sums = new PointSums(raster, offsets, weak, { ...sumRules, deadTimeS: 2e-7 });
    sums.add(28, 1, new Int32Array(1280).fill(50_000), all);
    const [point] = sums.take(Number.POSITIVE_INFINITY);
    const strips = point!.counts / 50_000;
    expect(point!.liveS).toBeCloseTo(strips * (1 - 0.01) * 0.8, 9);
  });

  test('a saturated strip takes its point out, also where others saw it too', () => {
    const sums = new PointSums(raster, offsets, alike, sumRules);
    const counts = new Int32Array(1280).fill(10);
    counts[640] = 100_001;
    sums.add(28, 1, counts, all);
    sums.add(29, 1, new Int32Array(1280).fill(10), all);
    const { saturated, unseen } = sums.unusable();
    expect(saturated).toEqual([Math.round((28 + offsets[640]! - 25) / 0.02)]);
    expect(unseen).toEqual([]);
    expect(sums.take(Number.POSITIVE_INFINITY)).toHaveLength(350);
  });

  test('points are given once, in order, as far as asked', () => {
    const sums = new PointSums(raster, offsets, alike, sumRules);
    sums.add(28, 1, new Int32Array(1280).fill(1), all);
    const first = sums.take(26);
    const rest = sums.take(40);
    expect(first.map(({ index }) => index)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(rest[0]!.index).toBe(50);
    expect(first.length + rest.length).toBe(351);
    expect(sums.take(40)).toEqual([]);
  });

  test('points that only bad strips saw are told', () => {
    const none = new Uint8Array(1280);
    const sums = new PointSums(raster, offsets, alike, sumRules);
    sums.add(28, 1, new Int32Array(1280).fill(1), none);
    expect(sums.unusable().unseen).toHaveLength(351);
  });
});

describe('odd strips', () => {
  const profile = (deg: number) => 50 + 20_000 * Math.exp(-0.5 * (deg / 0.017) ** 2);

  test('a hot and a dead strip are found', () => {
    const counts = Int32Array.from(offsets, () => 1000);
    counts[100] = 9000;
    counts[700] = 0;
    expect(findOddStrips(counts, all)).toEqual([
      { strip: 100, kind: 'hot' },
      { strip: 700, kind: 'dead' },
    ]);
  });

  test('lines as narrow as 0.04 degrees and counting noise are not', () => {
    const random = seededRandom(11);
    for (let times = 0; times < 50; times++) {
      const centreDeg = random.uniform() - 0.5;
      const counts = Int32Array.from(offsets, (deg) => random.poisson(profile(deg - centreDeg)));
      expect(findOddStrips(counts, all)).toEqual([]);
    }
  });

  test('rows of dead strips are found, also at the ends, and empty background is none', () => {
    const counts = Int32Array.from(offsets, (_, strip) => ((strip >= 300 && strip < 428) || strip > 1270 ? 0 : 12));
    expect(findOddStrips(counts, all)).toEqual(
      Array.from(offsets.keys())
        .filter((strip) => counts[strip] === 0)
        .map((strip) => ({ strip, kind: 'dead' })),
    );
    const random = seededRandom(4);
    for (let times = 0; times < 50; times++) {
      const faint = Int32Array.from(offsets, (deg) => random.poisson(0.3 + 300 * Math.exp(-0.5 * (deg / 0.03) ** 2)));
      expect(findOddStrips(faint, all)).toEqual([]);
    }
  });

  test('a strip that is out already is looked across', () => {
    const counts = Int32Array.from(offsets, () => 1000);
    counts[100] = 0;
    const usable = Uint8Array.from(all, (_, strip) => (strip === 100 ? 0 : 1));
    expect(findOddStrips(counts, usable)).toEqual([]);
  });
});
