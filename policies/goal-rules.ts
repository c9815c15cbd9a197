import { normalBelow } from '../src/analysis/normal-distribution.ts';
import type { RunGoal, RunView, Verdict } from '../src/domain/decision.ts';
import { claimed, type Identification } from '../src/domain/identification.ts';
import { acceptIfSure } from './stop-rule.ts';
import { verdictOf } from './verdict-of.ts';

/** Ends the run where its question is answered as surely as asked; null where more should be measured. */
export function acceptIfAnswered(view: RunView): Verdict | null {
  const { goal } = view;
  if (goal.kind === 'confirm') return confirmed(view, goal);
  const accepted = acceptIfSure(view);
  if (goal.kind === 'identify' || !accepted || !view.identification) return accepted;
  const vague = vaguest(view.identification);
  if (!vague || vague.sigma > goal.sigmaWeightFraction) return null;
  return { ...accepted, reason: `${accepted.reason}; every weight fraction is counted to ${percent(vague.sigma)} or better` };
}

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
 * normal error of its fraction above the limit; of any other, what it could be at most: overlooked, or below what the counts can show.
 */
export function probabilityAbove(seen: Identification, phaseId: string, above: number): number | null {
  const candidate = seen.candidates.find((other) => other.phaseId === phaseId);
  if (!candidate) return null;
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

function confirmed(view: RunView, goal: Extract<RunGoal, { kind: 'confirm' }>): Verdict | null {
  const seen = view.identification;
  if (!seen || seen.novelty.isNovel || seen.verdict === 'noSignal') return null;
  const { phaseId, aboveWeightFraction: above, confidence } = goal;
  const yes = probabilityAbove(seen, phaseId, above);
  if (yes === null || Math.max(yes, 1 - yes) < confidence) return null;
  const isYes = yes >= confidence;
  const limit = above > 0 ? ` above ${percent(above)}` : '';
  const sure = `probability ${percent(isYes ? yes : 1 - yes)}`;
  const reason = `${phaseId} is ${isYes ? '' : 'not '}there${limit}: ${sure}${amountText(seen, phaseId)}`;
  return { ...verdictOf('accept', 'goalMet', view, reason), confirmed: isYes };
}

function amountText(seen: Identification, phaseId: string): string {
  const found = claimed(seen).find((phase) => phase.phaseId === phaseId);
  if (found && found.weightFraction !== null && found.weightFractionSigma !== null)
    return `, weight fraction ${percent(found.weightFraction)} with a standard error of ${percent(found.weightFractionSigma)}`;
  const limit = seen.detectionLimits.find((other) => other.phaseId === phaseId);
  return limit && !found ? `; ${percent(limit.weightFraction)} would show with ${limit.sigma} standard errors` : '';
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0.995 || share < 0.02 ? 2 : 1)} %`;
}
