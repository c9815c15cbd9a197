import { normalBelow } from '../src/analysis/normal-distribution.ts';
import type { RunView } from '../src/domain/decision.ts';
import { claimed, type Identification } from '../src/domain/identification.ts';

/** The claimed phase whose weight fraction is counted worst; null where none is claimed. A phase without a fraction has an infinite error. */
export function vaguest(seen: Identification): { readonly phaseId: string; readonly sigma: number } | null {
  const errors = claimed(seen).map(({ phaseId, weightFractionCountingSigma }) => ({
    phaseId,
    sigma: weightFractionCountingSigma ?? Number.POSITIVE_INFINITY,
  }));
  return errors.sort((a, b) => b.sigma - a.sigma)[0] ?? null;
}

/**
 * Probability that the phase makes up more than `above` of the crystalline weight: of a claimed phase, that it is there times the share of the
 * normal error of its fraction above the limit; of any other, what it could be at most: overlooked, or below what the counts can show. Null where
 * nothing can be said, as of a phase that X-rays cannot tell from a claimed one.
 */
export function probabilityAbove(seen: Identification, phaseId: string, above: number): number | null {
  const candidate = seen.candidates.find((other) => other.phaseId === phaseId);
  if (!candidate || claimedLookAlike(seen, phaseId) !== null) return null;
  const { probability, weightFraction, weightFractionSigma } = candidate;
  if (above === 0) return probability;
  if (probability >= seen.threshold) {
    if (weightFraction === null || weightFractionSigma === null) return null;
    return probability * normalBelow((weightFraction - above) / Math.max(1e-6, weightFractionSigma));
  }
  const limit = seen.detectionLimits.find((other) => other.phaseId === phaseId);
  if (!limit) return null;
  return Math.max(probability, 1 - normalBelow((limit.sigma * above) / limit.weightFraction));
}

/** The claimed phase in whose place an unclaimed one may be there unseen, because X-rays do not tell the two apart; null where there is none. */
export function claimedLookAlike(seen: Identification, phaseId: string): string | null {
  const found = claimed(seen);
  if (found.some((phase) => phase.phaseId === phaseId)) return null;
  return found.find((phase) => alikeTo(seen, phaseId).includes(phase.phaseId))?.phaseId ?? null;
}

/** Is the phase asked about one that X-rays do not tell from a claimed phase, and that one as sure as asked? */
export function hidesBehindSure({ goal, identification }: Pick<RunView, 'goal' | 'identification'>): boolean {
  if (goal.kind !== 'confirm' || !identification) return false;
  const alike = claimedLookAlike(identification, goal.phaseId);
  return identification.candidates.some(({ phaseId, probability }) => phaseId === alike && probability >= goal.confidence);
}

/** Every other phase that X-rays do not tell from this one. */
export function alikeTo({ candidates }: Pick<Identification, 'candidates'>, phaseId: string): string[] {
  const own = candidates.find((other) => other.phaseId === phaseId)?.groupPhaseIds ?? [];
  const others = candidates.filter(({ groupPhaseIds }) => groupPhaseIds.includes(phaseId)).map((other) => other.phaseId);
  return [...new Set([...own, ...others])].filter((other) => other !== phaseId);
}

/** A share or a probability for a sentence. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0.995 || share < 0.02 ? 2 : 1)} %`;
}
