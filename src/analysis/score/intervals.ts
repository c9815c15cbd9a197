import type { RandomSource } from '../../ports/runtime.ts';

export type Interval = readonly [low: number, high: number];

/** The normal deviate of a two-sided 95 % interval. */
const Z95 = 1.959963984540054;

/** Wilson's 95 % score interval of a share (J. Am. Stat. Assoc. 22 (1927) 209); null where there were no trials. */
export function wilson95(successes: number, trials: number): Interval | null {
  if (trials <= 0) return null;
  const share = successes / trials;
  const z2 = (Z95 * Z95) / trials;
  const centre = (share + z2 / 2) / (1 + z2);
  const half = (Z95 * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials))) / (1 + z2);
  return [successes === 0 ? 0 : Math.max(0, centre - half), successes === trials ? 1 : Math.min(1, centre + half)];
}

/** The value below which `share` (0..1) of the values lie, interpolated between neighbours; null where there are none. */
export function percentile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (place - low) * (sorted[high]! - sorted[low]!);
}

/**
 * Percentile bootstrap (Efron 1979): draws as many clusters as there are, with replacement, and adds their counts. Each cluster is a row of
 * `width` counts. Returns the 95 % interval of each statistic, null where it is never defined. Deterministic for a given stream.
 */
export function bootstrap95(
  clusters: readonly Float64Array[],
  statistics: readonly ((sums: Float64Array) => number | null)[],
  random: RandomSource,
  resamples = 2000,
): (Interval | null)[] {
  const width = clusters[0]?.length ?? 0;
  const values: number[][] = statistics.map(() => []);
  const sums = new Float64Array(width);
  for (let draw = 0; clusters.length > 0 && draw < resamples; draw++) {
    sums.fill(0);
    for (let i = 0; i < clusters.length; i++) {
      const row = clusters[random.integer(clusters.length)]!;
      for (let j = 0; j < width; j++) sums[j]! += row[j]!;
    }
    statistics.forEach((statistic, k) => {
      const value = statistic(sums);
      if (value !== null) values[k]!.push(value);
    });
  }
  return values.map((drawn) => (drawn.length === 0 ? null : [percentile(drawn, 0.025)!, percentile(drawn, 0.975)!]));
}
