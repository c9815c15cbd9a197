import { type Cell, type CrystalSystem, metricTensor } from './cell.ts';
import { determinant, IDENTITY, type SymmetryOperator } from './space-group.ts';

export type UniqueAxis = 'a' | 'b' | 'c';

export interface LatticeFreedom {
  readonly crystalSystem: CrystalSystem;
  /** The axis of the monoclinic system; 'b' elsewhere. */
  readonly uniqueAxis: UniqueAxis;
}

const LENGTH_TOLERANCE = 3e-4;
const ANGLE_TOLERANCE_DEG = 0.02;

/**
 * Which lattice constants may change independently. From the rotations of the operators where there is any besides the identity, else (an
 * expansion to P1) from the space group number where it is known and agrees with the metric, else from the metric of the cell. Rotations in a
 * setting that does not show in the metric as usual (unique axis a of a tetragonal cell, primitive cells) also fall back to the metric.
 */
export function latticeFreedom(cell: Cell, operators: readonly SymmetryOperator[], spaceGroup: number | null = null): LatticeFreedom {
  const fromMetric = freedomOfMetric(cell);
  if (operators.some(({ rotation }) => rotation.join() !== IDENTITY.rotation.join())) {
    const fromRotations = freedomOfRotations(operators);
    return fits(cell, fromRotations) ? fromRotations : fromMetric;
  }
  const named = spaceGroup === null ? null : systemOfNumber(spaceGroup);
  // An oblique angle says which axis is unique; a rectangular monoclinic cell does not, and b is the custom.
  const uniqueAxis = fromMetric.uniqueAxis;
  return named && fits(cell, { crystalSystem: named, uniqueAxis }) ? { crystalSystem: named, uniqueAxis } : fromMetric;
}

/** The crystal system of a space group number; trigonal groups count as trigonal in either axes. Null outside 1..230. */
export function systemOfNumber(spaceGroup: number): CrystalSystem | null {
  if (spaceGroup < 1 || spaceGroup > 230) return null;
  if (spaceGroup <= 2) return 'triclinic';
  if (spaceGroup <= 15) return 'monoclinic';
  if (spaceGroup <= 74) return 'orthorhombic';
  if (spaceGroup <= 142) return 'tetragonal';
  if (spaceGroup <= 167) return 'trigonal';
  return spaceGroup <= 194 ? 'hexagonal' : 'cubic';
}

function freedomOfRotations(operators: readonly SymmetryOperator[]): LatticeFreedom {
  const seen = new Set<string>();
  const counts = new Map<number, number>();
  let uniqueAxis: UniqueAxis = 'b';
  let threefoldAlongC = false;
  for (const { rotation } of operators) {
    const sign = determinant(rotation) < 0 ? -1 : 1;
    const proper = rotation.map((entry) => entry * sign + 0);
    const key = proper.join();
    if (seen.has(key)) continue;
    seen.add(key);
    const trace = proper[0]! + proper[4]! + proper[8]!;
    counts.set(trace, (counts.get(trace) ?? 0) + 1);
    if (trace === -1) {
      if (proper[0] === 1) uniqueAxis = 'a';
      else if (proper[8] === 1) uniqueAxis = 'c';
    }
    if (trace === 0 && Math.abs(proper[8]!) === 1) threefoldAlongC = true;
  }
  const twofold = counts.get(-1) ?? 0;
  const threefold = counts.get(0) ?? 0;
  const system = (): CrystalSystem => {
    if (threefold >= 8) return 'cubic';
    if (counts.has(2)) return 'hexagonal';
    if (counts.has(1)) return 'tetragonal';
    if (threefold > 0) return threefoldAlongC ? 'trigonal' : 'rhombohedral';
    if (twofold >= 3) return 'orthorhombic';
    return twofold === 1 ? 'monoclinic' : 'triclinic';
  };
  const crystalSystem = system();
  return { crystalSystem, uniqueAxis: crystalSystem === 'monoclinic' ? uniqueAxis : 'b' };
}

function equal(a: number, b: number): boolean {
  return Math.abs(a - b) <= LENGTH_TOLERANCE * Math.max(a, b);
}

function angle(valueDeg: number, wantedDeg: number): boolean {
  return Math.abs(valueDeg - wantedDeg) <= ANGLE_TOLERANCE_DEG;
}

