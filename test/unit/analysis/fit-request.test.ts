import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fitRequest } from '../../../src/analysis/fit-request.ts';
import { FREE_INSTRUMENT } from '../../../src/app/bench/free-instrument.ts';
import { widthDeg } from '../../../src/domain/angle-range.ts';
import { estimateScanS } from '../../../src/domain/decision.ts';
import { EwaldError } from '../../../src/domain/errors.ts';
import type { ScanRequest } from '../../../src/domain/scan.ts';
import type { Capabilities } from '../../../src/ports/diffractometer.ts';
import { findViolation } from '../../../src/safety/scan-rules.ts';
import { anyRange } from '../../support/arbitrary.ts';

const can: Capabilities = {
  ...FREE_INSTRUMENT,
  twoThetaLimits: { fromDeg: 5, toDeg: 120 },
  stepDeg: { min: 0.01, max: 0.1, rasterDeg: 0.001 },
  dwellS: { min: 0.1, max: 100 },
  minWindowDeg: 0.5,
  cost: { apertureDeg: 0, perScanS: 2, perPointS: 0.1, slewDegPerS: 2, settleS: 1, shutterS: 0.5 },
  modes: ['step'],
};
const request: ScanRequest = {
  requestId: 'r-c1-1',
  runId: 'r',
  cycle: 1,
  range: { fromDeg: 10, toDeg: 60 },
  stepDeg: 0.02,
  dwellS: 1,
  purpose: 'survey',
  because: 'first look',
};
const context = { attempt: 1, sample: { sampleId: 's', slot: null }, nowS: 100, patienceS: 60 };
const command = (changes: Partial<ScanRequest> = {}, instrument: Partial<Capabilities> = {}) =>
  fitRequest({ ...request, ...changes }, { ...can, ...instrument }, context);

const rastersOf = (stepDeg: number) => fc.constantFrom('free' as const, [{ stepDeg, originDeg: 5.003 }]);
const anyInstrument: fc.Arbitrary<Capabilities> = fc
  .record({
    twoThetaLimits: anyRange({ fromDeg: 2, toDeg: 150 }).filter((limits) => widthDeg(limits) > 1),
    rasterDeg: fc.constantFrom(0.0001, 0.001, 0.005, 0.013),
    minStepDeg: fc.constantFrom(0.01, 0.02),
    maxStepDeg: fc.constantFrom(0.05, 0.1, 0.5),
    minWindowDeg: fc.constantFrom(0, 0.1, 5),
    apertureDeg: fc.constantFrom(0, 2.1),
    modes: fc.constantFrom<Capabilities['modes'][]>(['step'], ['continuous'], ['step', 'continuous']),
  })
  .chain(({ twoThetaLimits, rasterDeg, minStepDeg, maxStepDeg, minWindowDeg, apertureDeg, modes }) =>
    rastersOf(minStepDeg).map((rasters) => ({
      ...can,
      twoThetaLimits,
      stepDeg: { min: minStepDeg, max: maxStepDeg, rasterDeg },
      rasters,
      minWindowDeg,
      cost: { ...can.cost, apertureDeg },
      modes,
    })),
  );
const anyRequest: fc.Arbitrary<ScanRequest> = fc
  .record({
    range: anyRange({ fromDeg: 0, toDeg: 160 }),
    stepDeg: fc.double({ min: 0.001, max: 1, noNaN: true }),
    dwellS: fc.double({ min: 1e-6, max: 1e4, noNaN: true }),
  })
  .map((changes) => ({ ...request, ...changes }));

