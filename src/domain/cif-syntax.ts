import { CifWords } from './cif-words.ts';

/** One `data_` block. Tags are lower case; a loop column is reached by its tag, equally long for all tags of one loop. */
export interface CifBlock {
  readonly name: string;
  readonly values: ReadonlyMap<string, string>;
  readonly columns: ReadonlyMap<string, readonly string[]>;
}

interface OpenBlock extends CifBlock {
  readonly values: Map<string, string>;
  readonly columns: Map<string, string[]>;
}

/**
 * Reads CIF 1.1 text (Hall, Allen & Brown 1991, Acta Cryst. A47, 655). Never throws: what follows no tag is passed over, save frames are
 * read as part of their block, and an incomplete last row of a loop is dropped.
 */
export function parseCif(text: string): CifBlock[] {
  const words = new CifWords(text);
  const blocks: OpenBlock[] = [];
  let block: OpenBlock | null = null;
  while (words.kind !== 'end') {
    const { kind, text } = words;
    words.next();
    if (kind === 'data') {
      block = { name: text, values: new Map(), columns: new Map() };
      blocks.push(block);
    } else if (kind === 'loop') {
      const columns = readLoop(words);
      for (const [tag, column] of columns) block?.columns.set(tag, column);
    } else if (kind === 'tag' && words.kind === 'value') {
      block?.values.set(text, words.text);
      words.next();
    }
  }
  return blocks;
}

/** The columns of a loop by tag, whole rows only. */
function readLoop(words: CifWords): [string, string[]][] {
  const columns: [string, string[]][] = [];
  for (; words.kind === 'tag'; words.next()) columns.push([words.text, []]);
  let count = 0;
  for (; words.kind === 'value'; words.next()) columns[count++ % columns.length]?.[1].push(words.text);
  const whole = Math.floor(count / columns.length);
  for (const [, column] of columns) column.length = whole;
  return columns;
}

/** The value of the first of `tags` that is given (as a single value, or as the first row of a loop); null where none is, or it is `?` or `.`. */
export function cifValue(block: CifBlock, ...tags: string[]): string | null {
  for (const tag of tags) {
    const value = block.values.get(tag) ?? block.columns.get(tag)?.[0];
    if (value !== undefined && !isMissing(value)) return value;
  }
  return null;
}

/** The column of the first of `tags` that is given; a single value counts as a column of one row; null where none is. */
export function loopColumn(block: CifBlock, ...tags: string[]): readonly string[] | null {
  for (const tag of tags) {
    const column = block.columns.get(tag);
    if (column) return column;
    const value = block.values.get(tag);
    if (value !== undefined) return [value];
  }
  return null;
}

export function isMissing(value: string): boolean {
  return value === '?' || value === '.' || value.trim() === '';
}

const NUMBER = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eEdD][+-]?\d+)?)(?:\(\d*(?:\.\d*)?\))?$/;
const FRACTION = /^([+-]?\d+)\/(\d+)$/;

/** A CIF number without its standard uncertainty: `4.7605(5)` -> 4.7605, `1/3` -> 0.333...; null where it is none or missing. */
export function cifNumber(value: string | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  const text = value.trim();
  const match = NUMBER.exec(text);
  if (match) return Number(match[1]!.replace(/[dD]/, 'e'));
  const fraction = FRACTION.exec(text);
  if (fraction && Number(fraction[2]) !== 0) return Number(fraction[1]) / Number(fraction[2]);
  return null;
}
