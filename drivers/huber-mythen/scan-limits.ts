import type { AngleRange } from '../../src/domain/angle-range.ts';
import type { ScanCommand } from '../../src/domain/scan.ts';
import type { Capabilities } from '../../src/ports/diffractometer.ts';

/** Steps and starts are whole multiples of it. */
const RASTER_DEG = 0.001;
const LARGEST_STEP_DEG = 1;

export interface ScanBounds {
  readonly limits: AngleRange;
  readonly dwellS: { readonly min: number; readonly max: number };
  readonly stepDeg: Capabilities['stepDeg'];
}

/** The arm may be sent to `armLimits`; the detector's middle stands `middleDeg` beside it, and a point is `pitchDeg` wide at least. */
export function boundsOf(armLimits: AngleRange, dwellS: ScanBounds['dwellS'], middleDeg: number, pitchDeg: number): ScanBounds {
  const limits = { fromDeg: onRaster(armLimits.fromDeg + middleDeg, Math.ceil), toDeg: onRaster(armLimits.toDeg + middleDeg, Math.floor) };
  return { limits, dwellS, stepDeg: { min: onRaster(pitchDeg, Math.ceil), max: LARGEST_STEP_DEG, rasterDeg: RASTER_DEG } };
}

/** Why the scan is not begun, in one sentence; null where nothing speaks against it. The guard looks first; this is the second lock. */
export function findViolation(command: ScanCommand, { limits, dwellS: dwell, stepDeg: steps }: ScanBounds, nowS: number): string | null {
  const { range, stepDeg, dwellS, pointCount, notAfterS, how } = command;
  const lastDeg = range.fromDeg + (pointCount - 1) * stepDeg;
  if (!(range.fromDeg >= limits.fromDeg - 1e-9) || !(lastDeg <= limits.toDeg + 1e-9))
    return `${range.fromDeg} to ${lastDeg} deg leaves the limits ${limits.fromDeg} to ${limits.toDeg} deg`;
  if (!(dwellS >= dwell.min && dwellS <= dwell.max)) return `the dwell ${dwellS} s is outside ${dwell.min} to ${dwell.max} s`;
  if (!(stepDeg >= steps.min - 1e-9 && stepDeg <= steps.max + 1e-9))
    return `the step ${stepDeg} deg is outside ${steps.min} to ${steps.max} deg: a finer one would leave points without a strip`;
  if (!isWhole(stepDeg / RASTER_DEG) || !isWhole(range.fromDeg / RASTER_DEG)) return `angles finer than ${RASTER_DEG} deg are not offered`;
  if (!Number.isSafeInteger(pointCount) || pointCount < 2) return `${pointCount} points are not possible`;
  if (how.kind !== 'snapshot') return `there is no mode '${how.kind}'`;
  return nowS > notAfterS ? `the scan was not to begin after ${notAfterS} s on the instrument's clock` : null;
}

function onRaster(deg: number, round: (value: number) => number): number {
  const ticks = deg / RASTER_DEG;
  const whole = Math.abs(ticks - Math.round(ticks)) < 1e-6 ? Math.round(ticks) : round(ticks);
  return Math.round(whole * RASTER_DEG * 1e6) / 1e6;
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6;
}
