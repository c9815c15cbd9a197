import { lorentzPolarisation } from '../../diffraction/lorentz-polarisation.ts';
import { solve } from '../normal-equations.ts';

/** A line's area over what the structure and `assumedK` say, with its standard error. */
export interface LineArea {
  readonly thetaDeg: number;
  readonly dA: number;
  readonly ratio: number;
  readonly sigma: number;
}

export interface Polarisation {
  readonly k: number;
  readonly sigma: number;
}

/** Displacement parameters of the structure may be wrong by so much, A^2; areas scatter at least by this share through grains and texture. */
const B_SPREAD_A2 = 0.15;
/** A rough surface takes intensity at low angles: share at 90 degrees 2theta, by 1 / sin(theta). */
const ROUGHNESS_SPREAD = 0.02;
const LEAST_SCATTER = 0.01;
const STEPS = 100;

/**
 * The polarisation factor K (cos^2 of the monochromator's 2theta, 1 without one) from how areas change with the angle: mean and standard
 * deviation over 0..1 all equally likely beforehand, the scale and one common B being free. Null for fewer than four lines.
 */
export function polarisationFromAreas(lines: readonly LineArea[], assumedK: number): Polarisation | null {
  if (lines.length < 4) return null;
  let scatter = LEAST_SCATTER;
  let squares = misfits(lines, assumedK, scatter);
  // What is left beyond the errors is scatter of the areas themselves.
  for (let round = 0; round < 8 && Math.min(...squares) > lines.length - 2; round++) {
    scatter *= Math.sqrt(Math.min(...squares) / (lines.length - 2));
    squares = misfits(lines, assumedK, scatter);
  }
  const least = Math.min(...squares);
  const weights = squares.map((square) => Math.exp(-(square - least) / 2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const k = weights.reduce((sum, weight, i) => sum + (weight * i) / STEPS, 0) / total;
  const variance = weights.reduce((sum, weight, i) => sum + weight * (i / STEPS - k) ** 2, 0) / total;
  return { k, sigma: Math.max(0.5 / STEPS, Math.sqrt(variance)) };
}

/** Chi-square at each K from 0 to 1. */
function misfits(lines: readonly LineArea[], assumedK: number, scatter: number): number[] {
  return Array.from({ length: STEPS + 1 }, (_, i) => misfit(lines, i / STEPS, assumedK, scatter));
}

function misfit(lines: readonly LineArea[], k: number, assumedK: number, scatter: number): number {
  const rows = lines.map(({ thetaDeg, dA, ratio, sigma }) => {
    const theta = (thetaDeg * Math.PI) / 180;
    const factor = (polarisation: number) => lorentzPolarisation(Math.sin(theta), Math.cos(theta), polarisation);
    return {
      value: Math.log(ratio) - Math.log(factor(k) / factor(assumedK)),
      row: [1, -1 / (2 * dA * dA), -1 / Math.sin(theta)],
      weight: 1 / ((sigma / ratio) ** 2 + scatter ** 2),
    };
  });
  const spreads = [Number.POSITIVE_INFINITY, B_SPREAD_A2, ROUGHNESS_SPREAD];
  const n = spreads.length;
  const [matrix, right] = [new Float64Array(n * n), new Float64Array(n)];
  for (const { value, row, weight } of rows)
    for (let a = 0; a < n; a++) {
      right[a]! += weight * row[a]! * value;
      for (let b = 0; b < n; b++) matrix[n * a + b]! += weight * row[a]! * row[b]!;
    }
  spreads.forEach((spread, a) => {
    matrix[n * a + a]! += 1 / spread ** 2;
  });
  const solution = solve({ n, matrix, right });
  const left = rows.reduce(
    (sum, { value, row, weight }) => sum + weight * (value - row.reduce((part, by, a) => part + by * solution[a]!, 0)) ** 2,
    0,
  );
  return spreads.reduce((sum, spread, a) => sum + (solution[a]! / spread) ** 2, left);
}
