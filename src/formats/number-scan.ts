import { badInput } from '../domain/errors.ts';

export interface NumberLayout {
  /** Is a comma between digits a decimal comma, or does it part two numbers as a blank does? */
  readonly comma: 'decimal' | 'separator';
  /** Must all lines hold equally many numbers? */
  readonly rows: boolean;
}

export interface ScannedNumbers {
  readonly values: Float64Array;
  /** Numbers in a line, where `rows` was asked for. */
  readonly columnCount: number;
}

const [LINE_FEED, RETURN, BLANK, TAB, SEMICOLON, COMMA] = [10, 13, 32, 9, 59, 44];
const REMEDY = 'the file is damaged: mend that place, or export the file again';

/**
 * The numbers of `text` from `from` to before `to`, in one pass: parted by blanks, line ends, semicolons and, if asked, commas. Memory is
 * bounded by the text. Throws badInput, subject `fileName`, for anything else and for a line of another length.
 */
export function scanNumbers(text: string, from: number, to: number, layout: NumberLayout, fileName: string): ScannedNumbers {
  const values: number[] = [];
  let columnCount = 0;
  let inLine = 0;
  let at = from;
  while (at < to) {
    const code = text.charCodeAt(at);
    if (code === LINE_FEED || code === RETURN) {
      if (layout.rows && inLine > 0) columnCount = checkedRow(columnCount, inLine, values.length, fileName);
      inLine = 0;
      at++;
    } else if (isSeparator(code, layout)) {
      at++;
    } else {
      let end = at + 1;
      while (end < to && !isSeparator(text.charCodeAt(end), layout)) end++;
      values.push(numberOf(text.slice(at, end), fileName));
      inLine++;
      at = end;
    }
  }
  if (layout.rows && inLine > 0) columnCount = checkedRow(columnCount, inLine, values.length, fileName);
  return { values: Float64Array.from(values), columnCount };
}

/** Every `columnCount`-th of the values, from the `column`-th on. */
export function columnOf(numbers: ScannedNumbers, column: number): Float64Array {
  const { values, columnCount } = numbers;
  return new Float64Array(Math.floor(values.length / columnCount)).map((_, row) => values[row * columnCount + column]!);
}

/** One number as a header writes it, also with a decimal comma; null where it is none. */
export function headerNumber(text: string | null | undefined): number | null {
  const match = /^\s*([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?)\s*$/.exec(text ?? '');
  const value = match ? Number(match[1]!.replace(',', '.')) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}

function isSeparator(code: number, layout: NumberLayout): boolean {
  if (code === BLANK || code === TAB || code === LINE_FEED || code === RETURN || code === SEMICOLON) return true;
  return code === COMMA && layout.comma === 'separator';
}

function checkedRow(columnCount: number, inLine: number, total: number, fileName: string): number {
  if (columnCount === 0 || columnCount === inLine) return inLine;
  throw badInput(fileName, `a line before number ${total + 1} holds ${inLine} numbers and not ${columnCount} as the others`, REMEDY);
}

function numberOf(word: string, fileName: string): number {
  const second = word.charCodeAt(1) | 32;
  let value = second === 120 || second === 98 || second === 111 ? Number.NaN : Number(word);
  // A decimal comma or Fortran's exponent: rare, hence not on the fast path.
  if (!Number.isFinite(value)) value = headerNumber(word.replace(/[dD]/, 'e')) ?? Number.NaN;
  if (!Number.isFinite(value)) throw badInput(fileName, `"${word.slice(0, 20)}" stands where a number should`, REMEDY);
  return value;
}
