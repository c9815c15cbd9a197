import type { EmissionLine, Radiation } from '../domain/radiation.ts';
import { isPlausibleWavelengthA, K_ALPHA_2_WEIGHT } from './radiation-names.ts';

/** What a header says of the tube; null where it is silent. Wavelengths in angstrom, `ratio` is K alpha 2 to K alpha 1. */
export interface TubeFacts {
  readonly anode: string | null;
  readonly alpha1A: number | null;
  readonly alpha2A: number | null;
  readonly ratio: number | null;
}

/**
 * The lines a header names, with a warning wherever it leaves something open. Null where it names no wavelength: an anode alone does not
 * say whether the second line of the doublet is there.
 */
export function tubeRadiation(facts: TubeFacts, warnings: Set<string>): Radiation | null {
  const anode = elementOf(facts.anode);
  const { alpha1A, alpha2A, ratio } = facts;
  if (alpha1A === null || !isPlausibleWavelengthA(alpha1A)) {
    if (alpha1A) warnings.add(`${alpha1A} is no wavelength in angstrom for diffraction and is not used`);
    if (anode) warnings.add(`the file names the anode ${anode} but no wavelength: say what is left of the doublet with --radiation`);
    return null;
  }
  const lines: EmissionLine[] = [{ wavelengthA: alpha1A, weight: 1 }];
  if (alpha2A !== null && isPlausibleWavelengthA(alpha2A) && alpha2A > alpha1A) {
    const isRatio = ratio !== null && ratio > 0 && ratio <= 1;
    if (!isRatio && ratio !== 0) warnings.add(`the file gives no ratio of K alpha 2 to K alpha 1: ${K_ALPHA_2_WEIGHT} is used`);
    if (ratio !== 0) lines.push({ wavelengthA: alpha2A, weight: isRatio ? ratio : K_ALPHA_2_WEIGHT });
  } else if (anode && ratio !== 0)
    warnings.add(`the file names one wavelength only: if K alpha 2 was not filtered out, say --radiation ${anode}Ka12`);
  return { anode, lines };
}

function elementOf(name: string | null): string | null {
  const symbol = /^[A-Za-z]{1,2}$/.exec(name?.trim() ?? '')?.[0];
  return symbol ? symbol[0]!.toUpperCase() + symbol.slice(1).toLowerCase() : null;
}
