import type { BackgroundBasis } from './background-basis.ts';
import type { NormalEquations } from './normal-equations.ts';

/** The lower triangle of background with background, and the right side. */
export function addBackgroundBlock(
  { n, matrix, right }: NormalEquations,
  { count, cellStart, splines, air }: BackgroundBasis,
  weights: Float64Array,
  residual: Float64Array,
): void {
  const last = count - 1;
  let [airAir, airRight] = [0, 0];
  for (let c = 0; c + 1 < cellStart.length; c++) {
    const end = cellStart[c + 1]!;
    let [m00, m10, m11, m20, m21, m22, m30, m31, m32, m33] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let [a0, a1, a2, a3, r0, r1, r2, r3] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let i = cellStart[c]!; i < end; i++) {
      const w = weights[i]!;
      const b0 = splines[4 * i]!;
      const b1 = splines[4 * i + 1]!;
      const b2 = splines[4 * i + 2]!;
      const b3 = splines[4 * i + 3]!;
      const w0 = w * b0;
      const w1 = w * b1;
      const w2 = w * b2;
      const w3 = w * b3;
      m00 += w0 * b0;
      m10 += w1 * b0;
      m11 += w1 * b1;
      m20 += w2 * b0;
      m21 += w2 * b1;
      m22 += w2 * b2;
      m30 += w3 * b0;
      m31 += w3 * b1;
      m32 += w3 * b2;
      m33 += w3 * b3;
      const v = air[i]!;
      const r = residual[i]!;
      a0 += w0 * v;
      a1 += w1 * v;
      a2 += w2 * v;
      a3 += w3 * v;
      r0 += w0 * r;
      r1 += w1 * r;
      r2 += w2 * r;
      r3 += w3 * r;
      airAir += w * v * v;
      airRight += w * v * r;
    }
    const products = [m00, m10, m11, m20, m21, m22, m30, m31, m32, m33];
    let k = 0;
    for (let a = 0; a < 4; a++) for (let b = 0; b <= a; b++) matrix[(c + a) * n + c + b]! += products[k++]!;
    const withAir = [a0, a1, a2, a3];
    const withResidual = [r0, r1, r2, r3];
    for (let a = 0; a < 4; a++) {
      matrix[last * n + c + a]! += withAir[a]!;
      right[c + a]! += withResidual[a]!;
    }
  }
  matrix[last * n + last] = airAir;
  right[last] = airRight;
}

/** One weighted column with the background; `row` is where the column's row starts. */
export function addCrossBlock(
  matrix: Float64Array,
  row: number,
  { count, cellStart, splines, air }: BackgroundBasis,
  weighted: Float64Array,
  from: number,
  to: number,
): void {
  let withAir = 0;
  for (let c = 0; c + 1 < cellStart.length; c++) {
    const end = Math.min(to, cellStart[c + 1]!);
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let i = Math.max(from, cellStart[c]!); i < end; i++) {
      const w = weighted[i]!;
      s0 += w * splines[4 * i]!;
      s1 += w * splines[4 * i + 1]!;
      s2 += w * splines[4 * i + 2]!;
      s3 += w * splines[4 * i + 3]!;
      withAir += w * air[i]!;
    }
    matrix[row + c]! += s0;
    matrix[row + c + 1]! += s1;
    matrix[row + c + 2]! += s2;
    matrix[row + c + 3]! += s3;
  }
  matrix[row + count - 1] = withAir;
}

/** Products of one weighted column with others into `out`, four at a time so that the sums do not wait for each other. */
export function dotEach(out: Float64Array, others: readonly Float64Array[], weighted: Float64Array, from: number, to: number): void {
  let b = 0;
  for (; b + 4 <= others.length; b += 4) {
    const c0 = others[b]!;
    const c1 = others[b + 1]!;
    const c2 = others[b + 2]!;
    const c3 = others[b + 3]!;
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let i = from; i < to; i++) {
      const w = weighted[i]!;
      s0 += w * c0[i]!;
      s1 += w * c1[i]!;
      s2 += w * c2[i]!;
      s3 += w * c3[i]!;
    }
    out[b] = s0;
    out[b + 1] = s1;
    out[b + 2] = s2;
    out[b + 3] = s3;
  }
  for (; b < others.length; b++) out[b] = dot(weighted, others[b]!, from, to);
}

export function dot(a: Float64Array, b: Float64Array, from: number, to: number): number {
  let [even, odd] = [0, 0];
  let i = from;
  for (; i + 1 < to; i += 2) {
    even += a[i]! * b[i]!;
    odd += a[i + 1]! * b[i + 1]!;
  }
  if (i < to) even += a[i]! * b[i]!;
  return even + odd;
}

/** First and one past the last entry that is not 0. */
export function spanOf(column: Float64Array): { from: number; to: number } {
  let from = 0;
  let to = column.length;
  while (from < to && column[from] === 0) from++;
  while (to > from && column[to - 1] === 0) to--;
  return { from, to };
}
