import { createHash } from 'node:crypto';
import { samePhase } from '../src/domain/phase.ts';
import type { ReferencePhase } from './references/load-references.ts';
import type { Voter, Votes } from './voter.ts';

export interface LibraryParts {
  readonly modelSha256: string;
  readonly references: readonly ReferencePhase[];
  readonly voter: Voter | null;
}

/**
 * The parts of an identifier that has never heard of these phases: their structures are gone and what the network says of them is not heard. Its
 * other votes stay as they are, so evidence of an absent phase still speaks against the others. The voter belongs to the whole identifier.
 */
export function leaveOut<P extends LibraryParts>(parts: P, phaseIds: readonly string[]): P {
  const stays = (phaseId: string) => !phaseIds.some((gone) => samePhase(gone, phaseId));
  const { voter } = parts;
  return {
    ...parts,
    modelSha256: createHash('sha256')
      .update(JSON.stringify([parts.modelSha256, [...phaseIds].sort()]))
      .digest('hex'),
    references: parts.references.filter(({ phaseId }) => stays(phaseId)).map((reference) => withoutTwins(reference, stays)),
    voter: voter && {
      votes: async (pattern) => keepVotes(await voter.votes(pattern), stays),
      maps: (pattern, wanted) => voter.maps(pattern, wanted.filter(stays)),
      close: async () => undefined,
    },
  };
}

/** The phase itself where none of its look-alikes is gone, so that its lines are not computed anew. */
function withoutTwins(reference: ReferencePhase, stays: (phaseId: string) => boolean): ReferencePhase {
  const groupPhaseIds = reference.groupPhaseIds.filter(stays);
  return groupPhaseIds.length === reference.groupPhaseIds.length ? reference : { ...reference, groupPhaseIds };
}

export function keepVotes({ phaseIds, probability, spread, reconstruction }: Votes, stays: (phaseId: string) => boolean): Votes {
  const kept = phaseIds.flatMap((phaseId, i) => (stays(phaseId) ? [i] : []));
  const pick = (values: Float64Array) => Float64Array.from(kept, (i) => values[i]!);
  return { phaseIds: kept.map((i) => phaseIds[i]!), probability: pick(probability), spread: pick(spread), reconstruction };
}
