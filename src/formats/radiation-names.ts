import { badInput } from '../domain/errors.ts';
import type { EmissionLine, Radiation } from '../domain/radiation.ts';

/**
 * K alpha 1 and 2 in angstrom. Cr, Fe, Co: Hoelzer et al., Phys. Rev. A 56 (1997) 4554; Mo, Ag: Deslattes et al., Rev. Mod. Phys. 75 (2003)
 * 35; all as in International Tables C, table 4.2.2.4. Cu: the pair that instrument makers write into their files, 3 ppm longer.
 */
const K_ALPHA_A: Readonly<Record<string, readonly [number, number]>> = {
  Cr: [2.289726, 2.293651],
  Fe: [1.936041, 1.939973],
  Co: [1.788996, 1.792835],
  Cu: [1.540598, 1.544426],
  Mo: [0.70931715, 0.713607],
  Ag: [0.55942178, 0.5638131],
};

/** K alpha 2 has half the intensity of K alpha 1: two electrons against four in the 2p levels they start from. */
export const K_ALPHA_2_WEIGHT = 0.5;

const CHOICES = `say what is left of the doublet: ${Object.keys(K_ALPHA_A)
  .map((anode) => `${anode}Ka1 or ${anode}Ka12`)
  .join(', ')}; or wavelengths in angstrom such as 1.5406 or 1.5406,1.5444:0.5`;

/** Wavelengths that powder diffraction uses, in angstrom; others are taken for a mistake. */
export function isPlausibleWavelengthA(wavelengthA: number): boolean {
  return wavelengthA >= 0.05 && wavelengthA <= 5;
}

/**
 * A radiation by name: CuKa1 (monochromatic), CuKa12 (the doublet, 1 to 0.5), likewise Cr, Fe, Co, Mo, Ag; or wavelengths in angstrom, each
 * further one with its weight: '1.5406', '1.5406,1.5444:0.5'. Weights come back relative to the strongest line. Throws badInput, also for
 * 'CuKa' and 'Cu', which do not say whether the second line is there.
 */
export function parseRadiation(text: string): Radiation {
  const compact = text
    .trim()
    .replace(/[\s_-]+/g, '')
    .replace(/alpha|α/gi, 'a');
  const name = /^([A-Za-z]{2})(Ka(1|12|1,2|1\+2)?)?$/i.exec(compact);
  if (name) return namedRadiation(text, name[1]!, name[3] ?? null);
  const lines = compact.split(',').map((part, i) => parseLine(text, part, i));
  const strongest = Math.max(...lines.map((line) => line.weight));
  return { anode: null, lines: lines.map((line) => ({ wavelengthA: line.wavelengthA, weight: line.weight / strongest })) };
}

function namedRadiation(text: string, element: string, which: string | null): Radiation {
  const anode = element[0]!.toUpperCase() + element[1]!.toLowerCase();
  const pair = K_ALPHA_A[anode];
  if (!pair) throw badInput('radiation', `no wavelengths are known for "${text}"`, CHOICES);
  if (which === null) throw badInput('radiation', `"${text}" does not say whether it means K alpha 1 alone or the doublet`, CHOICES);
  const first = { wavelengthA: pair[0], weight: 1 };
  return { anode, lines: which === '1' ? [first] : [first, { wavelengthA: pair[1], weight: K_ALPHA_2_WEIGHT }] };
}

function parseLine(text: string, part: string, index: number): EmissionLine {
  const match = /^(\d*\.?\d+)(?::(\d*\.?\d+))?$/.exec(part);
  if (!match) throw badInput('radiation', `"${text}" is neither a known radiation nor wavelengths`, CHOICES);
  const wavelengthA = Number(match[1]);
  const weight = match[2] === undefined && index === 0 ? 1 : Number(match[2]);
  if (!isPlausibleWavelengthA(wavelengthA))
    throw badInput('radiation', `${match[1]} is no wavelength in angstrom for diffraction`, CHOICES);
  if (!(weight > 0)) throw badInput('radiation', `line ${index + 1} of "${text}" needs a weight above 0`, CHOICES);
  return { wavelengthA, weight };
}
