import { solve } from '../../src/analysis/normal-equations.ts';

export interface LabelledRow {
  readonly features: Readonly<Record<string, number>>;
  readonly positive: boolean;
}

/** Strength of the pull of each weight towards 0; small beside thousands of examples. */
const RIDGE = 0.5;
const ROUNDS = 40;

/** Logistic regression by Newton's method over the named features; weights of the others are 0. */
export function fitLogistic<N extends string>(
  rows: readonly LabelledRow[],
  names: readonly N[],
  used: readonly N[],
): { intercept: number; weights: Record<N, number> } {
  const n = used.length + 1;
  const beta = new Float64Array(n);
  const design = rows.map(({ features }) => [1, ...used.map((name) => features[name] ?? 0)]);
  for (let round = 0; round < ROUNDS; round++) {
    const matrix = new Float64Array(n * n);
    const right = new Float64Array(n);
    for (const [e, row] of design.entries()) {
      const z = row.reduce((sum, value, a) => sum + value * beta[a]!, 0);
      const p = 1 / (1 + Math.exp(-Math.max(-30, Math.min(30, z))));
      for (let a = 0; a < n; a++) {
        right[a]! += row[a]! * ((rows[e]!.positive ? 1 : 0) - p);
        for (let b = 0; b < n; b++) matrix[a * n + b]! += row[a]! * row[b]! * Math.max(p * (1 - p), 1e-6);
      }
    }
    for (let a = 1; a < n; a++) {
      matrix[a * n + a]! += RIDGE;
      right[a]! -= RIDGE * beta[a]!;
    }
    const step = solve({ n, matrix, right });
    for (let a = 0; a < n; a++) beta[a]! += Math.max(-2, Math.min(2, step[a]!));
  }
  const weights = Object.fromEntries(
    names.map((name) => [name, used.includes(name) ? round4(beta[used.indexOf(name) + 1]!) : 0]),
  ) as Record<N, number>;
  return { intercept: round4(beta[0]!), weights };
}

function round4(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
