import { type CifBlock, cifNumber, cifValue, loopColumn } from '../domain/cif-syntax.ts';
import type { Radiation } from '../domain/radiation.ts';
import { spellings } from './pdcif-profile.ts';
import { isPlausibleWavelengthA, K_ALPHA_2_WEIGHT } from './radiation-names.ts';

const LENGTHS = [
  ...spellings('_diffrn_radiation_wavelength'),
  '_diffrn_radiation_wavelength.value',
  '_diffrn_radiation_wavelength.wavelength',
];
const WEIGHTS = spellings('_diffrn_radiation_wavelength_wt');
/** Lines closer than this, relatively, are the doublet; others do not belong to one beam without a weight. */
const DOUBLET = 0.02;

/** The wavelengths of a block with their weights; null where it names none. */
export function cifRadiation(block: CifBlock, warnings: Set<string>): Radiation | null {
  const lengths = loopColumn(block, ...LENGTHS) ?? [];
  const weights = loopColumn(block, ...WEIGHTS);
  const lines = lengths.flatMap((text, i) => {
    const wavelengthA = cifNumber(text);
    if (wavelengthA === null || !isPlausibleWavelengthA(wavelengthA)) return [];
    return [{ wavelengthA, weight: cifNumber(weights?.[i]) }];
  });
  const [first, second] = lines;
  if (!first) return null;
  const anode = anodeOf(block);
  const weighted = lines.flatMap(({ wavelengthA, weight }) => (weight !== null && weight > 0 ? [{ wavelengthA, weight }] : []));
  if (weighted.length === lines.length) {
    const strongest = Math.max(...weighted.map((line) => line.weight));
    return { anode, lines: weighted.map((line) => ({ wavelengthA: line.wavelengthA, weight: line.weight / strongest })) };
  }
  const alpha1 = { wavelengthA: first.wavelengthA, weight: 1 };
  if (!second) return { anode, lines: [alpha1] };
  if (lines.length > 2 || Math.abs(second.wavelengthA / first.wavelengthA - 1) > DOUBLET) {
    warnings.add('the file names several wavelengths without weights: say which radiation it was with --radiation');
    return null;
  }
  warnings.add(`the file gives no weight of the second wavelength: ${K_ALPHA_2_WEIGHT} is used`);
  return { anode, lines: [alpha1, { wavelengthA: second.wavelengthA, weight: K_ALPHA_2_WEIGHT }] };
}

/** The target, or the element of a line's name such as "Cu K\a"; null where neither is given. */
export function anodeOf(block: CifBlock): string | null {
  const target = cifValue(block, '_diffrn_source_target', '_diffrn_source.target');
  if (target !== null && /^[A-Z][a-z]?$/.test(target.trim())) return target.trim();
  const type = cifValue(block, '_diffrn_radiation_type', '_diffrn_radiation.type', '_diffrn_radiation_wavelength.type') ?? '';
  return /^\W*([A-Z][a-z])\W*K/.exec(type)?.[1] ?? null;
}
