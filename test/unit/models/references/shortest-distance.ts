import type { Structure } from '../../../../src/diffraction/structure.ts';

/** Shortest distance in angstrom between an atom of `a` and one of `b`, the cell repeated around. */
export function shortestDistanceA(structure: Structure, a: string, b: string): number {
  const { aA, bA, cA, alphaDeg, betaDeg, gammaDeg } = structure.cell;
  const cos = (deg: number) => Math.cos((deg * Math.PI) / 180);
  const positions = (element: string) =>
    structure.atoms.filter(({ site }) => site.element === element).flatMap((atom) => [...atom.positions]);
  const steps = [-1, 0, 1];
  let shortest = Number.POSITIVE_INFINITY;
  for (const { positions: images } of structure.atoms.filter(({ site }) => site.element === a)) {
    const p = images[0]!;
    for (const q of positions(b))
      for (const i of steps)
        for (const j of steps)
          for (const k of steps) {
            const [x, y, z] = [q[0]! + i - p[0]!, q[1]! + j - p[1]!, q[2]! + k - p[2]!];
            const square =
              (x * aA) ** 2 +
              (y * bA) ** 2 +
              (z * cA) ** 2 +
              2 * (x * y * aA * bA * cos(gammaDeg) + x * z * aA * cA * cos(betaDeg) + y * z * bA * cA * cos(alphaDeg));
            if (square > 0.01) shortest = Math.min(shortest, Math.sqrt(square));
          }
  }
  return shortest;
}
