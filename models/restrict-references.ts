import { massOf } from '../src/diffraction/elements.ts';
import { structuresFromCifText } from '../src/diffraction/structure.ts';
import { asEwaldError, badInput } from '../src/domain/errors.ts';
import { parsePhaseId, samePhase } from '../src/domain/phase.ts';
import type { BroughtCif, ExpectedPhase, SampleKnowledge } from '../src/domain/sample-knowledge.ts';
import { nearPhaseIds } from './near-phase-ids.ts';
import type { ReferencePhase } from './references/load-references.ts';

/** The references as the user's knowledge leaves them. */
export interface RestrictedReferences {
  readonly references: readonly ReferencePhase[];
  readonly addedPhaseIds: readonly string[];
  readonly replacedPhaseIds: readonly string[];
  readonly leftOutPhaseIds: readonly string[];
  /** As `SampleKnowledge.expected`, each spelled as the references spell it. */
  readonly expected: readonly ExpectedPhase[];
}

/**
 * Adds the structures that were brought along (one that is in the library already takes the place of the library's) and leaves out what the elements
 * rule out. Throws badInput: CIF files that cannot be used, all at once; no element; nothing left; a phase that is expected but not there.
 */
export function restrictReferences(library: readonly ReferencePhase[], knowledge: SampleKnowledge): RestrictedReferences {
  const brought = readBrought(knowledge.cifs, library);
  const isReplaced = ({ phaseId }: ReferencePhase) => brought.find((phase) => samePhase(phase.phaseId, phaseId));
  const replaced = library.filter(isReplaced);
  const all = [
    ...library.map((phase) => isReplaced(phase) ?? phase),
    ...brought.filter((phase) => !replaced.some(({ phaseId }) => samePhase(phaseId, phase.phaseId))),
  ];
  checkElements(knowledge);
  const isPossible = (phase: ReferencePhase) =>
    knowledge.elements === null || elementsOf(phase).every((symbol) => knowledge.elements!.includes(symbol));
  const impossible = brought.find((phase) => !isPossible(phase));
  if (impossible)
    throw badInput(
      '--elements',
      `${impossible.phaseId}, which a CIF file brings, holds elements that --elements leaves out`,
      'add its elements, or leave the file out',
    );
  const references = all.filter(isPossible);
  const { elements, required } = knowledge;
  if (references.length === 0)
    throw badInput('--elements', `no phase of the model consists of ${elements?.join(', ')} alone`, 'allow more elements');
  const missing = required.find((symbol) => !references.some((phase) => elementsOf(phase).includes(symbol)));
  if (missing !== undefined)
    throw badInput(
      '--require',
      `no phase of the model that may be there holds ${missing}`,
      'bring such a phase with --cif, or leave it out',
    );
  return {
    references,
    addedPhaseIds: references
      .filter((phase) => brought.includes(phase) && !replaced.some((old) => old.phaseId === phase.phaseId))
      .map(idOf),
    replacedPhaseIds: replaced.map(idOf),
    leftOutPhaseIds: all.filter((phase) => !isPossible(phase)).map(idOf),
    expected: spelledAs(references, knowledge.expected),
  };
}

/** Symbols of the elements of a phase; what its sites hold, as formulas may be shortened. */
export function elementsOf({ structure }: Pick<ReferencePhase, 'structure'>): string[] {
  return [...new Set(structure.sites.map(({ element }) => element))];
}

function idOf({ phaseId }: ReferencePhase): string {
  return phaseId;
}

function readBrought(cifs: readonly BroughtCif[], library: readonly ReferencePhase[]): ReferencePhase[] {
  const phases: ReferencePhase[] = [];
  const refused: string[] = [];
  for (const cif of cifs) {
    try {
      const phase = readCif(cif, library);
      const same = phases.find(({ phaseId }) => samePhase(phaseId, phase.phaseId));
      if (same) refused.push(`${cif.file}: another file brings ${phase.phaseId} as well`);
      else phases.push(phase);
    } catch (error) {
      const { message } = asEwaldError(error);
      refused.push(message.startsWith(cif.file) ? message : `${cif.file}: ${message}`);
    }
  }
  if (refused.length > 0)
    throw badInput(
      '--cif',
      `structure files were refused: ${refused.join('; ')}`,
      'mend these files or leave them out; see: ewald phases id CIF',
    );
  return phases;
}

/** An id with a suffix names one of several structures of a compound: only a file that is called by it can mean it. */
function readCif({ file, text }: BroughtCif, library: readonly ReferencePhase[]): ReferencePhase {
  const stem = file.replace(/^.*[\\/]/, '').replace(/\.cif$/i, '');
  const plain = library.map(idOf).filter((phaseId) => (parsePhaseId(phaseId)?.suffix ?? null) === null);
  const structure = structuresFromCifText(text, file, { knownPhaseIds: [stem, ...plain] });
  if (structure.phaseId === null)
    throw badInput(file, 'it does not say its space group', 'add _space_group_IT_number and the symmetry operations');
  const { phaseId } = structure;
  const known = library.find((phase) => samePhase(phase.phaseId, phaseId));
  const id = known?.phaseId ?? phaseId;
  return {
    phaseId: id,
    role: 'member',
    title: known?.title ?? structure.name,
    citation: `the file ${file}`,
    groupPhaseIds: known?.groupPhaseIds ?? [],
    structure: { ...structure, phaseId: id },
  };
}

/** Throws badInput for what is no element, or is required without being allowed. */
function checkElements({ elements, required }: SampleKnowledge): void {
  for (const [option, symbols] of [
    ['--elements', elements ?? []],
    ['--require', required],
  ] as const) {
    const unknown = symbols.filter((symbol) => massOf(symbol) === 0);
    if (unknown.length > 0)
      throw badInput(option, `${unknown.join(', ')} is no symbol of an element`, 'write symbols as in Li,La,Zr,O; deuterium is H here');
  }
  const forbidden = elements && required.find((symbol) => !elements.includes(symbol));
  if (forbidden) throw badInput('--require', `${forbidden} is required but not among the elements allowed`, 'add it to --elements');
}

function spelledAs(references: readonly ReferencePhase[], expected: readonly ExpectedPhase[]): ExpectedPhase[] {
  return expected.map(({ phaseId, probability }) => ({ phaseId: spelled(references, phaseId, '--expect'), probability }));
}

/** The id as the references spell it. Throws badInput naming the option where they hold no such phase. */
export function spelled(references: readonly ReferencePhase[], phaseId: string, option: string): string {
  const known = references.find((phase) => samePhase(phase.phaseId, phaseId));
  if (known) return known.phaseId;
  const near = nearPhaseIds(phaseId, references.map(idOf));
  throw badInput(
    option,
    `${phaseId} is not among the phases that may be there`,
    `the nearest are ${near.join(', ')}; a structure can be brought with --cif`,
  );
}
