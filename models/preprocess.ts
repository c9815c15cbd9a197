import type { Pattern } from '../src/domain/pattern.ts';
import { binPattern, type GridPattern } from './bin-pattern.ts';
import type { InputGrid } from './input-grid.ts';
import { runningBackground } from './running-background.ts';

/** Channels of the network's input. */
export const CHANNELS = 3;

/**
 * The network's input of one pattern, [3, points] in one array (also used to make the training data, so there is one copy):
 * sign sqrt(|net| / max), asinh(net / sigma) / 4, and 1 - log10(sigma / max) / 4. All are 0 where nothing was measured; the third is
 * positive wherever something was, so it is mask and exposure in one. `net` is the rate above the running background, `max` the largest
 * net of three neighbours' mean.
 */
export function networkInput(pattern: GridPattern, out = new Float32Array(CHANNELS * pattern.rate.length)): Float32Array {
  const { rate, sigma, measured } = pattern;
  const n = rate.length;
  const background = runningBackground(rate, measured);
  const max = largestNet(pattern, background);
  for (let i = 0; i < n; i++) {
    if (measured[i] === 0) {
      out[i] = out[n + i] = out[2 * n + i] = 0;
      continue;
    }
    const net = rate[i]! - background[i]!;
    const error = sigma[i]!;
    const root = Math.sqrt(Math.min(Math.abs(net) / max, 4));
    out[i] = net < 0 ? -root : root;
    out[n + i] = Math.asinh(net / error) / 4;
    out[2 * n + i] = 1 - 0.25 * Math.log10(Math.min(Math.max(error / max, 1e-6), 100));
  }
  return out;
}

function largestNet({ rate, sigma, measured }: GridPattern, background: Float64Array): number {
  let max = 0;
  let floor = 0;
  for (let i = 1; i + 1 < rate.length; i++) {
    if (measured[i - 1]! + measured[i]! + measured[i + 1]! < 3) continue;
    const mean = (rate[i - 1]! + rate[i]! + rate[i + 1]! - background[i - 1]! - background[i]! - background[i + 1]!) / 3;
    if (mean > max) max = mean;
    if (sigma[i]! > floor) floor = sigma[i]!;
  }
  return Math.max(max, floor * 1e-3, 1e-12);
}

/** A pattern of any raster and wavelength as the network's input, [3, points]. */
export function patternInput(pattern: Pattern, grid: InputGrid): Float32Array {
  return networkInput(binPattern(pattern, grid));
}
