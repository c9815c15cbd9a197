import { type AngleRange, contains, intersect, unite, widthDeg } from '../src/domain/angle-range.ts';
import type { RunView } from '../src/domain/decision.ts';

/** The highest angle measured so far, in degrees; null before the first scan. */
export function highestDeg(view: RunView): number | null {
  return view.coverage.length === 0 ? null : Math.max(...view.coverage.map((visit) => visit.range.toDeg));
}

/** The part of `range` that the instrument reaches and the goal allows; null where there is none. */
export function reachable(view: RunView, range: AngleRange): AngleRange | null {
  const within = intersect(range, { fromDeg: view.limits.fromDeg, toDeg: Math.min(view.limits.toDeg, view.goal.ceilingDeg) });
  return within && widthDeg(within) > 0 ? within : null;
}

/** The ranges measured so far, joined. */
export function measuredRanges(view: RunView): AngleRange[] {
  return unite(
    view.coverage.map((visit) => visit.range),
    0.2,
  );
}

/** Live time per point in s that `range` has had so far, averaged over its width. */
export function meanDwellS(view: RunView, range: AngleRange): number {
  const wide = Math.max(widthDeg(range), 1e-9);
  let sum = 0;
  for (const visit of view.coverage) {
    const shared = intersect(visit.range, range);
    if (shared) sum += visit.dwellS * (widthDeg(shared) / wide);
  }
  return sum;
}

/** Longest live time per point in s that any angle of `range` has had so far, visits added. */
export function peakDwellS(view: RunView, range: AngleRange): number {
  const edges = view.coverage
    .flatMap((visit) => [visit.range.fromDeg, visit.range.toDeg])
    .filter((deg) => deg >= range.fromDeg && deg <= range.toDeg);
  const at = (deg: number) => view.coverage.reduce((sum, visit) => (contains(visit.range, deg) ? sum + visit.dwellS : sum), 0);
  return Math.max(0, ...[range.fromDeg, ...edges, range.toDeg].map(at));
}
