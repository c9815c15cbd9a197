import { solve } from '../normal-equations.ts';

const DEGREE = 6;

/** Chebyshev coefficients of the first kind and the part that falls with 1/2theta (as at 10 degrees), by least squares on ascending angles. */
export function backgroundShape(twoThetaDeg: Float64Array, values: Float64Array): { coefficients: number[]; air: number } {
  const [fromDeg, toDeg] = [twoThetaDeg[0]!, twoThetaDeg.at(-1)!];
  const n = DEGREE + 1;
  const equations = { n, matrix: new Float64Array(n * n), right: new Float64Array(n) };
  const row = new Float64Array(n);
  for (let i = 0; i < twoThetaDeg.length; i++) {
    const x = (2 * twoThetaDeg[i]! - fromDeg - toDeg) / (toDeg - fromDeg);
    row[0] = 1;
    row[1] = x;
    for (let a = 2; a < DEGREE; a++) row[a] = 2 * x * row[a - 1]! - row[a - 2]!;
    row[DEGREE] = 10 / Math.max(1, twoThetaDeg[i]!);
    for (let a = 0; a < n; a++) {
      equations.right[a]! += row[a]! * values[i]!;
      for (let b = 0; b < n; b++) equations.matrix[a * n + b]! += row[a]! * row[b]!;
    }
  }
  for (let a = 0; a < n; a++) equations.matrix[a * n + a]! += 1e-6 * twoThetaDeg.length;
  const solution = solve(equations);
  return { coefficients: Array.from(solution.subarray(0, DEGREE)), air: solution[DEGREE]! };
}
