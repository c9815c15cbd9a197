import type { Command as Program } from 'commander';
import { badInput } from '../domain/errors.ts';
import type { BroughtCif, HolderKnowledge, SampleKnowledge } from '../domain/sample-knowledge.ts';
import { LIKELY, readExpected, readInternalStandard, type Told } from '../domain/told-phases.ts';
import { readBytes } from './read-pattern.ts';

/** What the user tells of a sample, as the command line writes it. */
export interface KnowledgeOptions {
  readonly cif?: readonly string[];
  readonly elements?: string;
  readonly require?: string;
  readonly expect?: string;
  readonly holder?: string;
  readonly holderLines?: string;
  readonly internalStandard?: string;
}

export function addKnowledgeOptions(command: Program): Program {
  return command
    .option('--cif <file>', 'a structure to add to the references; may be given several times', (file: string, files: string[] = []) => [
      ...files,
      file,
    ])
    .option('--elements <symbols>', 'the elements that may be in the sample, e.g. Li,La,Zr,O; phases of others are left out')
    .option('--require <symbols>', 'elements that are in the sample for certain')
    .option('--expect <phases>', `phases thought likely, e.g. ZrO2_14:0.9,Li2CO3_15 (${LIKELY} where no probability is given)`)
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
    expected: expect === undefined ? [] : listOf('--expect', expect).map((item) => toldBy('--expect', readExpected(item))),
    holder: holderOf(holder ?? null, holderLines === undefined ? [] : anglesOf(holderLines)),
    internalStandard: internalStandard === undefined ? null : toldBy('--internal-standard', readInternalStandard(internalStandard)),
  };
}

export function readCif(file: string): BroughtCif {
  return { file, text: new TextDecoder().decode(readBytes(file)) };
}

function listOf(option: string, text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.some((item) => item === ''))
    throw badInput(option, `${option} '${text}' has an empty entry`, 'separate the entries by single commas');
  return [...new Set(items)];
}

function toldBy<T>(option: string, told: Told<T>): T {
  if ('fault' in told) throw badInput(option, told.fault, told.remedy);
  return told.value;
}

function anglesOf(text: string): number[] {
  const angles = listOf('--holder-lines', text).map(Number);
  if (angles.some((deg) => !Number.isFinite(deg)))
    throw badInput('--holder-lines', `--holder-lines ${text} is no list of angles`, 'give degrees 2theta, such as 38.47,44.72');
  return angles;
}

/** `holder` is a metal or a CIF file, which is read. */
export function holderOf(holder: string | null, linesDeg: readonly number[]): HolderKnowledge | null {
  if (holder === null) return linesDeg.length > 0 ? { name: null, cif: null, linesDeg } : null;
  return /\.cif$/i.test(holder) ? { name: null, cif: readCif(holder), linesDeg } : { name: holder, cif: null, linesDeg };
}
