import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Structure, structuresFromCifText } from '../../src/diffraction/structure.ts';
import { asEwaldError, badInput } from '../../src/domain/errors.ts';
import { samePhase } from '../../src/domain/phase.ts';

/** A structure file that can be trained on. */
export interface CifPhase {
  readonly phaseId: string;
  readonly title: string;
  /** Path below the folder that was named. */
  readonly file: string;
  readonly text: string;
  readonly structure: Structure;
}

export interface SkippedFile {
  readonly file: string;
  readonly reason: string;
}

const LEAST_PHASES = 2;

/**
 * Every CIF under the folder, at any depth, in the order of their names; those that cannot be used are listed with the reason. A second structure with
 * the id of an earlier one gets the suffix 2 (then 3 and so on). Throws badInput where fewer than two can be used.
 */
export function readCifs(folder: string): { readonly phases: CifPhase[]; readonly skipped: SkippedFile[] } {
  const phases: CifPhase[] = [];
  const skipped: SkippedFile[] = [];
  for (const file of cifFilesUnder(folder)) {
    try {
      const text = readFileSync(join(folder, file), 'utf8');
      const structure = structuresFromCifText(text, basename(file));
      if (structure.phaseId === null) throw badInput(file, 'it does not say its space group', 'add _space_group_IT_number');
      const twin = phases.find((phase) => phase.text === text);
      if (twin) throw badInput(file, `it is a copy of ${twin.file}`, 'leave one of the two out');
      const phaseId = freeId(structure.phaseId, phases);
      const title = structure.name && structure.name !== 'unnamed block' ? structure.name : phaseId;
      phases.push({ phaseId, title, file, text, structure: { ...structure, phaseId } });
    } catch (error) {
      skipped.push({ file, reason: asEwaldError(error).message });
    }
  }
  if (phases.length < LEAST_PHASES)
    throw badInput(
      folder,
      `${folder} holds ${phases.length} usable structures, a model tells at least ${LEAST_PHASES} apart${skipped.map(({ file, reason }) => `; ${file}: ${reason}`).join('')}`,
      'see what is wrong with each file with: ewald phases check FOLDER',
    );
  return { phases, skipped };
}

function freeId(phaseId: string, taken: readonly CifPhase[]): string {
  const isTaken = (id: string) => taken.some((phase) => samePhase(phase.phaseId, id));
  if (!isTaken(phaseId)) return phaseId;
  const [formula, number, suffix] = phaseId.split('_');
  const stem = `${formula}_${number}_${suffix === undefined ? '' : `${suffix}-`}`;
  let copy = 2;
  while (isTaken(`${stem}${copy}`)) copy++;
  return `${stem}${copy}`;
}

function cifFilesUnder(folder: string): string[] {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return names.filter((name) => name.toLowerCase().endsWith('.cif')).sort();
  } catch (error) {
    throw badInput(folder, `there is no folder ${folder} that can be read`, 'name a folder with CIF files', error);
  }
}
