import { claimed, type Identification } from '../../domain/identification.ts';
import { type MatchMode, matchPhases, type PhaseMatch } from './match-phases.ts';

/** What is known of a pattern before anyone looks at it. */
export interface Truth {
  readonly id: string;
  /** Scans of one sample share it; their errors are not independent. */
  readonly clusterId: string;
  readonly tags: readonly string[];
  readonly certainty: string | null;
  readonly phases: readonly { readonly phaseId: string; readonly weightFraction: number | null }[];
  /** May its weight fractions be scored? */
  readonly scoresFractions: boolean;
}

/** One identified pattern beside its truth. `repeat` counts the thinned draws from 0. */
export interface JudgedPattern {
  readonly truth: Truth;
  readonly repeat: number;
  readonly identification: Identification;
  readonly matches: Readonly<Record<MatchMode, PhaseMatch>>;
}

export function judge(truth: Truth, repeat: number, identification: Identification): JudgedPattern {
  const expectedIds = truth.phases.map(({ phaseId }) => phaseId);
  const claims = claimed(identification);
  const matches = { strict: matchPhases(expectedIds, claims, 'strict'), group: matchPhases(expectedIds, claims, 'group') };
  return { truth, repeat, identification, matches };
}
