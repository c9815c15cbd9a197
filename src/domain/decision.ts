import type { AngleRange } from './angle-range.ts';
import type { DisagreementRegion, Identification } from './identification.ts';
import type { ScanPurpose, ScanRequest } from './scan.ts';

/**
 * What the user wants to know. 'identify': which phases are there. 'confirm': is this phase there above this weight fraction of the crystalline
 * part. 'quantify': which, and each fraction counted to this standard
 * error (texture, microabsorption and the structures add to it what no counting removes).
 */
export type RunQuestion =
  | { readonly kind: 'identify' }
  | { readonly kind: 'confirm'; readonly phaseId: string; readonly aboveWeightFraction: number }
  | { readonly kind: 'quantify'; readonly sigmaWeightFraction: number };

/** The question and what its answer may cost. Budgets run on the instrument's clock. */
export type RunGoal = RunQuestion & GoalTerms;

export interface GoalTerms {
  readonly confidence: number;
  readonly maxPhases: number;
  readonly budgetInstrumentS: number;
  readonly maxCycles: number;
  readonly ceilingDeg: number;
}

export type VerdictKind = 'accept' | 'inconclusive' | 'novel' | 'aborted' | 'fault';
export type ReasonCode =
  | 'goalMet'
  | 'budgetSpent'
  | 'maxCycles'
  | 'futile'
  | 'indistinguishable'
  | 'unexplained'
  | 'operator'
  | 'interlock'
  | 'link'
  | 'deviceFault';

export interface Verdict {
  readonly kind: VerdictKind;
  readonly reasonCode: ReasonCode;
  readonly phaseIds: readonly string[];
  readonly setProbability: number | null;
  /** One plain sentence. */
  readonly reason: string;
  /** The answer to a 'confirm' that was decided. */
  readonly confirmed?: boolean;
}

export interface MeasureDecision {
  readonly kind: 'measure';
  readonly requests: readonly PlannedScan[];
  readonly reason: string;
}

/** A scan that a policy asks for; the loop gives it its requestId. */
export type PlannedScan = Pick<ScanRequest, 'range' | 'stepDeg' | 'dwellS' | 'because'> & { readonly purpose: ScanPurpose };

export type Decision = MeasureDecision | Verdict;

/** How long a scan takes on this instrument; see `estimateScanS`. All times in s. */
export interface CostModel {
  /** Angular opening of a strip detector; 0 for a point detector. */
  readonly apertureDeg: number;
  readonly perScanS: number;
  readonly perPointS: number;
  readonly slewDegPerS: number;
  readonly settleS: number;
  readonly shutterS: number;
}

/** Everything a policy may see; stored with each decision, so that any decision can be replayed. */
export interface RunView {
  readonly viewId: string;
  readonly goal: RunGoal;
  readonly cycle: number;
  /** What was measured so far, with the live time per point of each visit. */
  readonly coverage: readonly { readonly range: AngleRange; readonly dwellS: number; readonly stepDeg: number }[];
  readonly identification: Identification | null;
  readonly regions: readonly DisagreementRegion[];
  readonly costModel: CostModel;
  readonly limits: AngleRange;
  readonly minWindowDeg: number;
  readonly spentS: number;
  /** Longest that one scan may take, and how long the sample may still be in the beam, instrument s; missing where nothing bounds them. */
  readonly maxScanS?: number;
  readonly beamLeftS?: number;
  readonly seed: number;
}

/**
 * Instrument time of one scan in s. A strip detector of opening w at speed v gives each point the live time w / v, so a range L takes
 * (L + w) / v = dwellS (L + w) / w; a point detector takes the sum of its points (domain-facts section 5.3).
 */
export function estimateScanS(cost: CostModel, range: AngleRange, stepDeg: number, dwellS: number): number {
  const lengthDeg = range.toDeg - range.fromDeg;
  const points = Math.round(lengthDeg / stepDeg) + 1;
  const counting = cost.apertureDeg > 0 ? (dwellS * (lengthDeg + cost.apertureDeg)) / cost.apertureDeg : points * (dwellS + cost.perPointS);
  return cost.perScanS + cost.settleS + 2 * cost.shutterS + counting;
}
