import type { InstrumentCalibration } from '../domain/instrument-calibration.ts';
import type { RandomSource } from '../ports/runtime.ts';
import { calibratedOptics } from './calibrated-optics.ts';
import type { ScenePrior } from './scene-prior.ts';
import type { Optics } from './simulate-pattern.ts';

/** An instrument that scenes are measured in, and how far from it they may be. */
export interface PriorInstrument {
  readonly optics: Optics;
  readonly zeroDeg: number;
  /** Relative standard deviation of the line widths and of the axial divergence. */
  readonly spread: number;
}

/** For training: a network shall stand a tube that is changed and slits that are set anew. */
export const TRAINING_SPREAD = 0.1;
/** Standard deviation of the zero of a calibrated instrument, at the training spread. */
const ZERO_SIGMA_DEG = 0.01;

/** The prior about a calibrated instrument; with a spread of 0 every scene has exactly its optics and zero. */
export function calibratedPrior(prior: ScenePrior, calibration: InstrumentCalibration, spread: number): ScenePrior {
  const optics = calibratedOptics(calibration);
  return {
    ...prior,
    radiation: calibration.radiation,
    zeroSigmaDeg: (ZERO_SIGMA_DEG * spread) / TRAINING_SPREAD,
    instrument: { optics, zeroDeg: calibration.shift.zeroDeg, spread },
  };
}

/** Optics about those of the instrument: all widths by one factor, the axial divergence by another. */
export function drawNearInstrument(random: RandomSource, { optics, spread }: PriorInstrument): Optics {
  if (spread === 0) return optics;
  const wider = Math.exp(spread * random.normal());
  const { caglioti, lorentzDeg } = optics;
  const square = wider * wider;
  return {
    ...optics,
    caglioti: { uDeg2: caglioti.uDeg2 * square, vDeg2: caglioti.vDeg2 * square, wDeg2: caglioti.wDeg2 * square },
    lorentzDeg: { xDeg: lorentzDeg.xDeg * wider, yDeg: lorentzDeg.yDeg * wider },
    axial: optics.axial * Math.exp(spread * random.normal()),
  };
}
