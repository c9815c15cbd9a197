import { libraryFor } from '../../../models/library.ts';
import { loadReferences } from '../../../models/references/load-references.ts';
import { fitDataOf } from '../../../src/analysis/fit-data.ts';
import type { Mixture } from '../../../src/analysis/fit-mixture.ts';
import type { LibraryPhase } from '../../../src/analysis/propose-phases.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import { addPhaseRates, type Optics, type PhaseState, type Shift } from '../../../src/diffraction/simulate-pattern.ts';
import type { Pattern } from '../../../src/domain/pattern.ts';

const NAMES = ['NiO_225', 'MgO_225', 'TiO2_136', 'TiO2_141', 'ZnO_186', 'CaCO3_167', 'MnCO3_167', 'CuO_15', 'SnO2_136', 'CaF2_225'];

export const OPTICS: Optics = {
  radiation: {
    anode: 'Cu',
    lines: [
      { wavelengthA: 1.540598, weight: 1 },
      { wavelengthA: 1.544426, weight: 0.5 },
    ],
  },
  caglioti: { uDeg2: 0, vDeg2: 0, wDeg2: 0.004 },
  lorentzDeg: { xDeg: 0, yDeg: 0.01 },
  radiusMm: 200,
  monochromatorTwoThetaDeg: null,
  axial: 0,
};
export const NO_SHIFT: Shift = { zeroDeg: 0, displacementMm: 0 };

/** Ten phases of the shipped references, rivals among them (rutile and cassiterite, calcite and rhodochrosite). */
export const LIBRARY: readonly LibraryPhase[] = libraryFor(
  loadReferences('solid-state-precursors').filter(({ phaseId }) => NAMES.includes(phaseId)),
  OPTICS.radiation,
);

export function stateOf(phaseId: string, changes: Partial<PhaseState> = {}): PhaseState {
  return { ...LIBRARY.find((phase) => phase.phaseId === phaseId)!.state, ...changes };
}

export interface Scene {
  readonly phases: Mixture['phases'];
  readonly shift?: Shift;
  readonly backgroundCps?: number;
  readonly liveS?: number;
  /** Counts are drawn with this seed; without one they are the expectation, rounded. */
  readonly seed?: number;
  readonly toDeg?: number;
  /** Peaks of no phase: position and height in counts per second. */
  readonly planted?: readonly { readonly atDeg: number; readonly cps: number }[];
}

export function patternOf(scene: Scene): Pattern {
  const { phases, shift = NO_SHIFT, backgroundCps = 20, liveS = 10, seed, toDeg = 70, planted = [] } = scene;
  const twoThetaDeg = Float64Array.from({ length: Math.round((toDeg - 15) / 0.04) + 1 }, (_, i) => 15 + 0.04 * i);
  const rates = twoThetaDeg.map(
    (angle) => backgroundCps + planted.reduce((sum, { atDeg, cps }) => sum + cps * 2 ** -(((angle - atDeg) / 0.06) ** 2), 0),
  );
  for (const { state } of phases) addPhaseRates(rates, twoThetaDeg, state, OPTICS, shift);
  const random = seed === undefined ? null : seededRandom(seed);
  return {
    patternId: 'simulated',
    scanIds: [],
    unit: 'counts',
    radiation: OPTICS.radiation,
    twoThetaDeg,
    counts: rates.map((rate) => (random ? random.poisson(rate * liveS) : Math.round(rate * liveS))),
    liveS: twoThetaDeg.map(() => liveS),
  };
}

export const dataOf = (scene: Scene) => fitDataOf(patternOf(scene));
