import type { AngleRange } from './angle-range.ts';
import type { FittedCurves } from './fitted-curves.ts';
import type { ToldFacts } from './sample-knowledge.ts';
import type { ScanFinding } from './scan-finding.ts';

/** One phase as the identifier sees it. Fractions and probabilities are 0..1. */
export interface PhaseCandidate {
  readonly phaseId: string;
  readonly formula: string;
  readonly spaceGroup: number;
  readonly groupPhaseIds: readonly string[];
  readonly probability: number;
  readonly networkProbability: number | null;
  /** True for a phase that a CIF file brought and of which the network knows nothing. */
  readonly networkSilent?: true;
  /** Standard deviation of the members' probabilities. */
  readonly spread: number | null;
  readonly weightFraction: number | null;
  readonly weightFractionSigma: number | null;
  /** The part of it that counting longer makes smaller; the rest is the model's. */
  readonly weightFractionCountingSigma?: number | null;
  /** Fitted scale: counts per second in the phase's strongest line. */
  readonly scale: number;
  readonly latticeStrainMax: number;
  readonly sizeNm: number | null;
  readonly rivalId: string | null;
  /** Whether the network's evidence for a claimed phase lies on its lines; missing where that was not looked at. */
  readonly camCheck?: CamCheck;
}

/** What becomes of the network's vote for a phase where its evidence is hottest. */
export interface CamCheck {
  readonly hotRegion: AngleRange;
  readonly hotRegionHoldsReflection: boolean;
  readonly voteDropsWhenMasked: boolean;
  /** By how much the members' mean logit falls when the region counts as unmeasured. */
  readonly logitDrop: number;
}

export interface RivalSet {
  readonly phaseIds: readonly string[];
  readonly probability: number;
  readonly differsAtDeg: readonly number[];
}

export interface DisagreementRegion {
  readonly range: AngleRange;
  /** Largest difference of the two normalised maps inside the range, 0..1. */
  readonly score: number;
  readonly between: readonly [string, string];
}

/** Evidence for one phase by angle: member `memberId`'s logit is its bias plus the sum of `weight`. */
export interface ActivationMap {
  readonly phaseId: string;
  readonly memberId: string;
  readonly of: 'measured' | 'reference';
  readonly twoThetaDeg: Float64Array;
  readonly weight: Float64Array;
}

/** How badly the components of a model's training patterns reconstruct a pattern. */
export interface ReconstructionError {
  /** Squared rest over squared scatter: 0 where all is reconstructed. */
  readonly error: number;
  /** Share of patterns of the model's own phases that are reconstructed better, 0..1. */
  readonly quantile: number;
}

export type IdentifyVerdict = 'confident' | 'ambiguous' | 'novel' | 'noSignal';

export interface Identification {
  readonly identificationId: string;
  readonly patternId: string;
  readonly modelId: string;
  readonly threshold: number;
  readonly verdict: IdentifyVerdict;
  /** Sorted by probability, highest first; every phase of the model. */
  readonly candidates: readonly PhaseCandidate[];
  /** Probability that the set of candidates at or above the threshold is exactly right. */
  readonly setProbability: number;
  readonly rivalSets: readonly RivalSet[];
  readonly shift: { readonly zeroDeg: number; readonly displacementMm: number };
  /** What the fit of the claimed phases leaves: share of the net intensity, and the highest peak in units of its own error. */
  readonly unexplained: { readonly fraction: number; readonly maxPeakSigma: number; readonly atDeg: number | null };
  readonly novelty: {
    readonly score: number;
    readonly isNovel: boolean;
    /** A second opinion that takes no part in `isNovel`; missing where no network was asked. */
    readonly reconstruction?: ReconstructionError | null;
  };
  readonly detectionLimits: readonly { readonly phaseId: string; readonly weightFraction: number; readonly sigma: 3 }[];
  readonly disagreement: readonly DisagreementRegion[];
  /** What of the user's knowledge of the sample counted; missing where nothing was told. */
  readonly told?: ToldFacts;
  /** What is wrong with the scan itself; missing where it was not looked at. */
  readonly scanFindings?: readonly ScanFinding[];
  /** The fit of the claimed phases, for plots. */
  readonly curves?: FittedCurves;
  readonly timingMs: {
    readonly load: number;
    readonly network: number;
    readonly search: number;
    readonly explain: number;
    readonly total: number;
  };
}

/** The candidates that are claimed: probability at or above the threshold. */
export function claimed(identification: Identification): PhaseCandidate[] {
  return identification.candidates.filter((candidate) => candidate.probability >= identification.threshold);
}

/** The same pattern and the same model give the same id, so a resumed run finds what was computed before. */
export function identificationIdOf(patternId: string, model: { readonly modelId: string; readonly modelSha256: string }): string {
  return `${patternId}.${model.modelId.replace(/[^A-Za-z0-9-]/g, '-')}.${model.modelSha256.slice(0, 8)}`;
}
