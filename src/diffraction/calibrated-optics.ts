import type { InstrumentCalibration } from '../domain/instrument-calibration.ts';
import { primaryWavelengthA, type Radiation } from '../domain/radiation.ts';
import type { Background } from './background.ts';
import { gaussianFwhmDeg, lorentzianFwhmDeg, pseudoVoigtFwhm } from './profile.ts';
import type { Optics } from './simulate-pattern.ts';

/** Wavelengths that differ by less than this fraction are the same line. */
const SAME_LINE = 2e-4;

/** Was the calibration made with this radiation, weak lines apart? */
export function sameRadiation(calibration: Pick<InstrumentCalibration, 'radiation'>, radiation: Radiation): boolean {
  const ours = primaryWavelengthA(calibration.radiation);
  return Math.abs(primaryWavelengthA(radiation) / ours - 1) < SAME_LINE && hasSecond(calibration.radiation) === hasSecond(radiation);
}

/** A second strong line beside the first, as K alpha 2 is. */
function hasSecond({ lines }: Radiation): boolean {
  return lines.filter(({ weight }) => weight > 0.2).length > 1;
}

/** The optics of a calibrated instrument, with the radiation as calibrated. */
export function calibratedOptics({ radiation, optics }: Pick<InstrumentCalibration, 'radiation' | 'optics'>): Optics {
  const { uDeg2, vDeg2, wDeg2, xDeg, yDeg, axial, radiusMm, monochromatorTwoThetaDeg } = optics;
  return { radiation, caglioti: { uDeg2, vDeg2, wDeg2 }, lorentzDeg: { xDeg, yDeg }, radiusMm, monochromatorTwoThetaDeg, axial };
}

/** The background of a calibrated instrument under a strongest line of `peakCps` counts per second. */
export function calibratedBackground({ background }: Pick<InstrumentCalibration, 'background'>, peakCps: number): Background {
  const { coefficients, air, fromDeg, toDeg } = background;
  return {
    family: 'polynomial',
    coefficientsCps: coefficients.map((coefficient) => coefficient * peakCps),
    fromDeg,
    toDeg,
    airCps: air * peakCps,
  };
}

/** Full width at half maximum of a line that nothing but the instrument broadens, without axial asymmetry; degrees 2theta. */
export function instrumentFwhmDeg(calibration: Pick<InstrumentCalibration, 'radiation' | 'optics'>, twoThetaDeg: number): number {
  const { caglioti, lorentzDeg, radiation } = calibratedOptics(calibration);
  const theta = (twoThetaDeg * Math.PI) / 360;
  const tan = Math.tan(theta);
  const lorentz = lorentzianFwhmDeg(lorentzDeg, tan, Math.cos(theta), primaryWavelengthA(radiation), Number.POSITIVE_INFINITY, 0);
  return pseudoVoigtFwhm(gaussianFwhmDeg(caglioti, tan), lorentz);
}
