import type { ReflectionTable } from './reflections.ts';
import type { PhaseState } from './simulate-pattern.ts';
import { marchDollase } from './texture.ts';

const plainStrengths = new WeakMap<ReflectionTable, Float64Array>();

/** Multiplicity |F|^2 with texture and the factors per line; remembered for a table without them. */
export function strengthOf({ reflections: table, texture, intensityFactors }: PhaseState): Float64Array {
  let plain = plainStrengths.get(table);
  if (!plain) {
    plain = table.fSquared.map((value, i) => value * table.multiplicity[i]!);
    plainStrengths.set(table, plain);
  }
  const oriented = texture && texture.r !== 1 ? marchDollase(table, texture) : null;
  if (!oriented && !intensityFactors) return plain;
  return plain.map((value, i) => value * (oriented?.[i] ?? 1) * (intensityFactors?.[i] ?? 1));
}
