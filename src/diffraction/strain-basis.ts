import type { Cell, CrystalSystem } from './cell.ts';

const A = [1, 0, 0, 0, 0, 0];
const B = [0, 1, 0, 0, 0, 0];
const C = [0, 0, 1, 0, 0, 0];
const AB = [1, 1, 0, 0, 0, 0];
const ABC = [1, 1, 1, 0, 0, 0];

/** The independent strains of a lattice, each as relative changes of a, b, c and changes of alpha, beta, gamma in radians. */
export function strainBasis(cell: Cell, system: CrystalSystem): readonly (readonly number[])[] {
  switch (system) {
    case 'cubic':
      return [ABC];
    case 'tetragonal':
    case 'hexagonal':
    case 'trigonal':
      return [AB, C];
    case 'rhombohedral':
      return [ABC, [0, 0, 0, 1, 1, 1]];
    case 'orthorhombic':
      return [A, B, C];
    case 'monoclinic':
      return [A, B, C, obliqueAngle(cell)];
    case 'triclinic':
      return [A, B, C, [0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 1, 0], [0, 0, 0, 0, 0, 1]];
  }
}

function obliqueAngle({ alphaDeg, gammaDeg }: Cell): readonly number[] {
  if (alphaDeg !== 90) return [0, 0, 0, 1, 0, 0];
  return gammaDeg !== 90 ? [0, 0, 0, 0, 0, 1] : [0, 0, 0, 0, 1, 0];
}
