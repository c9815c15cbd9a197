import type { Decision, MeasureDecision, RunGoal, RunView, Verdict } from '../src/domain/decision.ts';
import { estimateScanS } from '../src/domain/decision.ts';
import { claimed, type Identification } from '../src/domain/identification.ts';
import { claimedLookAlike, percent, probabilityAbove, vaguest } from './answer-figures.ts';
import { partScan } from './scan-pieces.ts';
import { verdictOf } from './verdict-of.ts';

/** Highest residual peak, in units of its own error, that still counts as explained. */
export const RESIDUAL_GATE_SIGMA = 6;

/**
 * The default stop: the set of phases is as probable as asked and the fit explains the pattern. Null where more should be measured.
 * A set that is sure while a peak stays unexplained is not accepted.
 */
export function acceptIfSure(view: RunView): Verdict | null {
  const seen = view.identification;
  if (!seen || claimed(seen).length === 0) return null;
  if (seen.setProbability < view.goal.confidence || seen.unexplained.maxPeakSigma > RESIDUAL_GATE_SIGMA || seen.novelty.isNovel)
    return null;
  const names = claimed(seen).map((phase) => phase.phaseId);
  return verdictOf(
    'accept',
    'goalMet',
    view,
    `${listOf(names)}: probability ${(100 * seen.setProbability).toFixed(1)} % of being exactly the phases present, and the fit leaves no peak above ${RESIDUAL_GATE_SIGMA} sigma`,
  );
}

/** What to say when nothing more will be measured, and why: the figure that the question turns on, and what was asked of it. */
export function giveUp(view: RunView, reasonCode: 'budgetSpent' | 'maxCycles' | 'futile'): Verdict {
  const why = {
    budgetSpent: isDoseSpent(view)
      ? 'the sample has had the beam for as long as the limits allow'
      : `the budget of ${view.goal.budgetInstrumentS} s instrument time is spent`,
    maxCycles: `the ${view.goal.maxCycles} cycles allowed are used`,
    futile: 'no further measurement on offer promises to decide',
  }[reasonCode];
  const seen = view.identification;
  if (!seen) return verdictOf('inconclusive', reasonCode, view, `${why}, and nothing has been identified`);
  const unknown = unknownText(seen, view.goal);
  if (unknown) return verdictOf('novel', 'unexplained', view, `${why}; ${unknown}`);
  if (view.goal.kind === 'confirm') return unconfirmed(view, seen, view.goal, why, reasonCode);
  return verdictOf('inconclusive', reasonCode, view, `${why} ${shortfallText(seen, view.goal)}`);
}

/** What in the pattern is none of the library's; null where nothing speaks for that. */
function unknownText(seen: Identification, goal: RunGoal): string | null {
  const open = goal.kind === 'confirm' ? `; whether ${goal.phaseId} is there stays open` : '';
  if (seen.setProbability >= goal.confidence && seen.unexplained.maxPeakSigma > RESIDUAL_GATE_SIGMA) {
    const at = seen.unexplained.atDeg === null ? '' : ` at ${seen.unexplained.atDeg.toFixed(2)} deg`;
    return `the claimed phases leave a peak of ${seen.unexplained.maxPeakSigma.toFixed(1)} sigma${at} unexplained, so something outside the library is present${open}`;
  }
  return seen.novelty.isNovel ? `the pattern does not look like any mixture of the library${open}` : null;
}

/** Of phases and their amounts: what is still missing. */
function shortfallText(seen: Identification, goal: RunGoal): string {
  const found = claimed(seen).length > 0;
  if (seen.setProbability >= goal.confidence && found && goal.kind === 'quantify') {
    const vague = vaguest(seen);
    const counted = vague && Number.isFinite(vague.sigma) ? `is counted to ${percent(vague.sigma)}` : 'has no error from counting';
    return `with the phases sure, but the fraction of ${vague?.phaseId} ${counted}, and ${percent(goal.sigmaWeightFraction)} was asked for`;
  }
  const rivals = seen.rivalSets.slice(1, 3).map((rival) => `${rival.phaseIds.join(' + ')} (${(100 * rival.probability).toFixed(0)} %)`);
  const named = rivals.length > 0 ? `; still possible: ${rivals.join(', ')}` : '';
  const asked = found ? `, ${(100 * goal.confidence).toFixed(0)} % were asked for` : ' that no phase of the library is there';
  return `at probability ${(100 * seen.setProbability).toFixed(1)} %${asked}${named}`;
}

/** Of a question about one phase: how likely it is now, or why nothing can be said. */
function unconfirmed(
  view: RunView,
  seen: Identification,
  { phaseId, aboveWeightFraction, confidence }: Extract<RunGoal, { kind: 'confirm' }>,
  why: string,
  reasonCode: Verdict['reasonCode'],
): Verdict {
  const alike = claimedLookAlike(seen, phaseId);
  if (alike !== null)
    return verdictOf(
      'inconclusive',
      'indistinguishable',
      view,
      `${why}; ${alike} is found, and X-rays do not tell ${phaseId} from it, so that it may be there in its place`,
    );
  const limit = aboveWeightFraction > 0 ? ` above ${percent(aboveWeightFraction)}` : '';
  const yes = seen.verdict === 'noSignal' ? null : probabilityAbove(seen, phaseId, aboveWeightFraction);
  const open =
    yes === null
      ? `nothing can be said of whether ${phaseId} is there${limit}`
      : `${phaseId} is there${limit} with probability ${percent(yes)}, and ${(100 * confidence).toFixed(0)} % were asked for a yes or a no`;
  return verdictOf('inconclusive', reasonCode, view, `${why}; ${open}`);
}

/** Whether the beam that the sample may still have ends before the budget. */
function isDoseSpent(view: RunView): boolean {
  return (view.beamLeftS ?? Number.POSITIVE_INFINITY) < view.goal.budgetInstrumentS - view.spentS;
}

/**
 * Cuts a plan to what the remaining budget pays for and the sample may still have of the beam: whole requests in order, the first one shortened in
 * dwell if need be. A request that would take longer than one scan may is parted first.
 */
export function withinBudget(view: RunView, plan: MeasureDecision): Decision {
  let leftS = Math.min(view.goal.budgetInstrumentS - view.spentS, view.beamLeftS ?? Number.POSITIVE_INFINITY);
  const affordable: MeasureDecision['requests'][number][] = [];
  for (const request of plan.requests.flatMap((wanted) => partScan(view, wanted))) {
    const costS = estimateScanS(view.costModel, request.range, request.stepDeg, request.dwellS);
    if (costS <= leftS) {
      affordable.push(request);
      leftS -= costS;
      continue;
    }
    const fixedS = estimateScanS(view.costModel, request.range, request.stepDeg, 0);
    const share = (leftS - fixedS) / (costS - fixedS);
    if (affordable.length === 0 && share > 0.25)
      return {
        ...plan,
        requests: [{ ...request, dwellS: request.dwellS * share, because: `${request.because}; shortened to the budget` }],
      };
    break;
  }
  return affordable.length > 0 ? { ...plan, requests: affordable } : giveUp(view, 'budgetSpent');
}

/** A, B and C. */
export function listOf(names: readonly string[], before: 'and' | 'or' = 'and'): string {
  return names.length === 0 ? 'no phase' : names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} ${before} ${names.at(-1)}`;
}
