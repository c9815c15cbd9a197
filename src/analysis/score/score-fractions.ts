import type { JudgedPattern, Truth } from './judge.ts';
import { isAmorphous, type MatchMode } from './match-phases.ts';

export interface FractionScore {
  /** Phases compared: every crystalline phase of every pattern whose fractions are known. */
  readonly n: number;
  /** Mean and largest absolute error, as fractions 0..1. */
  readonly maeWeight: number;
  readonly maxAbsWeight: number;
  /** Share of the phases whose error is within twice its stated standard deviation; a phase without one counts as outside. */
  readonly within2Sigma: number;
}

/**
 * Errors of the weight fractions, as of the crystalline part: a known amorphous share is taken out of the truth. A missed phase counts with
 * fraction 0; a claim that states no fraction is not compared. Null where no pattern has known fractions.
 */
export function scoreFractions(judged: readonly JudgedPattern[], mode: MatchMode): FractionScore | null {
  const errors: { error: number; sigma: number | null }[] = [];
  for (const { truth, matches } of judged) {
    if (!truth.scoresFractions) continue;
    for (const [phaseId, weightFraction] of crystallineFractions(truth) ?? []) {
      const claim = matches[mode].found.find(({ expectedId }) => expectedId === phaseId)?.claim;
      if (claim && claim.weightFraction === null) continue;
      errors.push({ error: Math.abs((claim?.weightFraction ?? 0) - weightFraction), sigma: claim?.weightFractionSigma ?? null });
    }
  }
  if (errors.length === 0) return null;
  return {
    n: errors.length,
    maeWeight: errors.reduce((sum, { error }) => sum + error, 0) / errors.length,
    maxAbsWeight: Math.max(...errors.map(({ error }) => error)),
    within2Sigma: errors.filter(({ error, sigma }) => sigma !== null && error <= 2 * sigma).length / errors.length,
  };
}

/** Null where a fraction is unknown, since the rest cannot be normalised then. */
function crystallineFractions(truth: Truth): [string, number][] | null {
  const crystalline = truth.phases.filter(({ phaseId }) => !isAmorphous(phaseId));
  const total = crystalline.reduce((sum, { weightFraction }) => sum + (weightFraction ?? Number.NaN), 0);
  return total > 0 ? crystalline.map(({ phaseId, weightFraction }) => [phaseId, weightFraction! / total]) : null;
}
