import type { Decision, MeasureDecision, RunView, Verdict } from '../src/domain/decision.ts';
import { estimateScanS } from '../src/domain/decision.ts';
import { claimed } from '../src/domain/identification.ts';
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
  const percent = (100 * seen.setProbability).toFixed(1);
  return verdictOf(
    'accept',
    'goalMet',
    view,
    `${listOf(names)}: probability ${percent} % of being exactly the phases present, and the fit leaves no peak above ${RESIDUAL_GATE_SIGMA} sigma`,
  );
}

/** What to say when nothing more will be measured, and why. */
export function giveUp(view: RunView, reasonCode: 'budgetSpent' | 'maxCycles' | 'futile'): Verdict {
  const why = {
    budgetSpent: `the budget of ${view.goal.budgetInstrumentS} s instrument time is spent`,
    maxCycles: `the ${view.goal.maxCycles} cycles allowed are used`,
    futile: 'no further measurement on offer promises to decide',
  }[reasonCode];
  const seen = view.identification;
  if (!seen) return verdictOf('inconclusive', reasonCode, view, `${why}, and nothing has been identified`);
  const sure = seen.setProbability >= view.goal.confidence;
  if (sure && seen.unexplained.maxPeakSigma > RESIDUAL_GATE_SIGMA) {
    const at = seen.unexplained.atDeg === null ? '' : ` at ${seen.unexplained.atDeg.toFixed(2)} deg`;
    return verdictOf(
      'novel',
      'unexplained',
      view,
      `${why}; the claimed phases leave a peak of ${seen.unexplained.maxPeakSigma.toFixed(1)} sigma${at} unexplained, so something outside the library is present`,
    );
  }
  if (seen.novelty.isNovel)
    return verdictOf('novel', 'unexplained', view, `${why}; the pattern does not look like any mixture of the library`);
  const rivals = seen.rivalSets.slice(1, 3).map((rival) => `${rival.phaseIds.join(' + ')} (${(100 * rival.probability).toFixed(0)} %)`);
  const named = rivals.length > 0 ? `; still possible: ${rivals.join(', ')}` : '';
  return verdictOf(
    'inconclusive',
    reasonCode,
    view,
    `${why} at probability ${(100 * seen.setProbability).toFixed(1)} %, ${(100 * view.goal.confidence).toFixed(0)} % were asked for${named}`,
  );
}

/** Cuts a plan to what the remaining budget pays for: whole requests in order, the first one shortened in dwell if need be. */
export function withinBudget(view: RunView, plan: MeasureDecision): Decision {
  let leftS = view.goal.budgetInstrumentS - view.spentS;
  const affordable: MeasureDecision['requests'][number][] = [];
  for (const request of plan.requests) {
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

export function listOf(names: readonly string[]): string {
  return names.length === 0 ? 'no phase' : names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
