/** A symmetric positive system A x = b, built up column by column. Row-major, size n x n. */
export interface NormalEquations {
  readonly n: number;
  readonly matrix: Float64Array;
  readonly right: Float64Array;
}

/** Sums w J^T J and w J^T r over the points; `columns` are the columns of J. */
export function normalEquations(columns: readonly Float64Array[], weights: Float64Array, residual: Float64Array): NormalEquations {
  const n = columns.length;
  const points = weights.length;
  const matrix = new Float64Array(n * n);
  const right = new Float64Array(n);
  const weighted = new Float64Array(points);
  for (let a = 0; a < n; a++) {
    const column = columns[a]!;
    let from = 0;
    while (from < points && column[from] === 0) from++;
    let to = points;
    while (to > from && column[to - 1] === 0) to--;
    let sum = 0;
    for (let i = from; i < to; i++) {
      weighted[i] = column[i]! * weights[i]!;
      sum += weighted[i]! * residual[i]!;
    }
    right[a] = sum;
    for (let b = 0; b <= a; b++) {
      const other = columns[b]!;
      let dot = 0;
      for (let i = from; i < to; i++) dot += weighted[i]! * other[i]!;
      matrix[a * n + b] = dot;
      matrix[b * n + a] = dot;
    }
  }
  return { n, matrix, right };
}

/** Solves (A + damping diag(A)) x = b by Cholesky's method; entries listed in `fixed` stay 0. Directions without information stay 0 too. */
export function solve({ n, matrix, right }: NormalEquations, damping = 0, fixed: ReadonlySet<number> = new Set()): Float64Array {
  const lower = new Float64Array(n * n);
  const free: number[] = [];
  for (let a = 0; a < n; a++) if (!fixed.has(a)) free.push(a);
  const y = new Float64Array(n);
  const dead = new Uint8Array(n);
  for (const a of free) {
    for (const b of free) {
      if (b > a) break;
      if (dead[b]) continue;
      let sum = matrix[a * n + b]! * (a === b ? 1 + damping : 1);
      for (const c of free) {
        if (c >= b) break;
        sum -= lower[a * n + c]! * lower[b * n + c]!;
      }
      if (a !== b) lower[a * n + b] = sum / lower[b * n + b]!;
      else if (sum <= 1e-12 * matrix[a * n + a]! || !(sum > 0)) dead[a] = 1;
      else lower[a * n + a] = Math.sqrt(sum);
    }
    if (dead[a]) {
      for (const c of free) if (c < a) lower[a * n + c] = 0;
      continue;
    }
    let sum = right[a]!;
    for (const c of free) if (c < a) sum -= lower[a * n + c]! * y[c]!;
    y[a] = sum / lower[a * n + a]!;
  }
  const x = new Float64Array(n);
  for (const a of [...free].reverse()) {
    if (dead[a]) continue;
    let sum = y[a]!;
    for (const c of free) if (c > a && !dead[c]) sum -= lower[c * n + a]! * x[c]!;
    x[a] = sum / lower[a * n + a]!;
  }
  return x;
}

/** As `solve`, with the entries of `nonNegative` kept at 0 or above: those that would fall below are fixed at 0 in turn. */
export function solveNonNegative(equations: NormalEquations, nonNegative: readonly number[]): Float64Array {
  const fixed = new Set<number>();
  for (let round = 0; round <= nonNegative.length; round++) {
    const x = solve(equations, 0, fixed);
    let worst = -1;
    for (const a of nonNegative) if (!fixed.has(a) && x[a]! < 0 && (worst < 0 || x[a]! < x[worst]!)) worst = a;
    if (worst < 0) return x;
    fixed.add(worst);
  }
  return solve(equations, 0, fixed);
}
