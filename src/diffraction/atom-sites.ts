import { type CifBlock, cifNumber, loopColumn } from '../domain/cif-syntax.ts';
import { type Cell, metricTensor, reciprocalMetric } from './cell.ts';
import { elementOf } from './elements.ts';

/** One atom of the asymmetric unit; fractional coordinates, B in angstrom^2. */
export interface AtomSite {
  readonly label: string;
  readonly element: string;
  readonly charge: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly occupancy: number;
  readonly bIsoA2: number;
}

/** Taken where a file gives no displacement parameter; of the order of an oxide at room temperature. */
export const DEFAULT_B_ISO_A2 = 0.5;

const B_PER_U = 8 * Math.PI * Math.PI;

/** The atoms of a block; `warnings` takes one sentence for each that is passed over or guessed. Empty where there are none. */
export function readAtomSites(block: CifBlock, cell: Cell, warnings: string[]): AtomSite[] {
  const xs = loopColumn(block, '_atom_site_fract_x', '_atom_site.fract_x');
  const ys = loopColumn(block, '_atom_site_fract_y', '_atom_site.fract_y');
  const zs = loopColumn(block, '_atom_site_fract_z', '_atom_site.fract_z');
  if (!xs || !ys || !zs) return [];
  const labels = loopColumn(block, '_atom_site_label', '_atom_site.label');
  const types = loopColumn(block, '_atom_site_type_symbol', '_atom_site.type_symbol');
  const occupancies = loopColumn(block, '_atom_site_occupancy', '_atom_site.occupancy');
  const flags = loopColumn(block, '_atom_site_calc_flag');
  const isoB = loopColumn(block, '_atom_site_b_iso_or_equiv', '_atom_site.b_iso_or_equiv');
  const isoU = loopColumn(block, '_atom_site_u_iso_or_equiv', '_atom_site.u_iso_or_equiv');
  const anisotropic = readAnisotropicB(block, cell);
  const sites: AtomSite[] = [];
  for (let i = 0; i < xs.length; i++) {
    const label = labels?.[i] ?? types?.[i] ?? `site ${i + 1}`;
    const species = speciesOf(types?.[i]) ?? speciesOf(labels?.[i]);
    const [x, y, z] = [cifNumber(xs[i]), cifNumber(ys[i]), cifNumber(zs[i])];
    const occupancy = cifNumber(occupancies?.[i]) ?? 1;
    if (flags?.[i]?.toLowerCase() === 'dum' || occupancy === 0) continue;
    if (!species || x === null || y === null || z === null) {
      warnings.push(`the atom ${label} is left out: ${species ? 'it has no coordinates' : 'its element is not known'}`);
      continue;
    }
    if (species.isGuess) warnings.push(`the atom ${label} is taken as ${species.element}`);
    const uIso = cifNumber(isoU?.[i]);
    const bIso = cifNumber(isoB?.[i]) ?? (uIso === null ? null : uIso * B_PER_U) ?? anisotropic.get(label) ?? null;
    sites.push({
      label,
      element: species.element,
      charge: species.charge,
      x,
      y,
      z,
      occupancy,
      bIsoA2: bIso !== null && bIso > 0 ? bIso : DEFAULT_B_ISO_A2,
    });
  }
  return sites;
}

interface Species {
  readonly element: string;
  readonly charge: number;
  readonly isGuess: boolean;
}

/** Element and charge of `Zr4+`, `O-2`, `Fe1`, `D`, `OH`; a group is taken as its first atom. */
export function speciesOf(text: string | undefined): Species | null {
  const match = /^([A-Za-z]{1,2})([A-Za-z]*)(.*)$/.exec(text ?? '');
  if (!match) return null;
  const letters = match[1]! + match[2]!;
  const charge = chargeOf(match[3]!);
  const cased = `${letters[0]!.toUpperCase()}${letters.slice(1, 2).toLowerCase()}`;
  const isCased = letters.length < 2 || /[a-z]/.test(letters[1]!);
  if (letters[0]!.toUpperCase() === 'D' && !elementOf(cased)) return { element: 'H', charge, isGuess: false };
  if (letters === 'D') return { element: 'H', charge, isGuess: false };
  if (letters.length <= 2 && isCased && elementOf(cased)) return { element: cased, charge, isGuess: false };
  const first = cased[0]!;
  if (/^wat/i.test(letters) || /^o(h|w)/i.test(letters)) return { element: 'O', charge: 0, isGuess: true };
  if (!isCased && letters.length === 2 && elementOf(cased) && !elementOf(first)) return { element: cased, charge, isGuess: true };
  if (isCased && elementOf(cased)) return { element: cased, charge: 0, isGuess: true };
  return elementOf(first) ? { element: first, charge: 0, isGuess: true } : null;
}

function chargeOf(rest: string): number {
  const match = /^(\d*)([+-])(\d*)$/.exec(rest);
  if (!match) return 0;
  const size = Number(match[1] || match[3] || 1);
  return match[2] === '-' ? -size : size;
}

/** Equivalent isotropic B = (1/3) sum Bij ai* aj* (ai . aj) per label (Fischer & Tillmanns 1988, Acta Cryst. C44, 775). */
function readAnisotropicB(block: CifBlock, cell: Cell): Map<string, number> {
  const found = new Map<string, number>();
  const labels = loopColumn(block, '_atom_site_aniso_label');
  if (!labels) return found;
  const metric = metricTensor(cell);
  const reciprocal = reciprocalMetric(cell);
  const star = [Math.sqrt(reciprocal[0]), Math.sqrt(reciprocal[1]), Math.sqrt(reciprocal[2])];
  const terms: readonly [suffix: string, i: number, j: number, dot: number][] = [
    ['11', 0, 0, metric[0]],
    ['22', 1, 1, metric[1]],
    ['33', 2, 2, metric[2]],
    ['12', 0, 1, 2 * metric[3]],
    ['13', 0, 2, 2 * metric[4]],
    ['23', 1, 2, 2 * metric[5]],
  ];
  for (let row = 0; row < labels.length; row++) {
    let sum = 0;
    let isWhole = true;
    for (const [suffix, i, j, dot] of terms) {
      const b = cifNumber(loopColumn(block, `_atom_site_aniso_b_${suffix}`)?.[row]);
      const u = cifNumber(loopColumn(block, `_atom_site_aniso_u_${suffix}`)?.[row]);
      const value = b ?? (u === null ? null : u * B_PER_U);
      if (value === null && i === j) isWhole = false;
      sum += (value ?? 0) * star[i]! * star[j]! * dot;
    }
    if (isWhole) found.set(labels[row]!, sum / 3);
  }
  return found;
}
