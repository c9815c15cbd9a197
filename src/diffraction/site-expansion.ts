import type { AtomSite } from './atom-sites.ts';
import { type Cell, lengthA, metricTensor } from './cell.ts';
import type { SymmetryOperator } from './space-group.ts';

/** Fractional coordinates in [0, 1) of all images of one site in the cell. */
export interface SiteImages {
  readonly site: AtomSite;
  readonly positions: readonly (readonly [number, number, number])[];
}

/**
 * Images of each site under all operators. Images of one site closer than `toleranceA` are one atom on a special position, which is put at their
 * mean, so that .333 becomes 1/3.
 */
export function expandSites(
  sites: readonly AtomSite[],
  operators: readonly SymmetryOperator[],
  cell: Cell,
  toleranceA: number,
): SiteImages[] {
  const metric = metricTensor(cell);
  return sites.map((site) => {
    const snapped = snapToSpecialPosition(site, operators, metric, toleranceA);
    const positions: [number, number, number][] = [];
    for (const operator of operators) {
      const image = apply(operator, snapped).map(wrap) as [number, number, number];
      if (!positions.some((other) => distanceA(metric, other, image) < toleranceA)) positions.push(image);
    }
    return { site, positions };
  });
}

function snapToSpecialPosition(
  site: AtomSite,
  operators: readonly SymmetryOperator[],
  metric: readonly number[],
  toleranceA: number,
): [number, number, number] {
  const origin: [number, number, number] = [site.x, site.y, site.z];
  const sum = [0, 0, 0];
  let count = 0;
  for (const operator of operators) {
    const image = apply(operator, origin);
    if (distanceA(metric, image, origin) >= toleranceA) continue;
    for (let i = 0; i < 3; i++) sum[i]! += image[i]! - Math.round(image[i]! - origin[i]!);
    count++;
  }
  return count === 0 ? origin : [sum[0]! / count, sum[1]! / count, sum[2]! / count];
}

function apply({ rotation: r, translation: t }: SymmetryOperator, [x, y, z]: readonly [number, number, number]): [number, number, number] {
  return [r[0]! * x + r[1]! * y + r[2]! * z + t[0]!, r[3]! * x + r[4]! * y + r[5]! * z + t[1]!, r[6]! * x + r[7]! * y + r[8]! * z + t[2]!];
}

function wrap(value: number): number {
  const wrapped = value - Math.floor(value);
  return wrapped > 1 - 1e-9 ? 0 : wrapped;
}

function distanceA(metric: readonly number[], p: readonly [number, number, number], q: readonly [number, number, number]): number {
  const [dx, dy, dz] = [p[0] - q[0], p[1] - q[1], p[2] - q[2]];
  return lengthA(metric, dx - Math.round(dx), dy - Math.round(dy), dz - Math.round(dz));
}
