import type { PhaseState } from './simulate-pattern.ts';

/** A phase as its structure was published, before anything is fitted: unstrained, untextured, intensities and displacements as they are, scale 1. */
export function literatureState(
  { reflections, cell, crystalSystem }: Pick<PhaseState, 'reflections' | 'cell' | 'crystalSystem'>,
  { sizeNm, microstrain }: Pick<PhaseState, 'sizeNm' | 'microstrain'>,
): PhaseState {
  return {
    reflections,
    cell,
    crystalSystem,
    scale: 1,
    strain: [0, 0, 0, 0, 0, 0],
    sizeNm,
    microstrain,
    texture: null,
    intensityFactors: null,
    extraBIsoA2: 0,
  };
}
