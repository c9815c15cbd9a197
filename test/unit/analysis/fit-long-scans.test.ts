import { expect, test } from '@jest/globals';
import { fitRequest } from '../../../src/analysis/fit-request.ts';
import { estimateScanS } from '../../../src/domain/decision.ts';
import type { ScanRequest } from '../../../src/domain/scan.ts';
import type { Capabilities } from '../../../src/ports/diffractometer.ts';
import { findViolation } from '../../../src/safety/scan-rules.ts';

const can: Capabilities = {
  twoThetaLimits: { fromDeg: 5, toDeg: 120 },
  stepDeg: { min: 0.01, max: 0.1, rasterDeg: 0.001 },
  rasters: 'free',
  dwellS: { min: 0.1, max: 100 },
  minWindowDeg: 0.5,
  maxScanS: 3600,
  cost: { apertureDeg: 0, perScanS: 2, perPointS: 0.1, slewDegPerS: 2, settleS: 1, shutterS: 0.5 },
  programs: 'free',
  modes: ['step'],
  delivers: 'stream',
  canFind: true,
  canAbort: true,
  hasShutter: true,
};
const rules = { limits: can.twoThetaLimits, maxDwellS: 100, maxScanS: 3600, collisionZones: [] };
const request: ScanRequest = {
  requestId: 'r-c1-1',
  runId: 'r',
  cycle: 1,
  range: { fromDeg: 10, toDeg: 30 },
  stepDeg: 0.02,
  dwellS: 4,
  purpose: 'survey',
  because: 'first look',
};
const context = { attempt: 1, sample: { sampleId: 's', slot: null }, nowS: 100, patienceS: 60 };

test('a scan that would take too long counts less, as long as it may take', () => {
  const command = fitRequest(request, can, context);
  expect(command.expectedS).toBeLessThanOrEqual(3600);
  expect(command.expectedS).toBeGreaterThan(3599);
  expect(command.expectedS).toBe(estimateScanS(can.cost, command.range, command.stepDeg, command.dwellS));
  expect(findViolation(command, can, rules)).toBeNull();
});

test('so does one that would be more beam than the sample may still have', () => {
  const command = fitRequest(request, can, { ...context, beamLeftS: 500 });
  expect(command.expectedS).toBeLessThanOrEqual(500);
  expect(command.expectedS).toBeGreaterThan(499);
});

test('where no dwell that the instrument can count is short enough, it stays as it was asked for: the guard says why it is refused', () => {
  const command = fitRequest(request, { ...can, maxScanS: 100 }, context);
  expect(command.dwellS).toBe(4);
  expect(findViolation(command, can, { ...rules, maxScanS: 100 })).toMatch(/at most 100 s are allowed/);
});

test('a program that takes too long is not chosen', () => {
  const range = { fromDeg: 10, toDeg: 30 };
  const programs = [
    { name: 'long', range, stepDeg: 0.02, dwellS: 4 },
    { name: 'short', range, stepDeg: 0.02, dwellS: 1 },
  ];
  expect(fitRequest(request, { ...can, programs }, context).how).toEqual({ kind: 'program', name: 'short' });
  expect(fitRequest(request, { ...can, programs, maxScanS: 1e6 }, context).how).toEqual({ kind: 'program', name: 'long' });
});
