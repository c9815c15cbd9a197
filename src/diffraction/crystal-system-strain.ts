import type { RandomSource } from '../ports/runtime.ts';
import type { CrystalSystem } from './cell.ts';
import type { UniqueAxis } from './crystal-system.ts';

/**
 * Which of the six strain components (a, b, c, alpha, beta, gamma) move together: entry i names the free parameter of component i, -1 for none.
 * Lattices of one system keep their symmetry under every choice of the parameters.
 */
export function strainParameters(system: CrystalSystem, uniqueAxis: UniqueAxis = 'b'): readonly number[] {
  switch (system) {
    case 'cubic':
      return [0, 0, 0, -1, -1, -1];
    case 'tetragonal':
    case 'hexagonal':
    case 'trigonal':
      return [0, 0, 1, -1, -1, -1];
    case 'rhombohedral':
      return [0, 0, 0, 1, 1, 1];
    case 'orthorhombic':
      return [0, 1, 2, -1, -1, -1];
    case 'monoclinic':
      return [0, 1, 2, uniqueAxis === 'a' ? 3 : -1, uniqueAxis === 'b' ? 3 : -1, uniqueAxis === 'c' ? 3 : -1];
    case 'triclinic':
      return [0, 1, 2, 3, 4, 5];
  }
}

/** A strain that the crystal system allows: each free length changes by up to `max` (relative), each free angle by up to `max` radians, uniformly. */
export function crystalSystemStrain(random: RandomSource, system: CrystalSystem, max: number, uniqueAxis: UniqueAxis = 'b'): number[] {
  const free = Array.from({ length: 6 }, () => max * (2 * random.uniform() - 1));
  return strainParameters(system, uniqueAxis).map((parameter) => (parameter < 0 ? 0 : free[parameter]!));
}
