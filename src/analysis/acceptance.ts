/** What decides whether a phase of the found set is there; every entry is finite. */
export interface AcceptanceFeatures {
  /** ln(1 + likelihood gain / misfit), the gain in nats. */
  readonly gain: number;
  /** ln(1 + substitution margin / misfit). */
  readonly margin: number;
  /** ln(1 + (e / 0.3 %)^2) of the largest strain. */
  readonly strain: number;
  /** ln of the height of its strongest line over that of the strongest phase, 0 or less. */
  readonly height: number;
  /** Logit of the network's probability, -9..9; 0 where there is no network. */
  readonly network: number;
  /** ln of the deviance over its expectation. */
  readonly misfit: number;
  /** Share of what stands at its lines that it explains, and share of its intensity where it is strongest, 0..1. */
  readonly explained: number;
  readonly isolated: number;
}

/** What decides whether the search overlooked a phase. */
export type AbsenceFeatures = Pick<AcceptanceFeatures, 'gain' | 'network' | 'misfit'>;

export interface Logistic<F> {
  readonly intercept: number;
  readonly weights: F;
}

/** Trained on simulated scenes with misfit (models/training/train-acceptance.ts). */
export interface AcceptanceModel {
  readonly version: string;
  readonly present: Logistic<AcceptanceFeatures>;
  readonly overlooked: Logistic<AbsenceFeatures>;
  /** The log odds of the whole set being exact: intercept + slope * log odds of the product over the phases. */
  readonly set: { readonly intercept: number; readonly slope: number };
}

export function presentProbability({ present }: AcceptanceModel, features: AcceptanceFeatures): number {
  const { gain, margin, strain, height, network, misfit, explained, isolated } = present.weights;
  return logistic(
    present.intercept +
      gain * features.gain +
      margin * features.margin +
      strain * features.strain +
      height * features.height +
      network * features.network +
      misfit * features.misfit +
      explained * features.explained +
      isolated * features.isolated,
  );
}

export function overlookedProbability({ overlooked }: AcceptanceModel, features: AbsenceFeatures): number {
  const { gain, network, misfit } = overlooked.weights;
  return logistic(overlooked.intercept + gain * features.gain + network * features.network + misfit * features.misfit);
}

/** Probability that the claimed set is exactly right: the product over all phases of being right about each, calibrated as a whole. */
export function exactProbability({ set }: AcceptanceModel, logProduct: number): number {
  const product = Math.min(1 - 1e-9, Math.exp(logProduct));
  return logistic(set.intercept + set.slope * Math.log(Math.max(product, 1e-12) / (1 - product)));
}

function logistic(z: number): number {
  return 1 / (1 + Math.exp(-Math.max(-30, Math.min(30, z))));
}
