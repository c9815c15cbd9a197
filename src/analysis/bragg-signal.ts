import type { FitData } from './fit-data.ts';

export interface BraggSignal {
  /** Does anything stand out of the smooth background? */
  readonly hasLines: boolean;
  /** Largest excess of a window over its flanks, in units of its own error. */
  readonly maxSigma: number;
  /** Height of the lowest line that would have been seen, as a share of the background; infinite where there is no background. */
  readonly visibleShare: number;
}

/** Full widths of the lines that are looked for, in degrees: sharp powder to nanocrystals. */
const WIDTHS_DEG = [0.12, 0.25, 0.5, 1] as const;
/** With some ten thousand windows, noise reaches 4 sigma in one scan in three or so, and 5 in one of two hundred. */
const SEEN_SIGMA = { counts: 5, arbitrary: 6 } as const;

/**
 * Looks for lines of any structure: the mean rate of a window against that of its two flanks, which takes out every background that is straight over
 * four widths.
 */
export function braggSignal(data: FitData): BraggSignal {
  const { twoThetaDeg, counts, liveS, variance, poisson } = data;
  const n = counts.length;
  const [rates, variances] = [new Float64Array(n + 1), new Float64Array(n + 1)];
  for (let i = 0; i < n; i++) {
    rates[i + 1] = rates[i]! + counts[i]! / liveS[i]!;
    variances[i + 1] = variances[i]! + variance[i]! / liveS[i]! ** 2;
  }
  const seenSigma = poisson ? SEEN_SIGMA.counts : SEEN_SIGMA.arbitrary;
  let maxSigma = 0;
  const shares: number[] = [];
  for (const widthDeg of WIDTHS_DEG) {
    const edges = [-2, -1, -0.5, 0.5, 1, 2].map((times) => times * widthDeg);
    const at = new Int32Array(edges.length);
    for (let i = 0; i < n; i++) {
      edges.forEach((edge, e) => {
        while (at[e]! < n && twoThetaDeg[at[e]!]! < twoThetaDeg[i]! + edge) at[e]!++;
      });
      const [a, b, c, d, e, f] = at as unknown as [number, number, number, number, number, number];
      const inside = d - c;
      const outside = b - a + (f - e);
      // A flank that is cut off by the end of the scan, or by a gap, does not balance the other.
      if (inside < 1 || b - a < 1 || f - e < 1 || Math.abs(b - a - (f - e)) > 1 + 0.2 * outside) continue;
      const base = (rates[b]! - rates[a]! + rates[f]! - rates[e]!) / outside;
      const excess = (rates[d]! - rates[c]!) / inside - base;
      const error = Math.sqrt(
        (variances[d]! - variances[c]!) / inside ** 2 + (variances[b]! - variances[a]! + variances[f]! - variances[e]!) / outside ** 2,
      );
      if (error > 0) maxSigma = Math.max(maxSigma, excess / error);
      if (widthDeg === WIDTHS_DEG[1]) shares.push(base > 0 ? (seenSigma * error) / base : Number.POSITIVE_INFINITY);
    }
  }
  shares.sort((x, y) => x - y);
  return { hasLines: maxSigma >= seenSigma, maxSigma, visibleShare: shares[shares.length >> 1] ?? Number.POSITIVE_INFINITY };
}
