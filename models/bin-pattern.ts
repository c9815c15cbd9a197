import type { Pattern } from '../src/domain/pattern.ts';
import { type InputGrid, toGridAngleDeg } from './input-grid.ts';

/** A pattern on the input grid. `rate` and `sigma` share a unit; both are 0 where `measured` is 0. */
export interface GridPattern {
  readonly rate: Float64Array;
  readonly sigma: Float64Array;
  readonly measured: Uint8Array;
}

/** A point stands for the angles nearer to it than to its neighbours, but for no more than this on either side. */
const MAX_HALF_WIDTH_DEG = 0.06;
/** A cell of which less than this share was covered counts as unmeasured. */
const MIN_COVER = 0.25;

/**
 * Puts a pattern of any raster and wavelength on the grid: counts and live time of each point are shared among the cells it covers, then
 * rate = counts / live and sigma = sqrt(max(counts, 1)) / live. Where the statistics are lost, sigma is judged from the scatter of neighbours.
 */
export function binPattern(pattern: Pattern, grid: InputGrid): GridPattern {
  const counts = new Float64Array(grid.points);
  const live = new Float64Array(grid.points);
  const cover = new Float64Array(grid.points);
  const toGrid = toGridAngleDeg(pattern.radiation, grid);
  const angle = pattern.twoThetaDeg.map(toGrid);
  for (let i = 0; i < angle.length; i++) {
    const at = angle[i]!;
    const liveS = pattern.liveS[i]!;
    if (!Number.isFinite(at) || !(liveS > 0)) continue;
    const below = i > 0 ? (at - angle[i - 1]!) / 2 : Number.NaN;
    const above = i + 1 < angle.length ? (angle[i + 1]! - at) / 2 : Number.NaN;
    const left = halfWidth(below, above);
    const right = halfWidth(above, below);
    const from = (at - left - grid.fromDeg) / grid.stepDeg + 0.5;
    const to = (at + right - grid.fromDeg) / grid.stepDeg + 0.5;
    const width = to - from;
    if (!(width > 0)) continue;
    for (let k = Math.max(0, Math.floor(from)); k < Math.min(grid.points, to); k++) {
      const overlap = Math.min(to, k + 1) - Math.max(from, k);
      if (overlap < 1e-6) continue;
      counts[k]! += (pattern.counts[i]! * overlap) / width;
      live[k]! += (liveS * overlap) / width;
      cover[k]! += overlap;
    }
  }
  const measured = Uint8Array.from(cover, (share) => (share >= MIN_COVER ? 1 : 0));
  return pattern.unit === 'counts' ? poissonGrid(counts, live, measured) : scatterGrid(counts, live, measured);
}

function halfWidth(own: number, other: number): number {
  const half = Number.isNaN(own) ? other : own;
  return Number.isNaN(half) ? MAX_HALF_WIDTH_DEG / 3 : Math.min(half, MAX_HALF_WIDTH_DEG);
}

/** Rates and their errors from counts and live time per cell (s). */
export function poissonGrid(counts: Float64Array, live: Float64Array, measured: Uint8Array): GridPattern {
  const rate = new Float64Array(counts.length);
  const sigma = new Float64Array(counts.length);
  for (let i = 0; i < counts.length; i++) {
    if (measured[i] === 0) continue;
    rate[i] = counts[i]! / live[i]!;
    sigma[i] = Math.sqrt(Math.max(counts[i]!, 1)) / live[i]!;
  }
  return { rate, sigma, measured };
}

/**
 * For intensities of unknown scale. The differences from the mean of both neighbours give the noise n of the quieter half of the cells
 * (variance of such a difference: 1.5 n^2); above it the variance grows in proportion to the intensity, as counts do, from a level taken as
 * the median or, where a background was subtracted, as 10 n (a background of 100 counts).
 */
function scatterGrid(value: Float64Array, live: Float64Array, measured: Uint8Array): GridPattern {
  const n = value.length;
  const rate = new Float64Array(n);
  for (let i = 0; i < n; i++) if (measured[i] === 1) rate[i] = value[i]! / live[i]!;
  const known = rate.filter((_, i) => measured[i] === 1).sort();
  const median = known[known.length >> 1] ?? 0;
  const top = known.at(-1) ?? 0;
  const scatter: number[] = [];
  for (let i = 1; i + 1 < n; i++)
    if (measured[i - 1]! + measured[i]! + measured[i + 1]! === 3 && rate[i]! <= median)
      scatter.push(Math.abs(rate[i]! - (rate[i - 1]! + rate[i + 1]!) / 2));
  scatter.sort((a, b) => a - b);
  const noise = Math.max((1.4826 * (scatter[scatter.length >> 1] ?? 0)) / Math.sqrt(1.5), 0.002 * (top - median), 1e-12);
  const level = Math.max(median, 10 * noise);
  const sigma = Float64Array.from(rate, (r, i) => (measured[i] === 1 ? noise * Math.sqrt(1 + Math.max(0, r - median) / level) : 0));
  return { rate, sigma, measured };
}
