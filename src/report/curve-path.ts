import type { Scale } from './plot-scale.ts';

export interface Curve {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

interface Point {
  readonly xPx: number;
  readonly yPx: number;
}

/** Narrower than this, points share a column of which only the extremes are drawn. */
const COLUMN_PX = 1;

/**
 * Path data of a curve between `fromX` and `toX`. Points that share a column of the drawing are thinned to its first, lowest, highest and last,
 * which looks the same; what is not finite is left out, and the line breaks where `x` jumps by more than six of its usual steps.
 */
export function curvePath(curve: Curve, x: Scale, y: Scale, fromX: number, toX: number): string {
  return pieces(curve, fromX, toX)
    .map((piece) => {
      const points = thin(piece.map((i) => ({ xPx: x(curve.x[i]!), yPx: y(curve.y[i]!) })));
      return points.map((point, i) => `${i === 0 ? 'M' : 'L'}${pair(point)}`).join('');
    })
    .join('');
}

/** The closed area between two curves on the same angles. */
export function areaPath(upper: Curve, lower: Curve, x: Scale, y: Scale, fromX: number, toX: number): string {
  return pieces(upper, fromX, toX)
    .map((piece) => {
      const top = thin(piece.map((i) => ({ xPx: x(upper.x[i]!), yPx: y(upper.y[i]!) })));
      const foot = thin(piece.map((i) => ({ xPx: x(lower.x[i]!), yPx: y(lower.y[i]!) })));
      return `M${[...top, ...foot.reverse()].map(pair).join('L')}Z`;
    })
    .join('');
}

/** Pixels, to a twentieth. */
export function px(value: number): string {
  return String(Math.round(value * 20) / 20);
}

function pair({ xPx, yPx }: Point): string {
  return `${px(xPx)} ${px(yPx)}`;
}

function pieces(curve: Curve, fromX: number, toX: number): number[][] {
  const shown: number[] = [];
  for (let i = 0; i < curve.x.length; i++) {
    const at = curve.x[i]!;
    if (at >= fromX && at <= toX && Number.isFinite(curve.y[i]!)) shown.push(i);
  }
  const steps = shown.slice(1).map((i, k) => curve.x[i]! - curve.x[shown[k]!]!);
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  const found: number[][] = [];
  shown.forEach((i, k) => {
    if (k === 0 || steps[k - 1]! > 6 * usual) found.push([]);
    found.at(-1)!.push(i);
  });
  return found;
}

function thin(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (let start = 0; start < points.length; ) {
    const column = Math.floor(points[start]!.xPx / COLUMN_PX);
    let end = start;
    let low = start;
    let high = start;
    while (end < points.length && Math.floor(points[end]!.xPx / COLUMN_PX) === column) {
      if (points[end]!.yPx < points[low]!.yPx) low = end;
      if (points[end]!.yPx > points[high]!.yPx) high = end;
      end++;
    }
    const wanted = [...new Set([start, low, high, end - 1])].sort((a, b) => a - b);
    for (const i of wanted) kept.push(points[i]!);
    start = end;
  }
  return kept;
}
