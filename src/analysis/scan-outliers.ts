import type { Pattern } from '../domain/pattern.ts';

export interface Outlier {
  readonly kind: 'dead' | 'hot';
  readonly index: number;
  readonly atDeg: number;
}

/** Lines may be this much narrower than the typical one of the scan, and where that one is wide, much narrower: phases differ in grain size. */
const NARROWER = 1.25;
const MOST_POINTS_PER_WIDTH = 2;
/** Below so many points across a line, a line and a hot point look alike. */
const LEAST_POINTS_PER_WIDTH = 1.2;
const SIGMAS = 7;
/** A dead point counts less than this share of both neighbours; no gap between two lines is so sharp. */
const DEAD_SHARE = 0.5;
const LONGEST_DEAD = 3;
/** Peaks that tell the width of the lines. */
const PEAKS = 12;
const HALF_WINDOW = 12;

/** Single points, and for dead ones rows of up to three, that no line of this scan's width can make. Where the steps are too wide to tell, none is hot. */
export function findOutliers(pattern: Pattern): Outlier[] {
  const { twoThetaDeg, counts, unit } = pattern;
  const typical = typicalWidth(counts);
  const widthPoints = Number.isNaN(typical) ? LEAST_POINTS_PER_WIDTH : Math.min(typical / NARROWER, MOST_POINTS_PER_WIDTH);
  const canTellHot = widthPoints >= LEAST_POINTS_PER_WIDTH;
  const varianceOf = unit === 'counts' ? (i: number) => Math.max(counts[i]!, 1) : scatterOf(counts);
  const outliers: Outlier[] = [];
  const add = (kind: Outlier['kind'], index: number) => void outliers.push({ kind, index, atDeg: twoThetaDeg[index]! });
  // Height of the point beside the top of a line that is centred on a point, relative to the top (a Gaussian, the steepest).
  const beside = 2 ** -((2 / widthPoints) ** 2);
  for (let i = 2; i + 2 < counts.length; i++) {
    const higher = Math.max(counts[i - 1]!, counts[i + 1]!);
    const excess = counts[i]! - higher;
    const noise = Math.sqrt(varianceOf(i) + varianceOf(i - 1) + varianceOf(i + 1));
    if (canTellHot && excess > SIGMAS * noise && excess > (1 - beside) * (counts[i]! - baseAt(counts, i)) + SIGMAS * noise) add('hot', i);
    else if (isDead(counts, i, 1, varianceOf)) add('dead', i);
    else
      for (let length = 2; length <= LONGEST_DEAD; length++)
        if (isDead(counts, i, length, varianceOf)) {
          for (let k = 0; k < length; k++) add('dead', i + k);
          i += length - 1;
          break;
        }
  }
  // Beside a hole the next point seems to stand out.
  const holes = outliers.filter(({ kind }) => kind === 'dead');
  return outliers.filter(({ kind, index }) => kind === 'dead' || !holes.some((hole) => Math.abs(hole.index - index) <= 1));
}

function isDead(counts: Float64Array, from: number, length: number, varianceOf: (i: number) => number): boolean {
  const [before, after] = [from - 1, from + length];
  if (after + 1 >= counts.length) return false;
  let most = 0;
  for (let i = from; i < after; i++) most = Math.max(most, counts[i]!);
  // Two points on either side, so that the foot of a line is not taken for a hole beside it.
  const lower = Math.min(counts[before]!, counts[after]!, counts[before - 1]!, counts[after + 1]!);
  return most < DEAD_SHARE * lower && DEAD_SHARE * lower - most > SIGMAS * Math.sqrt(varianceOf(before) / 4 + varianceOf(from));
}

/** Lower quartile of the surrounding points. */
function baseAt(counts: Float64Array, i: number): number {
  const around = counts.slice(Math.max(0, i - HALF_WINDOW), i + HALF_WINDOW + 1).sort();
  return around[around.length >> 2]!;
}

/** For intensities of unknown scale: the scatter of the quieter half of the points, growing in proportion to the intensity above their median. */
function scatterOf(values: Float64Array): (i: number) => number {
  const differences = Array.from(values.subarray(1, -1), (value, k) => Math.abs(value - (values[k]! + values[k + 2]!) / 2));
  differences.sort((a, b) => a - b);
  // Rounded intensities may not scatter at all.
  const sigma = Math.max((1.4826 * (differences[differences.length >> 1] ?? 0)) / Math.sqrt(1.5), quantum(values) / 2);
  const median = values.slice().sort()[values.length >> 1] ?? 0;
  const level = Math.max(median, 10 * sigma, 1e-300);
  return (i) => sigma ** 2 * Math.max(1, values[i]! / level);
}

/** Median full width at half height, in points, of the highest peaks; NaN where there are fewer than three. */
function typicalWidth(counts: Float64Array): number {
  const taken: number[] = [];
  const widths: number[] = [];
  const order = Array.from(counts.keys()).sort((a, b) => counts[b]! - counts[a]!);
  for (const top of order) {
    if (widths.length >= PEAKS) break;
    if (taken.some((other) => Math.abs(other - top) <= HALF_WINDOW)) continue;
    taken.push(top);
    const base = baseAt(counts, top);
    const half = (counts[top]! + base) / 2;
    // What barely stands out of the noise has no width.
    if (counts[top]! - base < 8 * Math.sqrt(Math.max(base, 1))) continue;
    let [from, to] = [top, top];
    while (from > 0 && counts[from - 1]! > half) from--;
    while (to + 1 < counts.length && counts[to + 1]! > half) to++;
    if (from > 0 && to + 1 < counts.length) widths.push(fraction(counts, from - 1, half) + (to - from) + fraction(counts, to + 1, half));
  }
  widths.sort((a, b) => a - b);
  return widths.length < 3 ? Number.NaN : widths[widths.length >> 1]!;
}

/** How far the crossing of `half` lies from the last point above it towards `below`, in points. */
function fraction(counts: Float64Array, below: number, half: number): number {
  const above = Math.max(counts[below - 1] ?? 0, counts[below + 1] ?? 0);
  return above > counts[below]! ? Math.min(1, Math.max(0, (above - half) / (above - counts[below]!))) : 0.5;
}

/** The smallest difference of two values that are not equal; infinite where all are. */
export function quantum(values: Float64Array): number {
  const sorted = values.slice().sort();
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < sorted.length; i++) {
    const step = sorted[i]! - sorted[i - 1]!;
    if (step > 0 && step < least) least = step;
  }
  return least;
}
