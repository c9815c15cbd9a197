import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { enantiomorphOf } from '../../src/diffraction/space-group.ts';
import { type Structure, structuresFromCifText } from '../../src/diffraction/structure.ts';
import { type CifBlock, cifValue, loopColumn, parseCif } from '../../src/domain/cif-syntax.ts';
import { EwaldError } from '../../src/domain/errors.ts';
import { parsePhaseId } from '../../src/domain/phase.ts';
import { type ReferenceEntry, type ReferenceIndex, readReferenceIndex } from './reference-index.ts';

/** One phase of a reference space with the structure it is simulated from. */
export interface ReferencePhase {
  readonly phaseId: string;
  readonly role: 'member' | 'distractor';
  readonly title: string;
  /** The determination the numbers are from, or the note that says why none is named. */
  readonly citation: string;
  readonly groupPhaseIds: readonly string[];
  /** Its `phaseId` is that of the index, also for stand-ins, whose id carries the space group number 0. */
  readonly structure: Structure;
}

const INDEX = 'index.yaml';
const REMEDY = 'restore the file from the repository, or mend it and run the tests of the references';

/** The ids of the reference spaces beside this file, sorted. */
export function referenceSpaces(): string[] {
  return readdirSync(pathOf(''), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(pathOf(entry.name)).includes(INDEX))
    .map((entry) => entry.name)
    .sort();
}

/** Reads every phase of a space in the order of its index. Fails with 'model', naming the file that is missing or broken. */
export function loadReferences(spaceId: string): ReferencePhase[] {
  return indexOf(spaceId).phases.map((entry) => loadPhase(spaceId, entry));
}

function indexOf(spaceId: string): ReferenceIndex {
  const spaces = referenceSpaces();
  if (!spaces.includes(spaceId))
    throw new EwaldError('model', spaceId, `there is no reference space ${spaceId}`, `use one of: ${spaces.join(', ')}`);
  const file = `${spaceId}/${INDEX}`;
  const index = readReferenceIndex(readText(file), file);
  if (index.spaceId !== spaceId) throw broken(file, `${file} says spaceId ${index.spaceId}, its folder says ${spaceId}`);
  return index;
}

/** What a space is called. Fails as `loadReferences` does. */
export function titleOfSpace(spaceId: string): string {
  return indexOf(spaceId).title;
}

function loadPhase(spaceId: string, entry: ReferenceEntry): ReferencePhase {
  const file = `${entry.from ?? spaceId}/${entry.file}`;
  return readReferencePhase(readText(file), file, entry);
}

/**
 * Reads the references that a folder carries: an index as those of the spaces, the structure files beside it. A file that names no citation is cited by
 * its name. Fails with 'model', naming the file that is missing or broken.
 */
export function loadReferencesFrom(folder: string): ReferencePhase[] {
  const text = (file: string): string => readText(file, join(folder, file));
  return readReferenceIndex(text(INDEX), join(folder, INDEX)).phases.map((entry) => {
    if (entry.from !== undefined)
      throw broken(INDEX, `${entry.phaseId} is to come from another space, which a folder of its own cannot do`);
    return readReferencePhase(text(entry.file), entry.file, entry, `the file ${entry.file}`);
  });
}

/** The phase of one index entry from the text of its file; `cited` stands where the file names no source. Fails with 'model' naming the file. */
export function readReferencePhase(text: string, file: string, entry: ReferenceEntry, cited: string | null = null): ReferencePhase {
  const { phaseId, role, title, groupPhaseIds } = entry;
  const structure = readStructure(text, file);
  const named = parsePhaseId(phaseId);
  if (!named) throw broken(file, `${phaseId} is not a phase id`);
  // The number 0 marks a stand-in, which has a lattice to compute with but no known space group.
  const isOwnNumber = [structure.spaceGroup, enantiomorphOf(structure.spaceGroup ?? 0)].includes(named.spaceGroup);
  if (named.spaceGroup !== 0 && !isOwnNumber)
    throw broken(file, `${file} has space group number ${structure.spaceGroup}, its phase id ${phaseId} says ${named.spaceGroup}`);
  const block = parseCif(text)[0];
  const citation = (block ? citationOf(block) : null) ?? cited;
  if (citation === null) throw broken(file, `${file} names neither a citation nor a note in place of one`);
  return { phaseId, role, title, citation, groupPhaseIds: groupPhaseIds ?? [], structure: { ...structure, phaseId } };
}

function readStructure(text: string, file: string): Structure {
  try {
    return structuresFromCifText(text, file);
  } catch (error) {
    throw broken(file, `the structure file ${file} cannot be used: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** `Authors: journal volume, page (year)`, followed by the note; null where the file has neither. */
function citationOf(block: CifBlock): string | null {
  const journal = cifValue(block, '_journal_name_full');
  const note = cifValue(block, '_ewald_note')?.replace(/\s+/g, ' ').trim() ?? null;
  if (journal === null) return note;
  const authors = (loopColumn(block, '_publ_author_name') ?? []).join('; ');
  const volume = cifValue(block, '_journal_volume');
  const page = cifValue(block, '_journal_page_first');
  const year = cifValue(block, '_journal_year');
  const reference = `${authors}: ${journal}${volume ? ` ${volume}` : ''}${page ? `, ${page}` : ''}${year ? ` (${year})` : ''}.`;
  return note === null ? reference : `${reference} ${note}`;
}

function readText(file: string, path = pathOf(file)): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw broken(file, `the reference file ${file} cannot be read`, error);
  }
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(`./${relative}`, import.meta.url));
}

function broken(file: string, message: string, cause?: unknown): EwaldError {
  return new EwaldError('model', file, message, REMEDY, cause);
}
