/** Cubic B-splines with a knot every `spacingDeg` or so, and 1/2theta for the air scatter; one column per function. */
export function backgroundBasis(twoThetaDeg: Float64Array, spacingDeg = 9): Float64Array[] {
  const n = twoThetaDeg.length;
  const fromDeg = twoThetaDeg[0] ?? 0;
  const toDeg = Math.max(twoThetaDeg[n - 1] ?? 1, fromDeg + 1e-6);
  const intervals = Math.max(2, Math.round((toDeg - fromDeg) / spacingDeg));
  const step = (toDeg - fromDeg) / intervals;
  const columns = Array.from({ length: intervals + 3 }, () => new Float64Array(n));
  for (let i = 0; i < n; i++) {
    const place = Math.min(intervals - 1e-9, (twoThetaDeg[i]! - fromDeg) / step);
    const cell = Math.floor(place);
    const u = place - cell;
    const v = 1 - u;
    columns[cell]![i] = (v * v * v) / 6;
    columns[cell + 1]![i] = (3 * u * u * u - 6 * u * u + 4) / 6;
    columns[cell + 2]![i] = (3 * v * v * v - 6 * v * v + 4) / 6;
    columns[cell + 3]![i] = (u * u * u) / 6;
  }
  columns.push(twoThetaDeg.map((angle) => 10 / Math.max(angle, 3)));
  return columns;
}
