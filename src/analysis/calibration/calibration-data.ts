import type { Pattern } from '../../domain/pattern.ts';
import { runningMean } from '../fit-data.ts';

/** A scan of a standard as its fit wants it: every point, Poisson counts. Arrays equally long, angles ascending. */
export interface CalibrationData {
  readonly twoThetaDeg: Float64Array;
  /** Counts; where they are lost, intensities divided by their gain, so that the variance is the value. */
  readonly counts: Float64Array;
  readonly liveS: Float64Array;
  /** Counts smoothed over a few points, at least 1: the variance before there is a model. */
  readonly smooth: Float64Array;
  /** Intensity per count. */
  readonly gain: number;
}

const HALF_WINDOW = 2;

export function calibrationDataOf(pattern: Pattern): CalibrationData {
  const measured = Array.from(pattern.counts.keys()).filter((i) => pattern.liveS[i]! > 0 && Number.isFinite(pattern.counts[i]!));
  const pick = (values: Float64Array) => Float64Array.from(measured, (i) => values[i]!);
  const raw = pick(pattern.counts);
  const gain = pattern.unit === 'counts' ? 1 : gainOf(raw);
  const counts = raw.map((value) => Math.max(0, value / gain));
  return {
    twoThetaDeg: pick(pattern.twoThetaDeg),
    gain,
    counts,
    liveS: pick(pattern.liveS),
    smooth: runningMean(counts, HALF_WINDOW).map((value) => Math.max(1, value)),
  };
}

/**
 * Intensity units per count, from how far points stand from the mean of their neighbours; the median over the scan, so that lines do not count. For
 * Gaussian noise the median of the squares is 0.455 of their mean.
 */
function gainOf(values: Float64Array): number {
  const ratios: number[] = [];
  for (let i = 1; i < values.length - 1; i++) {
    const mean = (values[i - 1]! + values[i]! + values[i + 1]!) / 3;
    if (mean > 0) ratios.push((values[i]! - (values[i - 1]! + values[i + 1]!) / 2) ** 2 / (1.5 * mean));
  }
  ratios.sort((a, b) => a - b);
  return Math.max(1e-9, (ratios[Math.floor(ratios.length / 2)] ?? 1) / 0.455);
}
