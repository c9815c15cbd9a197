import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CostModel, estimateScanS } from '../../../src/domain/decision.ts';

const point: CostModel = { apertureDeg: 0, perScanS: 5, perPointS: 0.1, slewDegPerS: 2, settleS: 1, shutterS: 0.5 };
const strip: CostModel = { ...point, apertureDeg: 5, perPointS: 0 };
const range = { fromDeg: 10, toDeg: 20 };

describe('estimateScanS', () => {
  test('a point detector pays for every point', () => {
    // 5 + 1 + 2 * 0.5 and 101 points of 2 + 0.1 s.
    expect(estimateScanS(point, range, 0.1, 2)).toBeCloseTo(7 + 101 * 2.1, 9);
  });

  test('a strip detector pays for the way and its own opening, whatever the step', () => {
    expect(estimateScanS(strip, range, 0.1, 2)).toBeCloseTo(7 + (2 * 15) / 5, 9);
    expect(estimateScanS(strip, range, 0.01, 2)).toBe(estimateScanS(strip, range, 0.1, 2));
  });

  test('a longer dwell never costs less, and no scan is free', () => {
    const dwell = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(point, strip), dwell, dwell, (cost, a, b) => {
        const [short, long] = [Math.min(a, b), Math.max(a, b)].map((dwellS) => estimateScanS(cost, range, 0.02, dwellS));
        expect(short!).toBeGreaterThanOrEqual(7);
        expect(long!).toBeGreaterThanOrEqual(short!);
      }),
    );
  });
});
