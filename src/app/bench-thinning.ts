import { thinPattern } from '../analysis/score/thin-pattern.ts';
import { seededRandom } from '../diffraction/seeded-random.ts';
import type { Pattern } from '../domain/pattern.ts';
import type { RandomSource } from '../ports/runtime.ts';

/** Draws of one count at one factor against the binomial law; `...Z` in units of the expected standard error. */
export interface ThinningCell {
  readonly counts: number;
  readonly factor: number;
  readonly mean: number;
  readonly meanExpected: number;
  readonly meanZ: number;
  readonly variance: number;
  readonly varianceExpected: number;
  readonly varianceZ: number;
}

/** Poisson counts after thinning: variance / mean must stay 1. */
export interface DispersionCell {
  readonly meanBefore: number;
  readonly factor: number;
  readonly varianceToMean: number;
  readonly z: number;
}

export interface ThinningBench {
  readonly repeats: number;
  readonly cells: readonly ThinningCell[];
  readonly dispersion: readonly DispersionCell[];
  /** Largest |z| of all tests, and the limit: 4.5 is passed by chance about once in 150,000 tests. */
  readonly worstZ: number;
  readonly limitZ: number;
  readonly isWithinTheory: boolean;
}

const COUNTS = [0, 1, 3, 16, 100, 1024, 20_000, 1_000_000];
const POISSON_MEANS = [4, 64, 1024, 50_000];
const FACTORS = [0.4, 0.25, 0.0625, 0.015625];
const LIMIT_Z = 4.5;

/** Thins known counts many times and holds mean and variance against the binomial law, and thinned Poisson counts against Poisson's. */
export function benchThinning(options: { readonly repeats: number; readonly seed: number }): ThinningBench {
  const random = seededRandom(options.seed);
  const { repeats } = options;
  const cells = FACTORS.flatMap((factor) => thinKnown(factor, repeats, random.fork(`known ${factor}`)));
  const dispersion = FACTORS.flatMap((factor) => thinPoisson(factor, repeats, random.fork(`poisson ${factor}`)));
  const worstZ = Math.max(
    ...cells.flatMap(({ meanZ, varianceZ }) => [Math.abs(meanZ), Math.abs(varianceZ)]),
    ...dispersion.map(({ z }) => Math.abs(z)),
  );
  return { repeats, cells, dispersion, worstZ, limitZ: LIMIT_Z, isWithinTheory: worstZ <= LIMIT_Z };
}

function thinKnown(factor: number, repeats: number, random: RandomSource): ThinningCell[] {
  const pattern = patternWith(COUNTS);
  const moments = COUNTS.map(() => new Moments());
  for (let i = 0; i < repeats; i++) addAll(moments, thinPattern(pattern, factor, random).counts);
  return COUNTS.map((counts, j) => {
    const meanExpected = counts * factor;
    const varianceExpected = counts * factor * (1 - factor);
    const { mean, variance } = moments[j]!;
    // Excess kurtosis of the binomial law; it widens the spread of a sample variance.
    const kurtosis = varianceExpected > 0 ? (1 - 6 * factor * (1 - factor)) / varianceExpected : 0;
    const meanZ = zOf(mean, meanExpected, Math.sqrt(varianceExpected / repeats));
    const varianceZ = zOf(variance, varianceExpected, varianceExpected * Math.sqrt(kurtosis / repeats + 2 / (repeats - 1)));
    return { counts, factor, mean, meanExpected, meanZ, variance, varianceExpected, varianceZ };
  });
}

function thinPoisson(factor: number, repeats: number, random: RandomSource): DispersionCell[] {
  const moments = POISSON_MEANS.map(() => new Moments());
  for (let i = 0; i < repeats; i++) {
    const drawn = patternWith(POISSON_MEANS.map((mean) => random.poisson(mean)));
    addAll(moments, thinPattern(drawn, factor, random).counts);
  }
  return POISSON_MEANS.map((meanBefore, j) => {
    const mean = meanBefore * factor;
    const varianceToMean = moments[j]!.variance / mean;
    return { meanBefore, factor, varianceToMean, z: zOf(varianceToMean, 1, Math.sqrt(1 / (mean * repeats) + 2 / (repeats - 1))) };
  });
}

function addAll(moments: readonly Moments[], values: Float64Array): void {
  for (let j = 0; j < values.length; j++) moments[j]!.add(values[j]!);
}

function zOf(value: number, expected: number, error: number): number {
  if (error > 0) return (value - expected) / error;
  return value === expected ? 0 : Number.MAX_VALUE;
}

function patternWith(counts: readonly number[]): Pattern {
  return {
    patternId: 'bench',
    scanIds: [],
    unit: 'counts',
    radiation: { anode: null, lines: [{ wavelengthA: 1, weight: 1 }] },
    twoThetaDeg: Float64Array.from(counts, (_, i) => 10 + i),
    counts: Float64Array.from(counts),
    liveS: new Float64Array(counts.length).fill(1),
  };
}

/** Running mean and variance (Welford, Technometrics 4 (1962) 419). */
class Moments {
  #n = 0;
  #squares = 0;
  mean = 0;

  add(value: number): void {
    this.#n++;
    const before = value - this.mean;
    this.mean += before / this.#n;
    this.#squares += before * (value - this.mean);
  }

  get variance(): number {
    return this.#squares / (this.#n - 1);
  }
}
