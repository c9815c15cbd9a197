/** Lattice constants in angstrom and degrees. */
export interface Cell {
  readonly aA: number;
  readonly bA: number;
  readonly cA: number;
  readonly alphaDeg: number;
  readonly betaDeg: number;
  readonly gammaDeg: number;
}

export type CrystalSystem =
  | 'triclinic'
  | 'monoclinic'
  | 'orthorhombic'
  | 'tetragonal'
  | 'trigonal'
  | 'rhombohedral'
  | 'hexagonal'
  | 'cubic';

const RAD = Math.PI / 180;

/** Cosine, exactly 0 at a right angle and -1/2 at 120 degrees, so that equal lines stay exactly equal. */
function cosine(angleDeg: number): number {
  if (angleDeg === 90) return 0;
  if (angleDeg === 120) return -0.5;
  return Math.cos(angleDeg * RAD);
}

/** Metric tensor in angstrom^2: [aa, bb, cc, ab, ac, bc]. */
export function metricTensor(cell: Cell): [number, number, number, number, number, number] {
  const { aA, bA, cA } = cell;
  return [aA * aA, bA * bA, cA * cA, aA * bA * cosine(cell.gammaDeg), aA * cA * cosine(cell.betaDeg), bA * cA * cosine(cell.alphaDeg)];
}

export function volumeA3(cell: Cell): number {
  const [aa, bb, cc, ab, ac, bc] = metricTensor(cell);
  const square = aa * bb * cc + 2 * ab * ac * bc - aa * bc * bc - bb * ac * ac - cc * ab * ab;
  return square > 0 ? Math.sqrt(square) : Number.NaN;
}

/** Reciprocal metric [A, B, C, D, E, F] in 1/angstrom^2 with 1/d^2 = A hh + B kk + C ll + D kl + E hl + F hk. */
export function reciprocalMetric(cell: Cell): [number, number, number, number, number, number] {
  const [aa, bb, cc, ab, ac, bc] = metricTensor(cell);
  const det = aa * bb * cc + 2 * ab * ac * bc - aa * bc * bc - bb * ac * ac - cc * ab * ab;
  return [
    (bb * cc - bc * bc) / det,
    (aa * cc - ac * ac) / det,
    (aa * bb - ab * ab) / det,
    (2 * (ab * ac - aa * bc)) / det,
    (2 * (ab * bc - bb * ac)) / det,
    (2 * (ac * bc - cc * ab)) / det,
  ];
}

/**
 * The cell deformed by relative changes of a, b, c and by changes of alpha, beta, gamma in radians. The caller keeps the six within the crystal
 * system.
 */
export function strainCell(cell: Cell, strain: readonly number[]): Cell {
  return {
    aA: cell.aA * (1 + (strain[0] ?? 0)),
    bA: cell.bA * (1 + (strain[1] ?? 0)),
    cA: cell.cA * (1 + (strain[2] ?? 0)),
    alphaDeg: cell.alphaDeg + (strain[3] ?? 0) / RAD,
    betaDeg: cell.betaDeg + (strain[4] ?? 0) / RAD,
    gammaDeg: cell.gammaDeg + (strain[5] ?? 0) / RAD,
  };
}

/** Length in angstrom of a fractional vector under a metric tensor. */
export function lengthA(metric: readonly number[], x: number, y: number, z: number): number {
  const square =
    metric[0]! * x * x + metric[1]! * y * y + metric[2]! * z * z + 2 * (metric[3]! * x * y + metric[4]! * x * z + metric[5]! * y * z);
  return Math.sqrt(Math.max(0, square));
}
