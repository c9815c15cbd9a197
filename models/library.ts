import type { LibraryPhase } from '../src/analysis/propose-phases.ts';
import { computeReflections, strongLines } from '../src/diffraction/reflections.ts';
import { primaryWavelengthA, type Radiation } from '../src/domain/radiation.ts';
import type { ReferencePhase } from './references/load-references.ts';

/** Lines are listed up to here; no laboratory powder scan goes further. */
const MAX_DEG = 150;

/** Lines whose multiplicity |F|^2 is below this share of the strongest are left out of fits: they drown in the error of the model. */
const NEGLIGIBLE = 2e-3;

const cache = new WeakMap<readonly ReferencePhase[], Map<string, LibraryPhase[]>>();

/** The references with their lines for this radiation, each as a fit starts from it; computed once per radiation. */
export function libraryFor(references: readonly ReferencePhase[], radiation: Radiation): LibraryPhase[] {
  const wavelengthA = Math.min(primaryWavelengthA(radiation), ...radiation.lines.map((line) => line.wavelengthA));
  const key = `${radiation.anode} ${wavelengthA}`;
  const byRadiation = cache.get(references) ?? new Map<string, LibraryPhase[]>();
  cache.set(references, byRadiation);
  const known = byRadiation.get(key);
  if (known) return known;
  const library = references.map(({ phaseId, structure }): LibraryPhase => {
    const reflections = strongLines(
      computeReflections(structure, { wavelengthA, twoThetaMaxDeg: MAX_DEG, anode: radiation.anode }),
      NEGLIGIBLE,
    );
    const { cell, crystalSystem } = structure;
    const state = {
      reflections,
      cell,
      crystalSystem,
      scale: 1,
      strain: [0, 0, 0, 0, 0, 0],
      sizeNm: 60,
      microstrain: 0.0004,
      texture: null,
      intensityFactors: null,
      extraBIsoA2: 0,
    };
    return { phaseId, formula: structure.formula, spaceGroup: structure.spaceGroup ?? 0, state };
  });
  byRadiation.set(key, library);
  return library;
}
