import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fitRequest } from '../../../src/analysis/fit-request.ts';
import { intersect, widthDeg } from '../../../src/domain/angle-range.ts';
import type { ScanRequest } from '../../../src/domain/scan.ts';
import type { Capabilities } from '../../../src/ports/diffractometer.ts';
import { findViolation } from '../../../src/safety/scan-rules.ts';
import { anyRange } from '../../support/arbitrary.ts';

const program = (name: string, fromDeg: number, toDeg: number, dwellS: number, stepDeg = 0.02) => ({
  name,
  range: { fromDeg, toDeg },
  stepDeg,
  dwellS,
});
const CATALOGUE = [
  program('10-80_Low', 10, 80, 1),
  program('10-80_High', 10, 80, 10),
  program('25-35_High', 25, 35, 10),
  program('30-60_High', 30, 60, 10),
  program('30-60_Highest', 30, 60, 40),
];
const can: Capabilities = {
  twoThetaLimits: { fromDeg: 10, toDeg: 80 },
  stepDeg: { min: 0.02, max: 0.02, rasterDeg: 0.02 },
  rasters: [{ stepDeg: 0.02, originDeg: 10 }],
  dwellS: { min: 1, max: 40 },
  minWindowDeg: 10,
  cost: { apertureDeg: 5, perScanS: 25, perPointS: 0, slewDegPerS: 10, settleS: 0, shutterS: 0 },
  programs: CATALOGUE,
  modes: ['continuous'],
  delivers: 'file',
  canFind: true,
  canAbort: false,
  hasShutter: false,
};
const context = { attempt: 2, sample: { sampleId: 's', slot: null }, nowS: 100, patienceS: 60 };
const ask = (fromDeg: number, toDeg: number, dwellS: number, more: Partial<Capabilities> = {}, stepDeg = 0.02) => {
  const request: ScanRequest = {
    requestId: 'r-c1-1',
    runId: 'r',
    cycle: 1,
    range: { fromDeg, toDeg },
    stepDeg,
    dwellS,
    purpose: 'rescan',
    because: 'to see',
  };
  return fitRequest(request, { ...can, ...more }, context);
};
const chosen = (...args: Parameters<typeof ask>) => {
  const { how } = ask(...args);
  return how.kind === 'program' ? how.name : how.kind;
};

describe('a request at an instrument with stored programs', () => {
  test('becomes one run of a program, and says what that truly measures', () => {
    expect(ask(26, 34, 10)).toEqual({
      requestId: 'r-c1-1',
      attempt: 2,
      sample: { sampleId: 's', slot: null },
      range: { fromDeg: 25, toDeg: 35 },
      stepDeg: 0.02,
      dwellS: 10,
      pointCount: 501,
      expectedS: 25 + (10 * (10 + 5)) / 5,
      notAfterS: 160,
      how: { kind: 'program', name: '25-35_High' },
    });
  });

  test('takes what covers the window, then what counts long enough, then what is cheap', () => {
    expect(chosen(10, 80, 1)).toBe('10-80_Low');
    expect(chosen(10, 80, 8)).toBe('10-80_High');
    expect(chosen(26, 34, 1)).toBe('10-80_Low');
    expect(chosen(40, 50, 10)).toBe('30-60_High');
    expect(chosen(27, 40, 10)).toBe('10-80_High');
  });

  test('counts time by the step: half the step in half the time is as good', () => {
    expect(chosen(40, 50, 5, {}, 0.01)).toBe('30-60_High');
    expect(chosen(40, 50, 20, {}, 0.04)).toBe('30-60_High');
  });

  test('where none counts long enough, the longest is taken and the rest left to the next decision', () => {
    expect(chosen(40, 50, 500)).toBe('30-60_Highest');
    expect(chosen(10, 80, 500)).toBe('10-80_High');
  });

  test('a hair of the window outside is no reason for a dearer program', () => {
    expect(chosen(24.9, 35, 10)).toBe('25-35_High');
    expect(chosen(24, 35, 10)).toBe('10-80_High');
  });

  test('limits that came in between are kept', () => {
    const limits = { twoThetaLimits: { fromDeg: 20, toDeg: 70 }, dwellS: { min: 1, max: 20 } };
    expect(chosen(40, 50, 500, limits)).toBe('30-60_High');
    expect(chosen(20, 70, 1, limits)).toBe('30-60_High');
  });

  test('where nothing measures the window, it is refused with what there is', () => {
    const limits = { twoThetaLimits: { fromDeg: 20, toDeg: 70 } };
    expect(() => ask(62, 70, 1, limits)).toThrow(
      expect.objectContaining({
        code: 'refused',
        message: 'no program within the limits measures any of 62-70 deg',
        remedy: expect.stringMatching(/25-35_High \(25-35 deg\)/),
      }),
    );
  });

  test('whatever is asked, the guard has nothing against it, and no program would cover more', () => {
    const rules = { limits: can.twoThetaLimits, maxDwellS: 1e9, maxScanS: 1e12, collisionZones: [] };
    const dwells = fc.double({ min: 1e-3, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(anyRange({ fromDeg: 10, toDeg: 80 }), dwells, (range, dwellS) => {
        const command = ask(range.fromDeg, range.toDeg, dwellS);
        expect(findViolation(command, can, rules)).toBeNull();
        const covered = (other: typeof range) => widthDeg(intersect(other, range) ?? { fromDeg: 0, toDeg: 0 });
        for (const other of CATALOGUE)
          expect(covered(command.range)).toBeGreaterThanOrEqual(covered(other.range) - 0.02 * widthDeg(range) - 1e-9);
      }),
      { numRuns: 300, seed: 20261122 },
    );
  });
});
