import type { LibraryPhase } from '../src/analysis/propose-phases.ts';
import { literatureState } from '../src/diffraction/literature-state.ts';
import { computeReflections, strongLines } from '../src/diffraction/reflections.ts';
import { primaryWavelengthA, type Radiation } from '../src/domain/radiation.ts';
import type { ReferencePhase } from './references/load-references.ts';

/** Lines are listed up to here; no laboratory powder scan goes further. */
const MAX_DEG = 150;

/** Lines whose multiplicity |F|^2 is below this share of the strongest are left out of fits: they drown in the error of the model. */
const NEGLIGIBLE = 2e-3;

const cache = new WeakMap<ReferencePhase, Map<string, LibraryPhase>>();

/** The references with their lines for this radiation, each as a fit starts from it; a phase is computed once per radiation. */
export function libraryFor(references: readonly ReferencePhase[], radiation: Radiation): LibraryPhase[] {
  const wavelengthA = Math.min(primaryWavelengthA(radiation), ...radiation.lines.map((line) => line.wavelengthA));
  const key = `${radiation.anode} ${wavelengthA}`;
  return references.map((reference) => {
    const byRadiation = cache.get(reference) ?? new Map<string, LibraryPhase>();
    cache.set(reference, byRadiation);
    const phase = byRadiation.get(key) ?? libraryPhase(reference, radiation, wavelengthA);
    byRadiation.set(key, phase);
    return phase;
  });
}

function libraryPhase({ phaseId, groupPhaseIds, structure }: ReferencePhase, { anode }: Radiation, wavelengthA: number): LibraryPhase {
  const reflections = strongLines(computeReflections(structure, { wavelengthA, twoThetaMaxDeg: MAX_DEG, anode }), NEGLIGIBLE);
  const state = literatureState({ ...structure, reflections }, { sizeNm: 60, microstrain: 0.0004 });
  const { formula, spaceGroup } = structure;
  return { phaseId, formula, spaceGroup: spaceGroup ?? 0, groupPhaseIds: [phaseId, ...groupPhaseIds], state };
}
