import { isPlausibleWavelengthA } from './radiation-names.ts';

const WAVELENGTH = /(?:wave ?length|lambda)[^\d\n]{0,20}(\d*\.\d+)/gi;

/** The one wavelength in angstrom that free header text names; null where it names none or several. */
export function headerWavelengthA(text: string): number | null {
  const found = new Set([...text.matchAll(WAVELENGTH)].map((match) => Number(match[1])));
  const [only] = found;
  return found.size === 1 && only !== undefined && isPlausibleWavelengthA(only) ? only : null;
}
