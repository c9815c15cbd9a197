import type { Pattern } from '../domain/pattern.ts';

/** A pattern as the fit wants it: fine rasters binned, the noise known. Arrays equally long, angles ascending. */
export interface FitData {
  readonly twoThetaDeg: Float64Array;
  /** Counts, or intensities in units of their own where the statistics are lost. */
  readonly counts: Float64Array;
  readonly liveS: Float64Array;
  readonly poisson: boolean;
  /** Variance that the data alone suggest: smoothed counts, or the scatter of neighbours. */
  readonly variance: Float64Array;
  /** Counts above a running lower envelope, never negative: what the model-error floor is a share of. */
  readonly net: Float64Array;
}

/** Bins are at least this wide; narrower steps are added up in whole numbers of points, so counts stay counts. */
const BIN_DEG = 0.035;

export function fitDataOf(pattern: Pattern): FitData {
  const binned = bin(pattern);
  const smooth = runningMean(binned.counts, 4);
  const net = netOf(binned.counts, smooth, binned.twoThetaDeg);
  const poisson = pattern.unit === 'counts';
  const variance = poisson ? smooth.map((value) => Math.max(value, 0.5)) : scatter(binned.counts);
  return { ...binned, poisson, variance, net };
}

function bin({ twoThetaDeg, counts, liveS }: Pattern): { twoThetaDeg: Float64Array; counts: Float64Array; liveS: Float64Array } {
  const n = counts.length;
  const out = { twoThetaDeg: new Float64Array(n), counts: new Float64Array(n), liveS: new Float64Array(n) };
  let length = 0;
  for (let i = 0; i < n; ) {
    const startDeg = twoThetaDeg[i]!;
    let [sumCounts, sumLive, sumAngle] = [0, 0, 0];
    for (; i < n && twoThetaDeg[i]! < startDeg + BIN_DEG - 1e-9; i++) {
      sumCounts += counts[i]!;
      sumLive += liveS[i]!;
      sumAngle += liveS[i]! * twoThetaDeg[i]!;
    }
    if (sumLive <= 0) continue;
    out.twoThetaDeg[length] = sumAngle / sumLive;
    out.counts[length] = sumCounts;
    out.liveS[length] = sumLive;
    length++;
  }
  return { twoThetaDeg: out.twoThetaDeg.slice(0, length), counts: out.counts.slice(0, length), liveS: out.liveS.slice(0, length) };
}

/** Mean over 2 * half + 1 points, fewer at the ends. */
export function runningMean(values: Float64Array, half: number): Float64Array {
  const n = values.length;
  const sums = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) sums[i + 1] = sums[i]! + values[i]!;
  return values.map((_, i) => {
    const from = Math.max(0, i - half);
    const to = Math.min(n, i + half + 1);
    return (sums[to]! - sums[from]!) / (to - from);
  });
}

/** Counts above the lower quartile of the surrounding 3 degrees. */
function netOf(counts: Float64Array, smooth: Float64Array, twoThetaDeg: Float64Array): Float64Array {
  const net = new Float64Array(counts.length);
  const every = 8;
  let base = 0;
  for (let i = 0; i < counts.length; i++) {
    if (i % every === 0) {
      let from = i;
      let to = i;
      while (from > 0 && twoThetaDeg[from - 1]! > twoThetaDeg[i]! - 1.5) from--;
      while (to < counts.length - 1 && twoThetaDeg[to + 1]! < twoThetaDeg[i]! + 1.5) to++;
      const around = smooth.slice(from, to + 1).sort();
      base = around[Math.floor(around.length / 4)] ?? 0;
    }
    net[i] = Math.max(0, counts[i]! - base);
  }
  return net;
}

/** Variance from second differences of neighbours, smoothed over a degree or two: for data whose counts are lost. */
function scatter(values: Float64Array): Float64Array {
  const squares = values.map((value, i) => {
    const before = values[Math.max(0, i - 1)]!;
    const after = values[Math.min(values.length - 1, i + 1)]!;
    return ((before + after) / 2 - value) ** 2 / 1.5;
  });
  const sorted = squares.slice().sort();
  const floor = Math.max(1e-12, sorted[Math.floor(sorted.length / 2)]! * 2.2);
  return runningMean(squares, 20).map((value) => Math.max(floor, Math.min(value, floor * 25)));
}
