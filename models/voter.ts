import type { ActivationMap } from '../src/domain/identification.ts';
import type { Pattern } from '../src/domain/pattern.ts';

/** What an ensemble says of a pattern, per phase: mean and standard deviation of the members' probabilities. */
export interface Votes {
  readonly phaseIds: readonly string[];
  readonly probability: Float64Array;
  readonly spread: Float64Array;
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

/** Null without a network or for a phase it does not know. */
export function voteFor(votes: Votes | null, phaseId: string): Vote | null {
  const index = votes ? votes.phaseIds.indexOf(phaseId) : -1;
  return votes && index >= 0 ? { probability: votes.probability[index]!, spread: votes.spread[index]! } : null;
}
