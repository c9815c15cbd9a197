import { reciprocalMetric } from './cell.ts';
import type { ReflectionTable } from './reflections.ts';

/** Preferred orientation along the normal of (h k l); r < 1 for plates lying flat, r > 1 for needles, 1 for none. */
export interface Texture {
  readonly h: number;
  readonly k: number;
  readonly l: number;
  readonly r: number;
}

/**
 * Factor on the intensity of each line (March 1932; Dollase 1986, J. Appl. Cryst. 19, 267): the mean of (r^2 cos^2 a + sin^2 a / r)^(-3/2) over the
 * line's members, each by its share of the intensity; a is the angle between the plane normals.
 */
export function marchDollase(table: ReflectionTable, texture: Texture): Float64Array {
  const [A, B, C, D, E, F] = reciprocalMetric(table.cell);
  const { h: u, k: v, l: w, r } = texture;
  // The product of (h k l) with the texture's normal is linear in h, k, l.
  const byH = A * u + (E * w + F * v) / 2;
  const byK = B * v + (D * w + F * u) / 2;
  const byL = C * w + (D * v + E * u) / 2;
  const square = u * byH + v * byK + w * byL;
  const factors = new Float64Array(table.count);
  for (let i = 0; i < table.count; i++) {
    const scale = (table.dA[i]! * table.dA[i]!) / square;
    let sum = 0;
    for (let m = table.memberStart[i]!; m < table.memberStart[i + 1]!; m++) {
      const product = table.memberH[m]! * byH + table.memberK[m]! * byK + table.memberL[m]! * byL;
      const cosSquared = Math.min(1, product * product * scale);
      const base = r * r * cosSquared + (1 - cosSquared) / r;
      sum += table.memberShare[m]! / (base * Math.sqrt(base));
    }
    factors[i] = sum;
  }
  return factors;
}
