import { badInput } from '../domain/errors.ts';

const DAMAGED = 'the file is damaged or truncated: copy or export it again';
const FIELD_WIDTH = 8;
const FIELDS_IN_LINE = 10;
const COUNTER_WIDTH = 2;

/** Intensities with the number of counters that were averaged (STD) or with their standard deviations (ESD). */
export interface GsasRecords {
  readonly values: Float64Array;
  readonly second: Float64Array;
}

/**
 * Fixed fields of Fortran (GSAS manual, Larson & Von Dreele, LAUR 86-748): STD holds ten of I2,F6.0 a line, counters and intensity; ESD five
 * pairs of F8.0. Reads `count` of them and leaves what pads the last line. Throws badInput where there are fewer.
 */
export function readGsasRecords(lines: readonly string[], kind: 'STD' | 'ESD', count: number, fileName: string): GsasRecords {
  const values: number[] = [];
  const second: number[] = [];
  for (const line of lines) {
    if (values.length >= count) break;
    if (line.startsWith('#')) continue;
    const fields = Math.min(FIELDS_IN_LINE, Math.ceil(line.trimEnd().length / FIELD_WIDTH));
    if (kind === 'STD')
      for (let i = 0; i < fields && values.length < count; i++) {
        const at = i * FIELD_WIDTH;
        second.push(fixedNumber(line.slice(at, at + COUNTER_WIDTH), fileName) || 1);
        values.push(fixedNumber(line.slice(at + COUNTER_WIDTH, at + FIELD_WIDTH), fileName));
      }
    else
      for (let i = 0; i + 1 < fields && values.length < count; i += 2) {
        const at = i * FIELD_WIDTH;
        values.push(fixedNumber(line.slice(at, at + FIELD_WIDTH), fileName));
        second.push(fixedNumber(line.slice(at + FIELD_WIDTH, at + 2 * FIELD_WIDTH), fileName));
      }
  }
  if (values.length < count)
    throw badInput(fileName, `the BANK line promises ${count} points but the file holds ${values.length}`, DAMAGED);
  return { values: Float64Array.from(values), second: Float64Array.from(second) };
}

/** Blanks are 0, as Fortran reads them. */
function fixedNumber(field: string, fileName: string): number {
  const text = field.trim();
  const value = /^[-+.\d]/.test(text) || text === '' ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw badInput(fileName, `"${text.slice(0, 20)}" stands where a number should`, DAMAGED);
  return value;
}
