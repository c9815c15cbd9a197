import type { Structure } from '../../src/diffraction/structure.ts';
import { lookAlikes } from './look-alikes.ts';

/**
 * The sets of phases that a powder pattern cannot tell apart by the rule of `look-alikes.ts`; what is alike to a third one joins its group. Phases in no
 * group are left out; order as in the list.
 */
export function groupLookAlikes(phases: readonly { readonly phaseId: string; readonly structure: Structure }[]): string[][] {
  return joinPairs(
    phases.map(({ phaseId }) => phaseId),
    lookAlikes(phases).map(({ phaseIds }) => phaseIds),
  );
}

/** The connected parts of a graph with more than one point. */
export function joinPairs(points: readonly string[], pairs: readonly (readonly [string, string])[]): string[][] {
  const partOf = new Map(points.map((point) => [point, new Set([point])]));
  for (const [a, b] of pairs) {
    const joined = new Set([...partOf.get(a)!, ...partOf.get(b)!]);
    for (const point of joined) partOf.set(point, joined);
  }
  const parts = [...new Set(partOf.values())].filter((part) => part.size > 1);
  return parts.map((part) => points.filter((point) => part.has(point)));
}
