import { tokenizeCif } from './cif-tokens.ts';

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
  const tokens = tokenizeCif(text);
  const blocks: OpenBlock[] = [];
  let block: OpenBlock | null = null;
  let i = 0;
  while (i < tokens.length) {
    const token = tokens[i++]!;
    if (token.kind === 'data') {
      block = { name: token.text, values: new Map(), columns: new Map() };
      blocks.push(block);
    } else if (token.kind === 'loop') {
      const tags: string[] = [];
      while (tokens[i]?.kind === 'tag') tags.push(tokens[i++]!.text);
      const rows: string[][] = tags.map(() => []);
      const start = i;
      while (tokens[i]?.kind === 'value') i++;
      const whole = tags.length === 0 ? 0 : Math.floor((i - start) / tags.length);
      for (let r = 0; r < whole; r++) for (let c = 0; c < tags.length; c++) rows[c]!.push(tokens[start + r * tags.length + c]!.text);
      for (let c = 0; c < tags.length; c++) block?.columns.set(tags[c]!, rows[c]!);
    } else if (token.kind === 'tag' && tokens[i]?.kind === 'value') {
      block?.values.set(token.text, tokens[i++]!.text);
    }
  }
  return blocks;
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

const NUMBER = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?)(?:\(\d*\.?\d*\))?$/;
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
