import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkOverlap, mergeScans } from '../../../src/analysis/merge-scans.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import { anyScans, wholeScan } from '../../support/scans.ts';

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

describe('mergeScans', () => {
  test('adds every count and every second exactly', () => {
    fc.assert(
      fc.property(anyScans, (scans) => {
        const pattern = mergeScans(scans);
        expect(sum(pattern.counts)).toBe(sum(scans.map((scan) => sum(scan.counts))));
        expect(sum(pattern.liveS)).toBe(sum(scans.map((scan) => sum(scan.liveS))));
        expect(pattern.unit).toBe('counts');
      }),
    );
  });

  test('does not depend on the order of the scans', () => {
    fc.assert(
      fc.property(
        anyScans.chain((scans) => fc.tuple(fc.constant(scans), fc.shuffledSubarray(scans, { minLength: scans.length }))),
        ([scans, shuffled]) => expect(mergeScans(shuffled)).toEqual(mergeScans(scans)),
      ),
    );
  });

  test('angles ascend, and points of one raster coincide', () => {
    fc.assert(
      fc.property(anyScans, (scans) => {
        const { twoThetaDeg, counts, liveS } = mergeScans(scans);
        expect(counts).toHaveLength(twoThetaDeg.length);
        expect(liveS).toHaveLength(twoThetaDeg.length);
        const places = new Set(scans.flatMap((scan) => [...scan.twoThetaDeg].map((angle) => Math.round(angle * 50))));
        expect(twoThetaDeg).toHaveLength(places.size);
        for (let i = 1; i < twoThetaDeg.length; i++) expect(twoThetaDeg[i]!).toBeGreaterThan(twoThetaDeg[i - 1]!);
      }),
    );
  });

  test('leaves the scans as they were', () => {
    const scan = wholeScan({});
    const before = structuredClone(scan);
    mergeScans([scan, wholeScan({ requestId: 'r-2' })]);
    expect(scan).toEqual(before);
  });

  test('rasters that differ by more than a tenth of a step stand side by side', () => {
    const aside = (shiftDeg: number) =>
      wholeScan({ requestId: 'r-2', range: { fromDeg: 20 + shiftDeg, toDeg: 22 + shiftDeg }, stepDeg: 0.02, pointCount: 101 });
    expect(mergeScans([wholeScan({}), aside(0.001)]).counts).toHaveLength(101);
    expect(mergeScans([wholeScan({}), aside(0.003)]).counts).toHaveLength(202);
  });

  test('the id names the scans and nothing else', () => {
    const [a, b] = [wholeScan({ requestId: 'r-1' }), wholeScan({ requestId: 'r-2' })];
    expect(mergeScans([a, b]).patternId).toBe(mergeScans([b, a]).patternId);
    expect(mergeScans([a]).patternId).not.toBe(mergeScans([b]).patternId);
    expect(mergeScans([a, b]).scanIds).toEqual(['r-1.1', 'r-2.1']);
  });

  test('nothing cannot be merged', () => {
    expect(() => mergeScans([])).toThrow('there is no scan to merge');
  });
});

describe('checkOverlap', () => {
  const counted = (meanCps: number, requestId: string) => {
    const random = seededRandom(requestId);
    return wholeScan({ requestId, dwellS: 2 }, () => random.poisson(meanCps * 2));
  };

  test('finds nothing where nothing changed', () => {
    const check = checkOverlap(mergeScans([counted(100, 'first')]), counted(100, 'second'));
    expect(check.points).toBe(101);
    expect(Math.abs(check.sigma)).toBeLessThan(3.5);
  });

  test('notices a beam that lost a fifth', () => {
    expect(checkOverlap(mergeScans([counted(100, 'first')]), counted(80, 'second')).sigma).toBeGreaterThan(6);
  });

  test('says nothing where nothing overlaps', () => {
    const elsewhere = wholeScan({ range: { fromDeg: 40, toDeg: 42 } });
    expect(checkOverlap(mergeScans([counted(100, 'first')]), elsewhere)).toEqual({ points: 0, chiSquare: 0, sigma: 0 });
  });
});
