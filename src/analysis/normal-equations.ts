/** A symmetric positive system A x = b, built up column by column. Row-major, size n x n. */
export interface NormalEquations {
  readonly n: number;
  readonly matrix: Float64Array;
  readonly right: Float64Array;
}

/** Cholesky's lower triangle of the free part of a system. */
export interface Factor {
  readonly n: number;
  /** Which unknowns are solved for, ascending. */
  readonly free: Int32Array;
  readonly lower: Float64Array;
}

/** Factors A + damping diag(A) without the unknowns of `fixed`. Directions without information get a diagonal of 0. */
export function factorise({ n, matrix }: NormalEquations, damping = 0, fixed: ReadonlySet<number> = new Set()): Factor {
  const free = new Int32Array(n - fixed.size);
  for (let a = 0, m = 0; a < n; a++) if (!fixed.has(a)) free[m++] = a;
  const m = free.length;
  const lower = new Float64Array(m * m);
  for (let a = 0; a < m; a++) {
    const row = a * m;
    const source = free[a]! * n;
    for (let b = 0; b < a; b++) {
      const other = b * m;
      const pivot = lower[other + b]!;
      if (pivot === 0) continue;
      let sum = matrix[source + free[b]!]!;
      for (let c = 0; c < b; c++) sum -= lower[row + c]! * lower[other + c]!;
      lower[row + b] = sum / pivot;
    }
    const diagonal = matrix[source + free[a]!]!;
    let sum = diagonal * (1 + damping);
    for (let c = 0; c < a; c++) sum -= lower[row + c]! ** 2;
    if (sum > 1e-12 * diagonal && sum > 0) lower[row + a] = Math.sqrt(sum);
    else lower.fill(0, row, row + a + 1);
  }
  return { n, free, lower };
}

/** The solution for one right side; what is fixed or without information is 0. */
export function backSolve({ n, free, lower }: Factor, right: Float64Array): Float64Array {
  const m = free.length;
  const y = new Float64Array(m);
  for (let a = 0; a < m; a++) {
    const pivot = lower[a * m + a]!;
    if (pivot === 0) continue;
    let sum = right[free[a]!]!;
    for (let c = 0; c < a; c++) sum -= lower[a * m + c]! * y[c]!;
    y[a] = sum / pivot;
  }
  const x = new Float64Array(n);
  for (let a = m - 1; a >= 0; a--) {
    const pivot = lower[a * m + a]!;
    if (pivot === 0) continue;
    let sum = y[a]!;
    for (let c = a + 1; c < m; c++) sum -= lower[c * m + a]! * x[free[c]!]!;
    x[free[a]!] = sum / pivot;
  }
  return x;
}

/** Solves (A + damping diag(A)) x = b; entries listed in `fixed` stay 0. Directions without information stay 0 too. */
export function solve(equations: NormalEquations, damping = 0, fixed: ReadonlySet<number> = new Set()): Float64Array {
  return backSolve(factorise(equations, damping, fixed), equations.right);
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
