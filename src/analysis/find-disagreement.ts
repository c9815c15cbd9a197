import { type AngleRange, unite, widenTo } from '../domain/angle-range.ts';
import type { ActivationMap, DisagreementRegion } from '../domain/identification.ts';

export interface DisagreementOptions {
  /** Smallest difference of the normalised maps that counts, 0..1 (0.25 in the published method). */
  readonly threshold: number;
  readonly minWindowDeg: number;
  readonly limits: AngleRange;
}

/**
 * Where the evidence for two rival phases differs: each phase's map is averaged over the members and divided by its own largest magnitude;
 * angles at which the two differ by more than the threshold become regions, widened to the smallest window and joined where they touch.
 */
export function findDisagreement(
  maps: readonly ActivationMap[],
  between: readonly [string, string],
  options: DisagreementOptions,
): DisagreementRegion[] {
  const first = meanMap(maps, between[0]);
  const second = meanMap(maps, between[1]);
  if (!first || !second || first.twoThetaDeg.length < 2) return [];
  const { twoThetaDeg } = first;
  const cellDeg = twoThetaDeg[1]! - twoThetaDeg[0]!;
  const cells: AngleRange[] = [];
  const difference = new Float64Array(twoThetaDeg.length);
  for (let i = 0; i < twoThetaDeg.length; i++) {
    const centreDeg = twoThetaDeg[i]!;
    // Two maps normalised to [-1, 1] differ by at most 2.
    difference[i] = Math.abs(first.weight[i]! - second.weight[i]!) / 2;
    if (difference[i]! <= options.threshold || centreDeg < options.limits.fromDeg || centreDeg > options.limits.toDeg) continue;
    cells.push({
      fromDeg: Math.max(options.limits.fromDeg, centreDeg - cellDeg / 2),
      toDeg: Math.min(options.limits.toDeg, centreDeg + cellDeg / 2),
    });
  }
  const joined = unite(cells, cellDeg / 2);
  const ranges = unite(joined.map((range) => widenTo(range, options.minWindowDeg, options.limits)));
  return ranges
    .map((range) => ({ range, between, score: largestInside(range, twoThetaDeg, difference) }))
    .sort((a, b) => b.score - a.score);
}

function largestInside(range: AngleRange, twoThetaDeg: Float64Array, values: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    if (twoThetaDeg[i]! >= range.fromDeg && twoThetaDeg[i]! <= range.toDeg) largest = Math.max(largest, values[i]!);
  }
  return largest;
}

/** Mean over the members, scaled to a largest magnitude of 1; null where there is no map of the phase. */
export function meanMap(maps: readonly ActivationMap[], phaseId: string): { twoThetaDeg: Float64Array; weight: Float64Array } | null {
  const own = maps.filter((map) => map.phaseId === phaseId);
  const first = own[0];
  if (!first) return null;
  const weight = new Float64Array(first.weight.length);
  for (const map of own) for (let i = 0; i < weight.length; i++) weight[i]! += map.weight[i]! / own.length;
  const largest = weight.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  if (largest > 0) for (let i = 0; i < weight.length; i++) weight[i]! /= largest;
  return { twoThetaDeg: first.twoThetaDeg, weight };
}
