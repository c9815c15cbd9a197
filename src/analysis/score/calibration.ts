import { wilson95 } from './intervals.ts';
import type { JudgedPattern } from './judge.ts';
import { isExact, type MatchMode, names } from './match-phases.ts';

/** A stated probability and whether it came true. */
export interface Forecast {
  readonly probability: number;
  readonly isTrue: boolean;
}

export interface Calibration {
  /** Phase probabilities strictly between 0.02 and 0.98: what is all but certain says nothing about calibration. */
  readonly pairs: number;
  readonly eceDebiased: number | null;
  /** Mean absolute error of the same bins, without taking off its sampling noise. */
  readonly ecePlain: number | null;
  readonly brier: number | null;
  /** Patterns whose set of claims was stated with 95 % or more. */
  readonly claimed95: { readonly n: number; readonly right: number; readonly rightLower95: number | null };
  readonly setEce: number | null;
}

const DOUBTFUL = [0.02, 0.98] as const;
const MIN_FORECASTS = 100;
const MAX_BINS = 15;

export function calibrationOf(judged: readonly JudgedPattern[], mode: MatchMode): Calibration {
  const forecasts = judged
    .flatMap((pattern) => phaseForecasts(pattern, mode))
    .filter(({ probability }) => probability > DOUBTFUL[0] && probability < DOUBTFUL[1]);
  const sets = judged.map(({ identification, matches }) => ({
    probability: identification.setProbability,
    isTrue: isExact(matches[mode]),
  }));
  const sure = sets.filter(({ probability }) => probability >= 0.95);
  const right = sure.filter(({ isTrue }) => isTrue).length;
  return {
    pairs: forecasts.length,
    eceDebiased: debiasedCalibrationError(forecasts),
    ecePlain: plainCalibrationError(forecasts),
    brier: brierScore(forecasts),
    claimed95: { n: sure.length, right, rightLower95: wilson95(right, sure.length)?.[0] ?? null },
    setEce: debiasedCalibrationError(sets),
  };
}

function phaseForecasts({ truth, identification }: JudgedPattern, mode: MatchMode): Forecast[] {
  return identification.candidates.map((candidate) => ({
    probability: candidate.probability,
    isTrue: truth.phases.some(({ phaseId }) => names(candidate, phaseId, mode)),
  }));
}

/** Mean squared difference of probability and outcome (Brier, Mon. Weather Rev. 78 (1950) 1); null without forecasts. */
export function brierScore(forecasts: readonly Forecast[]): number | null {
  if (forecasts.length === 0) return null;
  return forecasts.reduce((sum, { probability, isTrue }) => sum + (probability - Number(isTrue)) ** 2, 0) / forecasts.length;
}

/**
 * Root mean square calibration error over bins of equal size with the sampling variance of each bin's outcome taken off (Kumar, Liang, Ma,
 * NeurIPS 2019, section 4): near 0 for a perfect forecaster at any number of forecasts. It does not flatter: a root mean square is at
 * least the mean absolute error. Null below 100 forecasts.
 */
export function debiasedCalibrationError(forecasts: readonly Forecast[]): number | null {
  const bins = equalBins(forecasts);
  if (!bins) return null;
  const square = bins.reduce((sum, { size, stated, came }) => {
    const variance = (came * (1 - came)) / (size - 1);
    return sum + (size / forecasts.length) * ((stated - came) ** 2 - variance);
  }, 0);
  return Math.sqrt(Math.max(0, square));
}

/** Mean absolute difference of stated and observed share over the same bins. Null below 100 forecasts. */
export function plainCalibrationError(forecasts: readonly Forecast[]): number | null {
  const bins = equalBins(forecasts);
  if (!bins) return null;
  return bins.reduce((sum, { size, stated, came }) => sum + (size / forecasts.length) * Math.abs(stated - came), 0);
}

/** Bins of equal size along the probability, 20 forecasts or more in each. */
function equalBins(forecasts: readonly Forecast[]): { size: number; stated: number; came: number }[] | null {
  if (forecasts.length < MIN_FORECASTS) return null;
  const sorted = [...forecasts].sort((a, b) => a.probability - b.probability);
  const count = Math.min(MAX_BINS, Math.floor(sorted.length / 20));
  return Array.from({ length: count }, (_, bin) => {
    const part = sorted.slice(Math.floor((bin * sorted.length) / count), Math.floor(((bin + 1) * sorted.length) / count));
    const stated = part.reduce((sum, { probability }) => sum + probability, 0) / part.length;
    return { size: part.length, stated, came: part.filter(({ isTrue }) => isTrue).length / part.length };
  });
}