describe('whatever is asked of whatever instrument', () => {
  const fitted = (check: (request: ScanRequest, instrument: Capabilities, command: ReturnType<typeof fitRequest>) => void) =>
    fc.assert(
      fc.property(anyRequest, anyInstrument, (asked, instrument) => {
        let fittedCommand: ReturnType<typeof fitRequest>;
        try {
          fittedCommand = fitRequest(asked, instrument, context);
        } catch (error) {
          if (error instanceof EwaldError && error.code === 'refused') return;
          throw error;
        }
        check(asked, instrument, fittedCommand);
      }),
      { numRuns: 500, seed: 20260302 },
    );

  test('the command never leaves the limits', () => {
    fitted((_, { twoThetaLimits }, { range }) => {
      expect(range.fromDeg).toBeGreaterThanOrEqual(twoThetaLimits.fromDeg - 1e-6);
      expect(range.toDeg).toBeLessThanOrEqual(twoThetaLimits.toDeg + 1e-6);
    });
  });

  test('every point stands on the raster, and the points fill the range', () => {
    fitted((_, { stepDeg: steps, rasters }, { range, stepDeg, pointCount }) => {
      expect(Number.isInteger(pointCount) && pointCount >= 1).toBe(true);
      expect(range.fromDeg + (pointCount - 1) * stepDeg).toBeCloseTo(range.toDeg, 5);
      const [originDeg, wholeDeg] = rasters === 'free' ? [0, steps.rasterDeg] : [rasters[0]!.originDeg, rasters[0]!.stepDeg];
      const places = (range.fromDeg - originDeg) / wholeDeg;
      expect(Math.abs(places - Math.round(places)) * wholeDeg).toBeLessThan(1e-5);
      if (rasters === 'free') expect(Math.abs(stepDeg / wholeDeg - Math.round(stepDeg / wholeDeg))).toBeLessThan(1e-6);
      expect(stepDeg).toBeGreaterThanOrEqual(steps.min - 1e-9);
      expect(stepDeg).toBeLessThanOrEqual(steps.max + 1e-9);
    });
  });

  test('the window is as wide as the instrument wants it, where the limits allow', () => {
    fitted((_, { minWindowDeg, twoThetaLimits }, { range, stepDeg }) => {
      const possibleDeg = Math.min(minWindowDeg, widthDeg(twoThetaLimits) - 2 * stepDeg);
      expect(widthDeg(range) + stepDeg).toBeGreaterThanOrEqual(possibleDeg - 1e-6);
    });
  });

  test('the dwell is possible, and the time is told', () => {
    fitted((_, { dwellS: dwells, cost }, { range, stepDeg, dwellS, expectedS, notAfterS }) => {
      expect(dwellS).toBeGreaterThanOrEqual(dwells.min);
      expect(dwellS).toBeLessThanOrEqual(dwells.max);
      expect(expectedS).toBe(estimateScanS(cost, range, stepDeg, dwellS));
      expect(notAfterS).toBe(160);
    });
  });

  test('the guard has nothing against it', () => {
    fitted((_, instrument, command) => {
      const rules = { limits: instrument.twoThetaLimits, maxDwellS: 1e9, maxScanS: 1e12, collisionZones: [] };
      expect(findViolation(command, instrument, rules)).toBeNull();
    });
  });
});

test('what the instrument can do is left as it was asked', () => {
  expect(command()).toEqual({
    requestId: 'r-c1-1',
    attempt: 1,
    sample: { sampleId: 's', slot: null },
    range: { fromDeg: 10, toDeg: 60 },
    stepDeg: 0.02,
    dwellS: 1,
    pointCount: 2501,
    expectedS: 4 + 2501 * 1.1,
    notAfterS: 160,
    how: { kind: 'step' },
  });
});

test('points between two places of the raster move inwards', () => {
  expect(command({ range: { fromDeg: 10.011, toDeg: 12.009 } })).toMatchObject({ range: { fromDeg: 10.02, toDeg: 12 }, pointCount: 100 });
});

test('a rest that is too narrow for the instrument is asked for with its surroundings', () => {
  expect(command({ range: { fromDeg: 30, toDeg: 30.1 } })).toMatchObject({ range: { fromDeg: 29.8, toDeg: 30.3 }, pointCount: 26 });
});

test('of the rasters on offer the one of the nearest ratio is taken', () => {
  const rasters = [
    { stepDeg: 0.01, originDeg: 5.005 },
    { stepDeg: 0.05, originDeg: 5 },
  ];
  expect(command({ stepDeg: 0.02 }, { rasters })).toMatchObject({ stepDeg: 0.01, range: { fromDeg: 10.005, toDeg: 59.995 } });
  expect(command({ stepDeg: 0.04 }, { rasters })).toMatchObject({ stepDeg: 0.05, range: { fromDeg: 10, toDeg: 60 } });
});

test('a strip detector is driven through where it can be', () => {
  const cost = { ...can.cost, apertureDeg: 5 };
  expect(command({}, { cost, modes: ['step', 'continuous'] }).how).toEqual({ kind: 'continuous' });
  expect(command({}, { cost, modes: ['step'] }).how).toEqual({ kind: 'step' });
});

test('a range outside the limits is refused with both named', () => {
  expect(() => command({ range: { fromDeg: 130, toDeg: 140 } })).toThrow(/130-140 deg lies outside the instrument's 5-120 deg/);
});
