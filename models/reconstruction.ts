import { solve } from '../src/analysis/normal-equations.ts';
import type { ReconstructionError } from '../src/domain/identification.ts';
import { brokenBundle, type Manifest, readBundleFile } from './manifest.ts';
import { CHANNELS } from './preprocess.ts';

/** Judges one pattern's input, [3, points]; null where too little of the range was measured to say. */
export type Reconstructor = (input: Float32Array) => ReconstructionError | null;

const RIDGE = 1e-2;

/**
 * How badly the principal components of a model's own patterns reconstruct a pattern, after Banko et al. (npj Comput. Mater. 7 (2021) 104), whose autoencoder
 * is a linear one here: the highest value of channel 0 in every cell, the squared rest of the best reconstruction over the squared scatter about the
 * median. Null for a bundle without components. Fails with 'model' where the file is not what the manifest says.
 */
export function readReconstruction(bundleDir: string, manifest: Manifest): Reconstructor | null {
  if (!manifest.reconstruction) return null;
  const { cells, grid } = manifest;
  const { file, sha256, components, quantiles } = manifest.reconstruction;
  const bytes = readBundleFile(bundleDir, file, sha256);
  if (bytes.length !== 4 * (cells * (components + 1) + quantiles)) throw brokenBundle(file, `${file} has the wrong length`);
  const numbers = Float64Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
  const mean = numbers.subarray(0, cells);
  const basis = Array.from({ length: components }, (_, c) => numbers.subarray((c + 1) * cells, (c + 2) * cells));
  const errors = numbers.subarray(cells * (components + 1));
  return (input) => {
    const values = cellsOf(input, grid.points, cells);
    const measured = Array.from(values.keys()).filter((cell) => !Number.isNaN(values[cell]!));
    if (measured.length < 2 * components) return null;
    const error = relativeError(values, measured, mean, basis);
    return { error, quantile: quantileOf(error, errors) };
  };
}

/** NaN where a cell was not measured whole. */
function cellsOf(input: Float32Array, points: number, cells: number): Float64Array {
  const exposure = input.subarray((CHANNELS - 1) * points, CHANNELS * points);
  const perCell = points / cells;
  return Float64Array.from({ length: cells }, (_, cell) => {
    let highest = Number.NEGATIVE_INFINITY;
    for (let i = cell * perCell; i < (cell + 1) * perCell; i++) {
      if (!(exposure[i]! > 0)) return Number.NaN;
      highest = Math.max(highest, input[i]!);
    }
    return highest;
  });
}

function relativeError(values: Float64Array, measured: readonly number[], mean: Float64Array, basis: readonly Float64Array[]): number {
  const n = basis.length;
  const [matrix, right] = [new Float64Array(n * n), new Float64Array(n)];
  for (let a = 0; a < n; a++) {
    for (const cell of measured) right[a]! += basis[a]![cell]! * (values[cell]! - mean[cell]!);
    for (let b = 0; b <= a; b++) {
      let product = 0;
      for (const cell of measured) product += basis[a]![cell]! * basis[b]![cell]!;
      matrix[a * n + b] = matrix[b * n + a] = product + (a === b ? RIDGE : 0);
    }
  }
  const amounts = solve({ n, matrix, right });
  const sorted = Float64Array.from(measured, (cell) => values[cell]!).sort();
  const half = sorted.length / 2;
  const median = (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
  let [rest, scatter] = [0, 0];
  for (const cell of measured) {
    const drawn = basis.reduce((sum, component, a) => sum + amounts[a]! * component[cell]!, mean[cell]!);
    rest += (values[cell]! - drawn) ** 2;
    scatter += (values[cell]! - median) ** 2;
  }
  return rest / Math.max(1e-9, scatter);
}

/** Share of the model's own patterns that are reconstructed better; `errors` are theirs at evenly spaced quantiles from 0 to 1. */
function quantileOf(error: number, errors: Float64Array): number {
  const above = errors.findIndex((other) => other > error);
  if (above < 0) return 1;
  if (above === 0) return 0;
  const part = (error - errors[above - 1]!) / (errors[above]! - errors[above - 1]!);
  return (above - 1 + part) / (errors.length - 1);
}
