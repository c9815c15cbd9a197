import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Structure, structuresFromCifText } from '../../src/diffraction/structure.ts';
import { badInput, EwaldError } from '../../src/domain/errors.ts';

/** A powder whose lines stand where its certificate says. Lattice constants in angstrom at 22.5 degrees C. */
export interface Standard {
  readonly id: string;
  readonly phaseId: string;
  readonly aA: number;
  readonly cA: number;
  readonly citation: string;
  readonly structure: Structure;
}

interface Certificate {
  readonly id: string;
  readonly file: string;
  readonly aA: number;
  readonly cA: number;
}

const SILICON = 'standards/Si_227.cif';
const LANTHANUM_HEXABORIDE = 'standards/LaB6_221.cif';
const CORUNDUM = 'solid-state-precursors/Al2O3_167.cif';

/** The certified cells of the lots that NIST sold; the first of each powder is the one meant by the powder's name alone. */
const CERTIFICATES: readonly Certificate[] = [
  { id: 'SRM640f', file: SILICON, aA: 5.431144, cA: 5.431144 },
  { id: 'SRM640g', file: SILICON, aA: 5.431109, cA: 5.431109 },
  { id: 'SRM640e', file: SILICON, aA: 5.431179, cA: 5.431179 },
  { id: 'SRM640d', file: SILICON, aA: 5.43123, cA: 5.43123 },
  { id: 'SRM640c', file: SILICON, aA: 5.4311946, cA: 5.4311946 },
  { id: 'SRM660c', file: LANTHANUM_HEXABORIDE, aA: 4.156826, cA: 4.156826 },
  { id: 'SRM660b', file: LANTHANUM_HEXABORIDE, aA: 4.15689, cA: 4.15689 },
  { id: 'SRM660a', file: LANTHANUM_HEXABORIDE, aA: 4.1569162, cA: 4.1569162 },
  { id: 'SRM676a', file: CORUNDUM, aA: 4.759355, cA: 12.99231 },
];

/** Powders by the name that people use. */
const POWDERS: Readonly<Record<string, string>> = { Si: 'SRM640f', LaB6: 'SRM660c', Al2O3: 'SRM676a' };

/** Every name that `loadStandard` knows. */
export const standardNames: readonly string[] = [...Object.keys(POWDERS), ...CERTIFICATES.map(({ id }) => id)];

/** Another certified cell than that of the lot, in angstrom; cA is left out for cubic standards. */
export interface CertifiedCell {
  readonly aA: number;
  readonly cA?: number;
}

/** The standard of that name, in any case and with or without blanks. Throws badInput for an unknown name or a cell that cannot be its own. */
export function loadStandard(name: string, certified: CertifiedCell | null = null): Standard {
  const wanted = name.replace(/[\s_-]+/g, '').toLowerCase();
  const known = standardNames.find((candidate) => candidate.toLowerCase() === wanted);
  const certificate = CERTIFICATES.find(({ id }) => id === (POWDERS[known ?? ''] ?? known));
  if (!certificate) throw badInput('--standard', `there is no standard '${name}'`, `choose one of: ${standardNames.join(', ')}`);
  const structure = readStructure(certificate.file);
  const isCubic = structure.crystalSystem === 'cubic';
  const aA = certified?.aA ?? certificate.aA;
  const cA = isCubic ? aA : (certified?.cA ?? certificate.cA);
  if (!isNear(aA, certificate.aA) || !isNear(cA, certificate.cA))
    throw badInput(
      '--certified',
      `a cell of ${aA} and ${cA} angstrom is not that of ${structure.formula}`,
      `give constants in angstrom within 0.5 % of ${certificate.aA}${isCubic ? '' : ` and ${certificate.cA}`}`,
    );
  const cell = { ...structure.cell, aA, bA: aA, cA };
  const source = certified
    ? 'cell as the user gives it'
    : `National Institute of Standards and Technology, certificate of ${certificate.id}`;
  const own = known !== undefined && known in POWDERS && certified ? known : certificate.id;
  return { id: own, phaseId: structure.phaseId!, aA, cA, citation: source, structure: { ...structure, cell } };
}

function isNear(value: number, certifiedA: number): boolean {
  return Math.abs(value / certifiedA - 1) < 0.005;
}

function readStructure(file: string): Structure {
  try {
    return structuresFromCifText(readFileSync(fileURLToPath(new URL(`./${file}`, import.meta.url)), 'utf8'), file);
  } catch (error) {
    throw new EwaldError(
      'model',
      file,
      `the structure of a standard, ${file}, cannot be used`,
      'restore the file from the repository',
      error,
    );
  }
}