/** Does the metric obey the constraints of the system? */
export function fits(cell: Cell, freedom: LatticeFreedom): boolean {
  const { aA, bA, cA, alphaDeg, betaDeg, gammaDeg } = cell;
  const right = angle(alphaDeg, 90) && angle(betaDeg, 90) && angle(gammaDeg, 90);
  switch (freedom.crystalSystem) {
    case 'cubic':
      return right && equal(aA, bA) && equal(aA, cA);
    case 'tetragonal':
      return right && equal(aA, bA);
    case 'orthorhombic':
      return right;
    case 'hexagonal':
    case 'trigonal':
      return equal(aA, bA) && angle(alphaDeg, 90) && angle(betaDeg, 90) && angle(gammaDeg, 120);
    case 'rhombohedral':
      return equal(aA, bA) && equal(aA, cA) && angle(alphaDeg, betaDeg) && angle(alphaDeg, gammaDeg);
    case 'monoclinic':
      return (
        (freedom.uniqueAxis === 'a' || angle(alphaDeg, 90)) &&
        (freedom.uniqueAxis === 'b' || angle(betaDeg, 90)) &&
        (freedom.uniqueAxis === 'c' || angle(gammaDeg, 90))
      );
    case 'triclinic':
      return true;
  }
}

const BY_SYMMETRY: readonly LatticeFreedom[] = [
  { crystalSystem: 'cubic', uniqueAxis: 'b' },
  { crystalSystem: 'hexagonal', uniqueAxis: 'b' },
  { crystalSystem: 'tetragonal', uniqueAxis: 'b' },
  { crystalSystem: 'rhombohedral', uniqueAxis: 'b' },
  { crystalSystem: 'orthorhombic', uniqueAxis: 'b' },
  { crystalSystem: 'monoclinic', uniqueAxis: 'b' },
  { crystalSystem: 'monoclinic', uniqueAxis: 'c' },
  { crystalSystem: 'monoclinic', uniqueAxis: 'a' },
  { crystalSystem: 'triclinic', uniqueAxis: 'b' },
];

function freedomOfMetric(cell: Cell): LatticeFreedom {
  return BY_SYMMETRY.find((freedom) => fits(cell, freedom))!;
}

/** The cell with its system's equal lengths and angles made exactly equal, so that lines that coincide by symmetry coincide exactly. */
export function regularCell(cell: Cell, { crystalSystem, uniqueAxis }: LatticeFreedom): Cell {
  const abA = (cell.aA + cell.bA) / 2;
  const abcA = (cell.aA + cell.bA + cell.cA) / 3;
  const meanDeg = (cell.alphaDeg + cell.betaDeg + cell.gammaDeg) / 3;
  const right = { alphaDeg: 90, betaDeg: 90, gammaDeg: 90 };
  switch (crystalSystem) {
    case 'cubic':
      return { aA: abcA, bA: abcA, cA: abcA, ...right };
    case 'tetragonal':
      return { ...cell, aA: abA, bA: abA, ...right };
    case 'orthorhombic':
      return { ...cell, ...right };
    case 'hexagonal':
    case 'trigonal':
      return { ...cell, aA: abA, bA: abA, ...right, gammaDeg: 120 };
    case 'rhombohedral':
      return { aA: abcA, bA: abcA, cA: abcA, alphaDeg: meanDeg, betaDeg: meanDeg, gammaDeg: meanDeg };
    case 'monoclinic':
      return {
        ...cell,
        alphaDeg: uniqueAxis === 'a' ? cell.alphaDeg : 90,
        betaDeg: uniqueAxis === 'b' ? cell.betaDeg : 90,
        gammaDeg: uniqueAxis === 'c' ? cell.gammaDeg : 90,
      };
    case 'triclinic':
      return cell;
  }
}

/** Reflections with equal keys keep equal d under every strain that the system allows. */
export function lineKey(h: number, k: number, l: number, { crystalSystem, uniqueAxis }: LatticeFreedom): string {
  switch (crystalSystem) {
    case 'cubic':
      return `${h * h + k * k + l * l}`;
    case 'tetragonal':
      return `${h * h + k * k},${l * l}`;
    case 'hexagonal':
    case 'trigonal':
      return `${h * h + h * k + k * k},${l * l}`;
    case 'rhombohedral':
      return `${h * h + k * k + l * l},${h * k + k * l + h * l}`;
    case 'orthorhombic':
      return `${h * h},${k * k},${l * l}`;
    case 'monoclinic':
      return `${h * h},${k * k},${l * l},${uniqueAxis === 'b' ? h * l : uniqueAxis === 'c' ? h * k : k * l}`;
    case 'triclinic':
      return h > 0 || (h === 0 && (k > 0 || (k === 0 && l >= 0))) ? `${h},${k},${l}` : `${-h},${-k},${-l}`;
  }
}

/** Has the cell a volume at all? */
export function isPossible(cell: Cell): boolean {
  const [aa, bb, cc, ab, ac, bc] = metricTensor(cell);
  return aa * bb * cc + 2 * ab * ac * bc - aa * bc * bc - bb * ac * ac - cc * ab * ab > 0;
}
