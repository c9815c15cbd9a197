import { type BoostedTrees, probabilityOf } from './boosted-trees.ts';

/** What decides whether a phase of the found set is there; every entry is finite. */
export interface AcceptanceFeatures {
  /** ln(1 + likelihood gain / misfit), the gain in nats. */
  readonly gain: number;
  /** ln(1 + substitution margin / misfit). */
  readonly margin: number;
  /** ln(1 + likelihood lost / misfit) when it takes the place of a phase of the found set; 0 for the phases of the set. */
  readonly exchange: number;
  /** ln(1 + (e / 0.3 %)^2) of the largest strain. */
  readonly strain: number;
  /** ln of the height of its strongest line over that of the strongest phase, 0 or less. */
  readonly height: number;
  /** Fitted crystallite size in nm, 0 for a phase that is not fitted. */
  readonly sizeNm: number;
  /** How far its lines' heights have to be changed to fit, relative (RelaxedFit.changes). */
  readonly changes: number;
  /** ln(1 + how many of its lines stand where and as high as they should) (RelaxedFit.confirmed). */
  readonly confirmed: number;
  /** Logit of the network's probability, -9..9, and the standard deviation of its members; 0 where there is no network. */
  readonly network: number;
  readonly spread: number;
  /** ln of the deviance over its expectation. */
  readonly misfit: number;
  /** ln(1 + height of the highest unexplained peak of the pattern in units of its error). */
  readonly unexplained: number;
  /** Share of what stands at its lines that it explains, and share of its intensity where it is strongest, 0..1. */
  readonly explained: number;
  readonly isolated: number;
  /** ln(1 + gain) that the phase would have at 5 % of the height of the strongest: small where it could hide in the noise. */
  readonly power: number;
}

/** Trained on simulated scenes with misfit (models/training/train-acceptance.ts). */
export interface AcceptanceModel {
  readonly version: string;
  /** Is a phase of the found set there? */
  readonly present: BoostedTrees;
  /** Did the search overlook a phase that it left out? */
  readonly overlooked: BoostedTrees;
  /** Is the whole set exact? */
  readonly set: { readonly intercept: number; readonly weights: SetFeatures };
}

/** What decides whether a set is exactly right. */
export interface SetFeatures {
  /** Log odds of the product over all phases of being right about each. */
  readonly odds: number;
  /** ln of the deviance over its expectation. */
  readonly misfit: number;
  /** ln(1 + height of the highest unexplained peak in units of its error). */
  readonly unexplained: number;
}

export function presentProbability({ present }: AcceptanceModel, features: AcceptanceFeatures): number {
  return probabilityOf(present, { ...features });
}

export function overlookedProbability({ overlooked }: AcceptanceModel, features: AcceptanceFeatures): number {
  return probabilityOf(overlooked, { ...features });
}

/** Probability that the claimed set is exactly right, calibrated as a whole. */
export function exactProbability({ set }: AcceptanceModel, { odds, misfit, unexplained }: SetFeatures): number {
  const z = set.intercept + set.weights.odds * odds + set.weights.misfit * misfit + set.weights.unexplained * unexplained;
  return 1 / (1 + Math.exp(-z));
}

/** Log odds of a probability given by its logarithm, kept finite. */
export function logOddsOf(logProbability: number): number {
  const probability = Math.min(1 - 1e-9, Math.max(1e-12, Math.exp(logProbability)));
  return Math.log(probability / (1 - probability));
}
