/**
 * Background functions on a raster: cubic B-splines with a knot every `spacingDeg` or so, and 1/2theta for the air scatter. Four splines are
 * non-zero at a point; they are kept as such, times a factor per point.
 */
export interface BackgroundBasis {
  /** Number of functions; the last one is the air scatter. */
  readonly count: number;
  /** Points of interval c are cellStart[c] .. cellStart[c + 1] - 1; there the splines c .. c + 3 are non-zero. */
  readonly cellStart: Int32Array;
  /** Entry 4 i + j is spline c + j at point i. */
  readonly splines: Float64Array;
  readonly air: Float64Array;
}

/** The basis at ascending angles, each function multiplied by `factor` point by point. */
export function backgroundBasis(twoThetaDeg: Float64Array, factor: Float64Array, spacingDeg = 9): BackgroundBasis {
  const n = twoThetaDeg.length;
  const fromDeg = twoThetaDeg[0] ?? 0;
  const toDeg = Math.max(twoThetaDeg[n - 1] ?? 1, fromDeg + 1e-6);
  const intervals = Math.max(2, Math.round((toDeg - fromDeg) / spacingDeg));
  const step = (toDeg - fromDeg) / intervals;
  const cellStart = new Int32Array(intervals + 1).fill(n);
  const splines = new Float64Array(4 * n);
  const air = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    const place = Math.min(intervals - 1e-9, (twoThetaDeg[i]! - fromDeg) / step);
    const cell = Math.floor(place);
    cellStart.fill(i, 0, cell + 1);
    const f = factor[i]!;
    const u = place - cell;
    const v = 1 - u;
    splines[4 * i] = (f * (v * v * v)) / 6;
    splines[4 * i + 1] = (f * (3 * u * u * u - 6 * u * u + 4)) / 6;
    splines[4 * i + 2] = (f * (3 * v * v * v - 6 * v * v + 4)) / 6;
    splines[4 * i + 3] = (f * (u * u * u)) / 6;
    air[i] = (f * 10) / Math.max(twoThetaDeg[i]!, 3);
  }
  return { count: intervals + 4, cellStart, splines, air };
}

/** Adds sum_a solution[a] * function a to `out`; further entries of the solution are not looked at. */
export function addBackground(out: Float64Array, { count, cellStart, splines, air }: BackgroundBasis, solution: Float64Array): void {
  const ofAir = solution[count - 1]!;
  for (let c = 0; c + 1 < cellStart.length; c++) {
    const [s0, s1, s2, s3] = [solution[c]!, solution[c + 1]!, solution[c + 2]!, solution[c + 3]!];
    const end = cellStart[c + 1]!;
    for (let i = cellStart[c]!; i < end; i++)
      out[i]! += s0 * splines[4 * i]! + s1 * splines[4 * i + 1]! + s2 * splines[4 * i + 2]! + s3 * splines[4 * i + 3]! + ofAir * air[i]!;
  }
}
