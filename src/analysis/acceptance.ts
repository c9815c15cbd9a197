/** What decides whether a phase is there; every entry is finite. */
export interface AcceptanceFeatures {
  /** ln(1 + likelihood gain / misfit), the gain in nats. */
  readonly gain: number;
  /** ln(1 + substitution margin / misfit). */
  readonly margin: number;
  /** ln(1 + (e / 0.3 %)^2) of the largest strain. */
  readonly strain: number;
  /** ln of the height of its strongest line over that of the strongest phase, 0 or less; 0 for a phase outside the set. */
  readonly height: number;
  /** Logit of the network's probability, -9..9; 0 where there is no network. */
  readonly network: number;
}

export interface AcceptanceModel {
  readonly version: string;
  readonly intercept: number;
  readonly weights: AcceptanceFeatures;
}

export function acceptanceProbability(model: AcceptanceModel, features: AcceptanceFeatures): number {
  const { gain, margin, strain, height, network } = model.weights;
  const z =
    model.intercept +
    gain * features.gain +
    margin * features.margin +
    strain * features.strain +
    height * features.height +
    network * features.network;
  return 1 / (1 + Math.exp(-Math.max(-30, Math.min(30, z))));
}
