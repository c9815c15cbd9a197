import type { NormalEquations } from '../../../src/analysis/normal-equations.ts';

/** Sums w J^T J and w J^T r over the points as the formula says; `columns` are the columns of J. */
export function denseEquations(columns: readonly Float64Array[], weights: Float64Array, residual: Float64Array): NormalEquations {
  const n = columns.length;
  const matrix = new Float64Array(n * n);
  const right = new Float64Array(n);
  columns.forEach((column, a) => {
    const weighted = column.map((value, i) => value * weights[i]!);
    const sumWith = (other: Float64Array) => weighted.reduce((sum, value, i) => sum + value * other[i]!, 0);
    right[a] = sumWith(residual);
    columns.forEach((other, b) => {
      matrix[a * n + b] = sumWith(other);
    });
  });
  return { n, matrix, right };
}
