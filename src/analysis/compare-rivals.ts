import type { ActivationMap, DisagreementRegion, Identification, PhaseCandidate } from '../domain/identification.ts';
import type { Pattern } from '../domain/pattern.ts';
import type { Identifier } from '../ports/identifier.ts';
import { type DisagreementOptions, findDisagreement } from './find-disagreement.ts';

/** Most pairs of rivals that are compared: the doubt of one cycle is seldom wider, and every pair costs instrument time. */
const MAX_PAIRS = 3;

/** The pairs of phases between which the doubt lies: each doubtful phase with its rival, most doubtful first; `aboutId` before all. */
export function rivalPairs(identification: Identification, aboutId: string | null = null): [string, string][] {
  // The phase that was asked about comes first, however sure it is.
  const doubt = ({ phaseId, probability }: PhaseCandidate) => (phaseId === aboutId ? 1 : Math.min(probability, 1 - probability));
  const pairs: [string, string][] = [];
  const doubtful = identification.candidates.filter((candidate) => candidate.rivalId !== null && doubt(candidate) > 0.02);
  for (const { phaseId, rivalId } of doubtful.sort((a, b) => doubt(b) - doubt(a))) {
    if (!rivalId || pairs.some((pair) => pair.includes(phaseId) && pair.includes(rivalId))) continue;
    pairs.push([phaseId, rivalId]);
  }
  return pairs.slice(0, MAX_PAIRS);
}

export interface Comparison {
  readonly maps: ActivationMap[];
  readonly regions: DisagreementRegion[];
}

/** Maps of the claimed and the doubtful phases, and the regions where rivals' maps disagree. */
export async function compareRivals(
  identifier: Identifier,
  pattern: Pattern,
  identification: Identification,
  options: DisagreementOptions,
  aboutId: string | null = null,
): Promise<Comparison> {
  const pairs = rivalPairs(identification, aboutId);
  const claimed = identification.candidates
    .filter(({ probability }) => probability >= identification.threshold)
    .map(({ phaseId }) => phaseId);
  const wanted = [...new Set([...claimed, ...pairs.flat()])];
  if (wanted.length === 0) return { maps: [], regions: [] };
  const maps = await identifier.explain(pattern, wanted);
  return { maps, regions: pairs.flatMap((pair) => findDisagreement(maps, pair, options)) };
}
