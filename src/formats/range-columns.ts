import { badInput } from '../domain/errors.ts';
import { BLANK_SCAN } from './blank-scan.ts';
import { areCounts, checkPoints } from './check-points.ts';
import { areCountingErrors } from './counting-errors.ts';
import { decodeBeginning } from './decode-text.ts';
import { evenAngles } from './even-raster.ts';
import type { FormatReader } from './format-reader.ts';
import { headerWavelengthA } from './header-wavelength.ts';
import { scanNumbers } from './number-scan.ts';
import { requireText } from './require-text.ts';

/** The line with start, step and end stands within so many lines. */
const MAX_HEADER_LINES = 10;
const NUMBER = String.raw`[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?`;
const RANGE_LINE = new RegExp(String.raw`^\s*(${NUMBER})[\s,]+(${NUMBER})[\s,]+(${NUMBER})(?:\s+[A-Za-z'"!#][^\n]*)?\s*$`);
const ROW = new RegExp(String.raw`^\s*${NUMBER}(?:[\s,]+${NUMBER})*[\s,]*$`);
/** A row of so many numbers is none of angle, intensity and error. */
const MIN_IN_ROW = 4;

interface RangeLine {
  readonly fromDeg: number;
  readonly stepDeg: number;
  readonly count: number;
  /** Where the intensities begin in the text. */
  readonly dataAt: number;
}

/**
 * Titles, then a line of start, step and end in degrees, then the intensities, several a line, sometimes followed by their errors: the text of
 * the ILL's D1A, of RIET7, LHPM and DBWS. Written from a public file and the manuals' common description.
 */
export const rangeColumns: FormatReader = {
  id: 'range-columns',
  title: 'start, step, end and intensities in text (ILL D1A, RIET7, LHPM, DBWS)',
  extensions: ['dat', 'rit', 'cpt'],
  mark: 'a line with start, step and end above intensities',
  sniff: (bytes) => findRange(decodeBeginning(bytes, 16384) ?? '') !== null,
  read(bytes, fileName) {
    const text = requireText(bytes, fileName);
    const range = findRange(text);
    if (!range) throw badInput(fileName, 'no line gives start, step and end', 'export the pattern as two columns of numbers');
    const all = scanNumbers(text, range.dataAt, text.length, { comma: 'separator', rows: false }, fileName).values;
    if (all.length < range.count)
      throw badInput(
        fileName,
        `the header promises ${range.count} points but the file holds ${all.length}`,
        'the file is damaged or truncated: copy or export it again',
      );
    const values = all.slice(0, range.count);
    const twoThetaDeg = evenAngles(range.fromDeg, range.stepDeg, range.count);
    checkPoints(twoThetaDeg, values, fileName);
    const header = text.slice(0, range.dataAt);
    const isCounted = areCounts(values) && (all.length < 2 * range.count || areCountingErrors(values, all.subarray(range.count)));
    const warnings: string[] = [];
    if (!isCounted) warnings.push('the intensities are no counts: their statistics are lost');
    const wavelengthA = headerWavelengthA(header);
    const mentioned = /(?<![\d.])(\d\.\d{2,6}) ?(?:A|Å)\b/.exec(header)?.[1];
    if (wavelengthA === null && mentioned)
      warnings.push(`the title mentions ${mentioned} angstrom: if that is the wavelength, say --radiation ${mentioned}`);
    const scan = {
      ...BLANK_SCAN,
      unit: isCounted ? ('counts' as const) : ('arbitrary' as const),
      twoThetaDeg,
      counts: values,
      radiation: wavelengthA === null ? null : { anode: null, lines: [{ wavelengthA, weight: 1 }] },
      sampleName: /^\s*[A-Za-z#!]/.test(header) ? header.split(/\r?\n/)[0]!.replace(/\s+/g, ' ').trim() : null,
    };
    return { formatId: 'range-columns', scans: [scan], warnings };
  },
};

/** The first line that gives a range and is followed by a row that no table of angle and intensity would have. */
function findRange(text: string): RangeLine | null {
  let at = 0;
  for (let i = 0; i < MAX_HEADER_LINES && at < text.length; i++) {
    const end = endOfLine(text, at);
    const match = RANGE_LINE.exec(text.slice(at, Math.min(end, at + 200)));
    at = end + 1;
    if (!match) continue;
    const [fromDeg, stepDeg, toDeg] = match.slice(1).map(Number) as [number, number, number];
    const steps = (toDeg - fromDeg) / stepDeg;
    const isRange = stepDeg > 0 && steps >= 2 && Math.abs(steps - Math.round(steps)) < 0.02 && Math.abs(fromDeg) <= 180 && toDeg <= 180;
    if (isRange && isDataRow(text.slice(at, endOfLine(text, at)))) return { fromDeg, stepDeg, count: Math.round(steps) + 1, dataAt: at };
  }
  return null;
}

function isDataRow(line: string): boolean {
  if (line.length > 1000 || !ROW.test(line)) return false;
  const count = line
    .trim()
    .split(/[\s,]+/)
    .filter((word) => word !== '').length;
  return count >= MIN_IN_ROW || count === 1;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
