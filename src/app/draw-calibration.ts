import { instrumentFwhmDeg } from '../diffraction/calibrated-optics.ts';
import { calibrateReport } from '../report/calibrate-report.ts';
import type { CalibrateReport } from './calibrate-command.ts';
import { VERSION } from './envelope.ts';

const CURVE_STEP_DEG = 0.5;

/** The page of one calibration, with the curve of widths over the scan. */
export const drawCalibration: CalibrateReport = ({ pattern, calibration, curves, warnings, generatedAtMs }) => {
  const [fromDeg, toDeg] = [pattern.twoThetaDeg[0]!, pattern.twoThetaDeg.at(-1)!];
  const x = Array.from({ length: Math.floor((toDeg - fromDeg) / CURVE_STEP_DEG) + 1 }, (_, i) => fromDeg + CURVE_STEP_DEG * i);
  const widthCurve = { x, y: x.map((deg) => instrumentFwhmDeg(calibration, deg)) };
  return calibrateReport({ pattern, calibration, curves, widthCurve, warnings, version: VERSION, generatedAtMs });
};
