import { instrumentFwhmDeg } from '../../diffraction/calibrated-optics.ts';
import { intersect } from '../../domain/angle-range.ts';
import type { InstrumentCalibration, InstrumentParameterName, StandardLine } from '../../domain/instrument-calibration.ts';

/** What a calibration gives cause to say. */
export interface CalibrationWarning {
  readonly code: 'calibrationAge' | 'calibrationDrift' | 'calibrationOther';
  readonly message: string;
}

/** Changes that matter; smaller ones are not told of, however sure. The displacement is the sample's, not the instrument's. */
const TOLERANCES: Readonly<Partial<Record<InstrumentParameterName, number>>> = {
  zeroDeg: 0.005,
  axial: 0.004,
  kAlpha2Weight: 0.03,
  kBetaWeight: 0.003,
  tungstenWeight: 0.003,
  polarisationK: 0.1,
};
const WIDTH_TOLERANCE = 0.05;
const SIGMAS = 3;

/** What has changed from one calibration to another by more than three standard errors and more than matters, by name. */
export function driftWarnings(before: InstrumentCalibration, now: InstrumentCalibration): CalibrationWarning[] {
  const warnings: CalibrationWarning[] = [];
  if (before.instrumentId !== now.instrumentId)
    warnings.push({
      code: 'calibrationOther',
      message: `the calibrations are of different instruments: ${before.instrumentId} and ${now.instrumentId}`,
    });
  for (const { name, value, sigma } of now.parameters) {
    const old = before.parameters.find((parameter) => parameter.name === name);
    const tolerance = TOLERANCES[name];
    if (!old || tolerance === undefined || sigma === null || old.sigma === null) continue;
    const error = Math.hypot(sigma, old.sigma);
    if (Math.abs(value - old.value) > Math.max(tolerance, SIGMAS * error))
      warnings.push({
        code: 'calibrationDrift',
        message: `${name} has changed from ${old.value.toPrecision(4)} to ${value.toPrecision(4)}, by ${(Math.abs(value - old.value) / error).toFixed(0)} standard errors`,
      });
  }
  return [...warnings, ...widthWarnings(before, now)];
}

/** U, V, W, X and Y trade against each other, so their curve is compared, at the ends and the middle of the common range. */
function widthWarnings(before: InstrumentCalibration, now: InstrumentCalibration): CalibrationWarning[] {
  const range = intersect(before.validRange, now.validRange);
  if (!range) return [];
  return [range.fromDeg, (range.fromDeg + range.toDeg) / 2, range.toDeg].flatMap((deg): CalibrationWarning[] => {
    const [old, fwhm] = [instrumentFwhmDeg(before, deg), instrumentFwhmDeg(now, deg)];
    const error = Math.hypot(widthSigmaDeg(before.lines, deg), widthSigmaDeg(now.lines, deg));
    if (Math.abs(fwhm - old) <= Math.max(WIDTH_TOLERANCE * old, SIGMAS * error)) return [];
    const message = `the line width at ${deg.toFixed(1)} degrees has changed from ${old.toFixed(4)} to ${fwhm.toFixed(4)} degrees`;
    return [{ code: 'calibrationDrift', message }];
  });
}

/** Error of the width of the nearest line, with what it stands off the curve. */
function widthSigmaDeg(lines: readonly StandardLine[], deg: number): number {
  const nearest = [...lines].sort((a, b) => Math.abs(a.twoThetaDeg - deg) - Math.abs(b.twoThetaDeg - deg))[0];
  return nearest ? Math.hypot(nearest.fwhmSigmaDeg, nearest.fwhmDeg - nearest.curveFwhmDeg) : 0;
}
