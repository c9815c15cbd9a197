import { warpPattern } from './warp-pattern.ts';

/** Largest and smallest share of its height at which the calculated pattern is tried, and how many shares (published: 1.1 to 0.05 in 101 steps). */
const SCALES = { most: 1.1, least: 0.05, count: 101 };
/** Points of the warped pattern that its scale is judged at: local maxima above this share of the highest. */
const PEAK_SHARE = 0.05;

export interface Subtraction {
  /** What is left, never negative. */
  readonly rest: Float64Array;
  /** Height of the subtracted pattern's strongest point. */
  readonly height: number;
}

/**
 * Takes a phase's calculated pattern out of a measured one as published by Szymanski et al. (Chem. Mater. 33 (2021) 4204): both scaled to one
 * height, the calculated one warped onto the measured one by up to `reach` points, then scaled so that the absolute differences at its peaks are least.
 * `net`: measured above the background; both arrays are on one raster.
 */
export function subtractPhase(net: Float64Array, calculated: Float64Array, reach: number): Subtraction {
  const top = largest(net);
  const calculatedTop = largest(calculated);
  if (top <= 0 || calculatedTop <= 0) return { rest: net, height: 0 };
  const measured = net.map((value) => value / top);
  const warped = warpPattern(
    measured,
    calculated.map((value) => value / calculatedTop),
    reach,
  );
  const scale = bestScale(measured, warped);
  return {
    rest: net.map((value, i) => Math.max(0, value - scale * warped[i]! * top)),
    height: scale * largest(warped) * top,
  };
}

function bestScale(measured: Float64Array, warped: Float64Array): number {
  const peaks = peaksOf(warped);
  let best = { scale: 0, difference: Number.POSITIVE_INFINITY };
  for (let i = 0; i < SCALES.count; i++) {
    const scale = SCALES.most + ((SCALES.least - SCALES.most) * i) / (SCALES.count - 1);
    const difference = peaks.reduce((sum, at) => sum + Math.abs(measured[at]! - scale * warped[at]!), 0);
    if (difference < best.difference) best = { scale, difference };
  }
  return best.scale;
}

function peaksOf(values: Float64Array): number[] {
  const least = PEAK_SHARE * largest(values);
  const peaks: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const [before, here, after] = [values[i - 1] ?? 0, values[i]!, values[i + 1] ?? 0];
    if (here > least && here > before && here >= after) peaks.push(i);
  }
  return peaks;
}

export function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
