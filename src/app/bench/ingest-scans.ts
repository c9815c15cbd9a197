import type { ScanCommand } from '../../domain/scan.ts';
import type { Capabilities } from '../../ports/diffractometer.ts';
import { FREE_INSTRUMENT } from './free-instrument.ts';

/** A free instrument, so that a scan may have as many points as are wanted. */
export const CAPABILITIES: Capabilities = {
  ...FREE_INSTRUMENT,
  twoThetaLimits: { fromDeg: 0, toDeg: 150 },
  stepDeg: { min: 0.0001, max: 1, rasterDeg: 0.0001 },
  dwellS: { min: 0.001, max: 100 },
  minWindowDeg: 0,
  cost: { apertureDeg: 0, perScanS: 0, perPointS: 0, slewDegPerS: 10, settleS: 0, shutterS: 0 },
  modes: ['continuous'],
};

export const FROM_UDEG = 10_000_000;
export const STEP_UDEG = 1000;

/** The count at point i of every scan: what arrives can be held against it. */
export function streamCount(i: number): number {
  return (i * 7919) % 100_003;
}

export function streamCommand(requestId: string, pointCount: number): ScanCommand {
  const stepDeg = STEP_UDEG / 1e6;
  const fromDeg = FROM_UDEG / 1e6;
  return {
    requestId,
    attempt: 1,
    sample: { sampleId: 's1', slot: null },
    range: { fromDeg, toDeg: (FROM_UDEG + (pointCount - 1) * STEP_UDEG) / 1e6 },
    stepDeg,
    dwellS: 0.01,
    pointCount,
    expectedS: pointCount * 0.01,
    notAfterS: 1e12,
    how: { kind: 'continuous' },
  };
}
