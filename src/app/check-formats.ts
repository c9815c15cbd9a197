import { asEwaldError, badInput } from '../domain/errors.ts';
import { type RecordedScan, readRecordedFile } from '../formats/registry.ts';
import { readBytes } from './read-pattern.ts';

/** What a correct reader must give for one file; `expected` is absent for a file that must be refused. Angles in degrees 2theta. */
export interface FormatCase {
  readonly file: string;
  readonly expected?: ExpectedPoints | null;
  /** For people, but for the words "must be refused", which allow a refusal beside the expected values. */
  readonly note?: string | null;
  /** Wavelengths in angstrom where the file names them; other entries are for people. */
  readonly header?: Readonly<Record<string, unknown>> | null;
}

export interface ExpectedPoints {
  readonly points: number;
  readonly two_theta_first: number;
  readonly two_theta_last: number;
  readonly median_step: number;
  readonly first_counts: readonly number[];
  readonly last_counts: readonly number[];
  readonly max: number;
  readonly sum?: number;
}

/** Expected values are rounded: intensities to four decimals, sums to three. */
const INTENSITY_ROUNDING = 0.6e-4;
const SUM_ROUNDING = 0.6e-3;
const WAVELENGTH_TOLERANCE_A = 1e-4;

/** The cases of an expected.json. Throws badInput where it is not a list of them. */
export function readExpected(text: string, file: string): FormatCase[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw badInput(file, `${file} is not JSON`, 'mend the file', error);
  }
  const isCase = (entry: unknown): boolean => typeof (entry as FormatCase | null)?.file === 'string';
  if (!Array.isArray(parsed) || !parsed.every(isCase)) throw badInput(file, `${file} is not a list of files`, 'give each entry a "file"');
  return parsed as FormatCase[];
}

/** Null where the file is read, or refused, as it must be; otherwise what is wrong. The first scan of a file counts. */
export async function checkRecording(path: string, { expected, header, note }: FormatCase): Promise<string | null> {
  const bytes = readBytes(path);
  let scan: RecordedScan;
  try {
    scan = (await readRecordedFile(bytes, path)).scans[0]!;
  } catch (error) {
    const { code, message } = asEwaldError(error);
    if (code !== 'badInput') return `the reader fails: ${message}`;
    return expected && !/must be refused/i.test(note ?? '') ? `refused: ${message}` : null;
  }
  if (!expected) return `read as ${scan.counts.length} points, and must be refused`;
  return [...pointMistakes(scan, expected), ...wavelengthMistakes(scan, header ?? {})].join('; ') || null;
}

function pointMistakes(scan: RecordedScan, expected: ExpectedPoints): string[] {
  const mistakes: string[] = [];
  const differs = (what: string, is: number | undefined, should: number | undefined, tolerance: number): void => {
    if (should === undefined || (is !== undefined && Math.abs(is - should) <= tolerance)) return;
    mistakes.push(`${what} is ${is} and should be ${should}`);
  };
  const { twoThetaDeg } = scan;
  const intensity = asInFile(scan);
  const halfStepDeg = expected.median_step / 2;
  differs('the number of points', intensity.length, expected.points, 0);
  differs('the first angle', twoThetaDeg[0], expected.two_theta_first, halfStepDeg);
  differs('the last angle', twoThetaDeg.at(-1), expected.two_theta_last, halfStepDeg);
  expected.first_counts.forEach((value, i) => void differs(`intensity ${i + 1}`, intensity[i], value, INTENSITY_ROUNDING));
  const tail = expected.last_counts.length;
  expected.last_counts.forEach(
    (value, i) => void differs(`intensity ${tail - i} from the end`, intensity.at(i - tail), value, INTENSITY_ROUNDING),
  );
  differs(
    'the largest intensity',
    intensity.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
    expected.max,
    INTENSITY_ROUNDING,
  );
  differs(
    'the sum',
    intensity.reduce((sum, value) => sum + value, 0),
    expected.sum,
    SUM_ROUNDING,
  );
  return mistakes;
}

/** The expected values are those that stand in the file: where its writer applied an attenuation factor, it is put back for the comparison. */
function asInFile({ counts, liveS, stepTimeS, attenuationApplied, unit }: RecordedScan): Float64Array {
  if (!attenuationApplied || unit !== 'counts' || liveS === null) return counts;
  // The shortest-attenuated point has factor 1 where the file names no time.
  const openS = stepTimeS ?? liveS.reduce((most, live) => Math.max(most, live), 0);
  return counts.map((count, i) => count * (openS / liveS[i]!));
}

function wavelengthMistakes({ radiation }: RecordedScan, header: Readonly<Record<string, unknown>>): string[] {
  const expected = ['wavelength', 'wavelength_kalpha1', 'wavelength_kalpha2'].flatMap((key) => {
    const value = header[key];
    return typeof value === 'number' ? [value] : [];
  });
  return expected.flatMap((wavelengthA) => {
    const found = radiation?.lines.some((line) => Math.abs(line.wavelengthA - wavelengthA) <= WAVELENGTH_TOLERANCE_A);
    const are = radiation ? `only ${radiation.lines.map((line) => line.wavelengthA).join(', ')}` : 'none';
    return found ? [] : [`the wavelength ${wavelengthA} A is missing: the file is read with ${are}`];
  });
}
