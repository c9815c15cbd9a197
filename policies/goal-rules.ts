import type { RunGoal, RunView, Verdict } from '../src/domain/decision.ts';
import { claimed, type Identification } from '../src/domain/identification.ts';
import { alikeTo, percent, probabilityAbove, vaguest } from './answer-figures.ts';
import { acceptIfSure, listOf } from './stop-rule.ts';
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

function confirmed(view: RunView, goal: Extract<RunGoal, { kind: 'confirm' }>): Verdict | null {
  const seen = view.identification;
  if (!seen || seen.novelty.isNovel || seen.verdict === 'noSignal') return null;
  const { phaseId, aboveWeightFraction: above, confidence } = goal;
  const yes = probabilityAbove(seen, phaseId, above);
  if (yes === null || Math.max(yes, 1 - yes) < confidence) return null;
  const isYes = yes >= confidence;
  const limit = above > 0 ? ` above ${percent(above)}` : '';
  const sure = `probability ${percent(isYes ? yes : 1 - yes)}`;
  const alike = isYes ? alikeTo(seen, phaseId) : [];
  const group = alike.length > 0 ? `; X-rays do not tell it from ${listOf(alike, 'or')}` : '';
  const reason = `${phaseId} is ${isYes ? '' : 'not '}there${limit}: ${sure}${amountText(seen, phaseId)}${group}`;
  return { ...verdictOf('accept', 'goalMet', view, reason), phaseIds: isYes ? [phaseId] : [], confirmed: isYes };
}

function amountText(seen: Identification, phaseId: string): string {
  const found = claimed(seen).find((phase) => phase.phaseId === phaseId);
  if (found && found.weightFraction !== null && found.weightFractionSigma !== null)
    return `, weight fraction ${percent(found.weightFraction)} with a standard error of ${percent(found.weightFractionSigma)}`;
  const limit = seen.detectionLimits.find((other) => other.phaseId === phaseId);
  return limit && !found ? `; ${percent(limit.weightFraction)} would show with ${limit.sigma} standard errors` : '';
}
