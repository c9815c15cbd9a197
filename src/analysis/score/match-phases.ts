import type { PhaseCandidate } from '../../domain/identification.ts';
import { canonicalPhaseId, parsePhaseId, samePhase } from '../../domain/phase.ts';

export type MatchMode = 'strict' | 'group';

/** What one pattern's claims are worth. `found` pairs an expected id with the claim that names it. */
export interface PhaseMatch {
  readonly found: readonly { readonly expectedId: string; readonly claim: PhaseCandidate }[];
  readonly missed: readonly string[];
  readonly invented: readonly string[];
}

/** Number 0 without a suffix: an amorphous phase, which has no lines to be found by. */
export function isAmorphous(phaseId: string): boolean {
  const name = parsePhaseId(phaseId);
  return name !== null && name.spaceGroup === 0 && name.suffix === null;
}

/** Does the claim name the phase: strictly by its own id, as a group also by any id that a powder pattern cannot tell from it? */
export function names(claim: PhaseCandidate, expectedId: string, mode: MatchMode): boolean {
  if (samePhase(claim.phaseId, expectedId)) return true;
  return mode === 'group' && claim.groupPhaseIds.some((id) => samePhase(id, expectedId));
}

/**
 * Each claim is right when it names an expected phase that no other claim has taken; exact ids are paired before groups. Amorphous phases
 * are neither found nor missed, on either side.
 */
export function matchPhases(expectedIds: readonly string[], claims: readonly PhaseCandidate[], mode: MatchMode): PhaseMatch {
  const open = new Map(expectedIds.filter((id) => !isAmorphous(id)).map((id) => [canonicalPhaseId(id), id]));
  let rest = claims.filter((claim) => !isAmorphous(claim.phaseId));
  const found: { expectedId: string; claim: PhaseCandidate }[] = [];
  const modes: readonly MatchMode[] = mode === 'group' ? ['strict', 'group'] : ['strict'];
  for (const step of modes) {
    rest = rest.filter((claim) => {
      const hit = [...open].find(([, id]) => names(claim, id, step));
      if (!hit) return true;
      open.delete(hit[0]);
      found.push({ expectedId: hit[1], claim });
      return false;
    });
  }
  return { found, missed: [...open.values()], invented: rest.map((claim) => claim.phaseId) };
}

export function isExact(match: PhaseMatch): boolean {
  return match.missed.length === 0 && match.invented.length === 0;
}
