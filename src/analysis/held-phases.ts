import { literatureState } from '../diffraction/literature-state.ts';
import type { ReflectionTable } from '../diffraction/reflections.ts';
import type { MixturePhase } from './fit-mixture.ts';

const HELD = 'holder:';
const GRAINS = { sizeNm: 60, microstrain: 0.0004 };

/**
 * Is it a line of the sample holder? Such lines are fitted along with every mixture, but are no phase of the sample: never added, removed, weighed
 * or claimed.
 */
export function isHeld({ phaseId }: { readonly phaseId: string }): boolean {
  return phaseId.startsWith(HELD);
}

/**
 * A phase of one line each, so that heights and places are free: sheet metal is textured, and a holder seldom stands at the height of the sample.
 * `dA` in angstrom.
 */
export function heldLines(dA: readonly number[]): MixturePhase[] {
  return dA.map((d) => ({
    phaseId: `${HELD}${d.toFixed(4)}`,
    state: literatureState({ reflections: oneLine(d), ...cubic(d) }, GRAINS),
  }));
}

function cubic(edgeA: number) {
  return { cell: { aA: edgeA, bA: edgeA, cA: edgeA, alphaDeg: 90, betaDeg: 90, gammaDeg: 90 }, crystalSystem: 'cubic' as const };
}

/** The line 100 of a primitive cubic cell with the edge d. */
function oneLine(dA: number): ReflectionTable {
  const one = Int16Array.of(1);
  const zero = Int16Array.of(0);
  return {
    count: 1,
    h: one,
    k: zero,
    l: zero,
    dA: Float64Array.of(dA),
    multiplicity: Float64Array.of(1),
    fSquared: Float64Array.of(1),
    memberStart: Int32Array.of(0, 1),
    memberH: one,
    memberK: zero,
    memberL: zero,
    memberShare: Float64Array.of(1),
    ...cubic(dA),
    cellMassU: 0,
    volumeA3: dA ** 3,
  };
}
