import { badInput } from '../domain/errors.ts';

/** The first two columns of a table of numbers, and the lines above it. */
export interface ColumnTable {
  readonly header: readonly string[];
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly columnCount: number;
}

const COMMENT = /^(#|!|;|%|'|@|\*|\/\/)/;
const NUMBER = /^[+-]?(\d+(?:\.\d*)?|\.\d+)([eEdD][+-]?\d+)?$/;
/** Not 0x10, which Number would take. */
const PLAIN_START = /^[+-]?[\d.]+(?:[eE]|$)/;
/** A row of integers with commas between digits and some other separator between numbers, as 10,02;1838. */
const COMMA_ROW = /^[+-]?\d+(,\d+)?([;\s]+[+-]?\d+(,\d+)?)+$/;
const POINT_ROW = /^[\d\s;,+-]*\d\.\d/;

/**
 * Columns parted by blanks, tabs, commas or semicolons; decimal commas where another separator leaves no doubt. Lines above the first row
 * are its header, comment lines and blocks may stand anywhere. Throws badInput where rows differ in length or hold anything but numbers.
 */
export function readColumnTable(text: string, fileName: string): ColumnTable {
  const lines = text.split(/\r\n|\n|\r/);
  const separator = usesDecimalComma(lines) ? /[\s;]+/ : /[\s,;]+/;
  const header: string[] = [];
  const first: number[] = [];
  const second: number[] = [];
  let columnCount = 0;
  let inBlock = false;
  for (const [i, whole] of lines.entries()) {
    const line = whole.trim();
    if (line === '') continue;
    const opens = line.startsWith('/*');
    if (inBlock || opens || COMMENT.test(line)) {
      if (columnCount === 0) header.push(line);
      inBlock = (inBlock || opens) && !line.includes('*/');
      continue;
    }
    const row = numbersOf(line, separator);
    if (columnCount === 0) {
      if (row === null || row.length < 2) {
        header.push(line);
        continue;
      }
      columnCount = row.length;
    }
    if (row === null) throw badInput(fileName, `line ${i + 1} holds something that is not a number: "${excerpt(line)}"`, REMEDY);
    if (row.length !== columnCount)
      throw badInput(fileName, `the number of columns is ${row.length} in line ${i + 1} and ${columnCount} above it`, REMEDY);
    first.push(row[0]!);
    second.push(row[1]!);
  }
  if (columnCount === 0)
    throw badInput(fileName, 'no line of the file holds an angle and an intensity', 'export the pattern as two columns of numbers');
  return { header, first: Float64Array.from(first), second: Float64Array.from(second), columnCount };
}

const REMEDY = 'mend or remove that line, or export the file again';

function numbersOf(line: string, separator: RegExp): number[] | null {
  const numbers: number[] = [];
  for (const field of (line.includes('"') ? line.replaceAll('"', '') : line).split(separator)) {
    // Separators at either end leave an empty field there, and nowhere else.
    if (field === '') continue;
    const value = numberOf(field);
    if (value === null) return null;
    numbers.push(value);
  }
  return numbers;
}

function numberOf(field: string): number | null {
  const quick = PLAIN_START.test(field) ? Number(field) : Number.NaN;
  if (Number.isFinite(quick)) return quick;
  const plain = field.replace(',', '.');
  return NUMBER.test(plain) ? Number(plain.replace(/[dD]/, 'e')) : null;
}

function usesDecimalComma(lines: readonly string[]): boolean {
  const hasCommaRow = lines.some((line) => line.includes(',') && COMMA_ROW.test(line.trim()));
  return hasCommaRow && !lines.some((line) => POINT_ROW.test(line.trim()));
}

function excerpt(line: string): string {
  return line.length > 40 ? `${line.slice(0, 40)}...` : line;
}
