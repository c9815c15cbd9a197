import type { Radiation } from '../domain/radiation.ts';
import type { PriorInstrument } from './calibrated-prior.ts';

/** From .. to. */
export type Span = readonly [from: number, to: number];

/** What scenes are drawn from. Heights are relative to the strongest line of the scene, shares are probabilities, all plain data. */
export interface ScenePrior {
  readonly radiation: Radiation;
  /** Entry i is the probability of i + 1 phases. */
  readonly phaseCount: readonly number[];
  /** Height of the other phases' strongest lines, log-uniform; the first phase has 1. */
  readonly relativeHeight: Span;
  /** Strain up to `max` with probability `share`. */
  readonly strain: readonly { readonly share: number; readonly max: number }[];
  readonly texture: { readonly share: number; readonly sigmaLogR: number };
  /** Relative standard deviation of a normal factor per line. */
  readonly intensityJitter: number;
  /** Relative standard deviation of a gamma factor per line (few grains in the beam), drawn once per phase; null for none. */
  readonly grainSigma: Span | null;
  readonly bIsoA2: Span;
  /** Log-uniform. */
  readonly sizeNm: Span;
  readonly microstrainMax: number;
  /** Instrumental FWHM at low angle, log-uniform. */
  readonly fwhmDeg: Span;
  readonly zeroSigmaDeg: number;
  /** Standard deviation of the shift by displacement at low angle. */
  readonly displacementSigmaDeg: number;
  readonly radiusMm: readonly number[];
  readonly monochromator: { readonly share: number; readonly twoThetaDeg: number };
  readonly background: { readonly family: 'decay' | 'polynomial'; readonly relative: Span };
  readonly unknownPeaks: { readonly share: number; readonly max: number; readonly relativeHeight: Span };
  readonly axial: Span;
  readonly kBetaWeight: Span;
  readonly tungstenWeight: Span;
  /** A calibrated instrument; widths, radius, monochromator, axial divergence and weak lines are then its own. */
  readonly instrument?: PriorInstrument;
}

/** Wavelengths and weights as instruments with Cu tubes state them. */
const COPPER: Radiation = {
  anode: 'Cu',
  lines: [
    { wavelengthA: 1.540598, weight: 1 },
    { wavelengthA: 1.544426, weight: 0.5 },
  ],
};

/** The patterns that networks are trained on. */
export const TRAINING_PRIOR: ScenePrior = {
  radiation: COPPER,
  phaseCount: [0.3, 0.3, 0.25, 0.15],
  relativeHeight: [0.03, 1],
  strain: [
    { share: 0.7, max: 0.01 },
    { share: 0.3, max: 0.03 },
  ],
  texture: { share: 0.6, sigmaLogR: 0.28 },
  intensityJitter: 0.12,
  grainSigma: null,
  bIsoA2: [0.2, 1.5],
  sizeNm: [4, 120],
  microstrainMax: 0.002,
  fwhmDeg: [0.04, 0.15],
  zeroSigmaDeg: 0.04,
  displacementSigmaDeg: 0.08,
  radiusMm: [141, 145, 173, 240, 280],
  monochromator: { share: 0.25, twoThetaDeg: 26.6 },
  background: { family: 'decay', relative: [0.01, 0.6] },
  unknownPeaks: { share: 0.3, max: 4, relativeHeight: [0.02, 0.3] },
  axial: [0, 0],
  kBetaWeight: [0, 0],
  tungstenWeight: [0, 0],
};

/** Scenes for figures: one to three phases with traces, and four effects that the training lacks. */
export function SCORING_PRIOR(strainMax: number): ScenePrior {
  return {
    ...TRAINING_PRIOR,
    phaseCount: [1 / 3, 1 / 3, 1 / 3],
    relativeHeight: [0.05, 1],
    strain: [{ share: 1, max: strainMax }],
    grainSigma: [0.05, 0.2],
    background: { family: 'polynomial', relative: [0.01, 0.4] },
    axial: [0.01, 0.03],
    kBetaWeight: [0.002, 0.015],
    tungstenWeight: [0.001, 0.008],
  };
}

/**
 * A ground powder of ordinary crystallites in a spinning holder, as laboratories buy and mix them, with the same untrained effects; milder than
 * `SCORING_PRIOR`, which draws nanocrystalline, textured and badly known phases as well.
 */
export function POWDER_PRIOR(strainMax: number): ScenePrior {
  return {
    ...SCORING_PRIOR(strainMax),
    sizeNm: [20, 150],
    texture: { share: 0.4, sigmaLogR: 0.15 },
    intensityJitter: 0.04,
    grainSigma: [0.02, 0.08],
    microstrainMax: 0.001,
  };
}
