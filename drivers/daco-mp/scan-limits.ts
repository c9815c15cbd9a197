import type { AngleRange } from '../../src/domain/angle-range.ts';
import type { ScanCommand } from '../../src/domain/scan.ts';

/** What the wire and this instrument take. */
export interface ScanLimits {
  readonly limits: AngleRange;
  readonly dwellS: { readonly min: number; readonly max: number };
  readonly scanModes: readonly ('step' | 'continuous')[];
}

/** Angles have three decimals on the wire. */
export const RASTER_DEG = 0.001;

/** Why the scan is not sent, in one sentence; null where nothing speaks against it. The guard looks first; this is the second lock. */
export function findViolation(command: ScanCommand, { limits, dwellS: dwell, scanModes }: ScanLimits, nowS: number): string | null {
  const { range, stepDeg, dwellS, pointCount, notAfterS, how } = command;
  const lastDeg = range.fromDeg + (pointCount - 1) * stepDeg;
  if (!(range.fromDeg >= limits.fromDeg) || !(lastDeg <= limits.toDeg + 1e-9))
    return `${range.fromDeg} to ${lastDeg} deg leaves the limits ${limits.fromDeg} to ${limits.toDeg} deg`;
  if (!(dwellS >= dwell.min && dwellS <= dwell.max)) return `the dwell ${dwellS} s is outside ${dwell.min} to ${dwell.max} s`;
  if (!(stepDeg > 0) || !isWhole(stepDeg / RASTER_DEG) || !isWhole(range.fromDeg / RASTER_DEG))
    return `angles finer than ${RASTER_DEG} deg do not pass the wire`;
  if (!Number.isSafeInteger(pointCount) || pointCount < 2) return `${pointCount} points are not possible`;
  if (how.kind === 'program' || how.kind === 'snapshot' || !scanModes.includes(how.kind)) return `there is no mode '${how.kind}'`;
  return nowS > notAfterS ? `the scan was not to begin after ${notAfterS} s on the instrument's clock` : null;
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6;
}
