import type { ActivationMap, ReconstructionError } from '../src/domain/identification.ts';
import type { Pattern } from '../src/domain/pattern.ts';

/** What an ensemble says of a pattern, per phase: mean and standard deviation of the members' probabilities. */
export interface Votes {
  readonly phaseIds: readonly string[];
  readonly probability: Float64Array;
  readonly spread: Float64Array;
  /** Null where the bundle, or the pattern, does not allow it. */
  readonly reconstruction: ReconstructionError | null;
}

export interface Voter {
  votes(pattern: Pattern): Promise<Votes>;
  maps(pattern: Pattern, phaseIds: readonly string[]): Promise<ActivationMap[]>;
  close(): Promise<void>;
}

/** What the network says of one phase. */
export interface Vote {
  readonly probability: number;
  readonly spread: number;
}

/** What it says of the most probable of phases that cannot be told apart; null without a network or for phases it does not know. */
export function voteFor(votes: Votes | null, groupPhaseIds: readonly string[]): Vote | null {
  if (!votes) return null;
  const known = groupPhaseIds.map((phaseId) => votes.phaseIds.indexOf(phaseId)).filter((index) => index >= 0);
  const [most] = known.sort((a, b) => votes.probability[b]! - votes.probability[a]!);
  return most === undefined ? null : { probability: votes.probability[most]!, spread: votes.spread[most]! };
}
