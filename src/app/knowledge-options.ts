import type { Command as Program } from 'commander';
import { badInput } from '../domain/errors.ts';
import { parsePhaseId } from '../domain/phase.ts';
import type { BroughtCif, ExpectedPhase, HolderKnowledge, InternalStandard, SampleKnowledge } from '../domain/sample-knowledge.ts';
import { readBytes } from './read-pattern.ts';

/** What the user tells of a sample, as the command line and the config write it. */
export interface KnowledgeOptions {
  readonly cif?: readonly string[];
  readonly elements?: string;
  readonly require?: string;
  readonly expect?: string;
  readonly holder?: string;
  readonly holderLines?: string;
  readonly internalStandard?: string;
}

const EXPECTED = 0.8;
/** A belief must not forbid: odds of 99 to 1 are the most that can be told. */
const MOST = 0.99;

export function addKnowledgeOptions(command: Program): Program {
  return command
    .option('--cif <file>', 'a structure to add to the references; may be given several times', (file: string, files: string[] = []) => [
      ...files,
      file,
    ])
    .option('--elements <symbols>', 'the elements that may be in the sample, e.g. Li,La,Zr,O; phases of others are left out')
    .option('--require <symbols>', 'elements that are in the sample for certain')
    .option('--expect <phases>', `phases thought likely, e.g. ZrO2_14:0.9,Li2CO3_15 (${EXPECTED} where no probability is given)`)
    .option('--holder <metal>', 'what the sample lies in, where it shows: Al, Cu, Fe, or a CIF file')
    .option('--holder-lines <degrees>', 'angles of lines of the holder, e.g. 38.47,44.72')
    .option('--internal-standard <phase:share>', 'a phase weighed into the sample and its share of the mixture, e.g. Al2O3_167:0.2');
}

/** Null where nothing is told. Throws badInput naming the option; whether elements and phases exist is known only where the references are. */
export function readKnowledge(options: KnowledgeOptions): SampleKnowledge | null {
  const { cif = [], elements, require, expect, holder, holderLines, internalStandard } = options;
  if (cif.length === 0 && [elements, require, expect, holder, holderLines, internalStandard].every((given) => given === undefined))
    return null;
  return {
    cifs: cif.map(readCif),
    elements: elements === undefined ? null : listOf('--elements', elements),
    required: require === undefined ? [] : listOf('--require', require),
    expected: expect === undefined ? [] : expectedOf(listOf('--expect', expect)),
    holder: holderOf(holder ?? null, holderLines === undefined ? [] : anglesOf(holderLines)),
    internalStandard: internalStandard === undefined ? null : standardOf(internalStandard),
  };
}

function readCif(file: string): BroughtCif {
  return { file, text: new TextDecoder().decode(readBytes(file)) };
}

function listOf(option: string, text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.some((item) => item === ''))
    throw badInput(option, `${option} '${text}' has an empty entry`, 'separate the entries by single commas');
  return [...new Set(items)];
}

function expectedOf(items: readonly string[]): ExpectedPhase[] {
  return items.map((item) => {
    const [phaseId = '', text, ...rest] = item.split(':');
    const probability = text === undefined ? EXPECTED : Number(text);
    if (rest.length > 0 || text?.trim() === '' || !(probability >= 1 - MOST - 1e-9 && probability <= MOST))
      throw badInput(
        '--expect',
        `${item} gives no probability from ${(1 - MOST).toFixed(2)} to ${MOST}`,
        'write PHASE or PHASE:0.9; a belief never forbids what is measured',
      );
    if (parsePhaseId(phaseId) === null)
      throw badInput(
        '--expect',
        `${phaseId || '(nothing)'} is no phase id`,
        'write formula_space group, such as ZrO2_14; see: ewald phases list',
      );
    return { phaseId, probability };
  });
}

function standardOf(text: string): InternalStandard {
  const [phaseId = '', share, ...rest] = text.split(':');
  const weightFraction = Number(share);
  if (rest.length > 0 || parsePhaseId(phaseId) === null || !(weightFraction > 0 && weightFraction < 1))
    throw badInput(
      '--internal-standard',
      `--internal-standard ${text} is no phase with its share of the mixture`,
      'write PHASE:SHARE with a share between 0 and 1, such as Al2O3_167:0.2',
    );
  return { phaseId, weightFraction };
}

function anglesOf(text: string): number[] {
  const angles = listOf('--holder-lines', text).map(Number);
  if (angles.some((deg) => !Number.isFinite(deg)))
    throw badInput('--holder-lines', `--holder-lines ${text} is no list of angles`, 'give degrees 2theta, such as 38.47,44.72');
  return angles;
}

function holderOf(holder: string | null, linesDeg: readonly number[]): HolderKnowledge | null {
  if (holder === null) return linesDeg.length > 0 ? { name: null, cif: null, linesDeg } : null;
  return /\.cif$/i.test(holder) ? { name: null, cif: readCif(holder), linesDeg } : { name: holder, cif: null, linesDeg };
}
