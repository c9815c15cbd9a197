import { addPhaseRates } from '../diffraction/simulate-pattern.ts';
import type { FitData } from './fit-data.ts';
import type { MixtureFit } from './fit-mixture.ts';

interface Ghost {
  readonly wavelengthA: number;
  /** The most that a sound instrument lets through, relative to K alpha 1. */
  readonly atMost: number;
}

/** K beta 1 of the anodes (Bearden 1967, Rev. Mod. Phys. 39, 78), through the usual filter or mirror; for Cu also W L alpha 1 of an aged tube. */
const GHOSTS: Readonly<Record<string, readonly Ghost[]>> = {
  Cu: [
    { wavelengthA: 1.39222, atMost: 0.02 },
    { wavelengthA: 1.47639, atMost: 0.012 },
  ],
  Co: [{ wavelengthA: 1.62079, atMost: 0.02 }],
  Fe: [{ wavelengthA: 1.75661, atMost: 0.02 }],
  Cr: [{ wavelengthA: 2.08487, atMost: 0.02 }],
  Mo: [{ wavelengthA: 0.632288, atMost: 0.02 }],
  Ag: [{ wavelengthA: 0.497069, atMost: 0.02 }],
};

/** Counts that weak emission lines besides the stated ones may add at most: a peak of this size belongs to a phase that is already there. */
export function ghostCounts(data: FitData, fit: MixtureFit): Float64Array {
  const rates = new Float64Array(data.counts.length);
  for (const { wavelengthA, atMost } of GHOSTS[fit.optics.radiation.anode ?? ''] ?? []) {
    const optics = { ...fit.optics, radiation: { anode: null, lines: [{ wavelengthA, weight: 1 }] } };
    for (const { state } of fit.phases)
      addPhaseRates(rates, data.twoThetaDeg, { ...state, scale: state.scale * atMost }, optics, fit.shift);
  }
  return rates.map((rate, i) => rate * data.liveS[i]!);
}
