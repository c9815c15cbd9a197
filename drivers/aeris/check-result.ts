import { asEwaldError, EwaldError } from '../../src/domain/errors.ts';
import { primaryWavelengthA, type Radiation } from '../../src/domain/radiation.ts';
import { type RecordedScan, readRecordedFile } from '../../src/formats/registry.ts';
import { patternOf } from '../../src/formats/to-pattern.ts';
import type { JobNote } from '../file-results/job-book.ts';
import type { ResultPoints } from '../file-results/outcome.ts';

export interface ResultRules {
  readonly radiation: Radiation;
  /** How far the clocks of instrument and computer may be apart, ms. */
  readonly clockSkewMs: number;
}

export type CheckedResult =
  | {
      readonly kind: 'result';
      readonly points: ResultPoints;
      /** From the file's own stamps; null where it has none. */
      readonly countingS: number | null;
      /** Why it is not the whole program; null where it is. */
      readonly cutShort: string | null;
      readonly warnings: readonly string[];
    }
  /** A whole file that is not the result of this job: `error` says why. The result may still take its place. */
  | { readonly kind: 'foreign'; readonly error: EwaldError }
  /** Not yet a file that can be read: it may still be written. */
  | { readonly kind: 'damaged'; readonly why: string };

const WAVELENGTH_TOLERANCE_A = 1e-3;

/** Is this the result of this job? 'foreign' where it is of another sample, range, age or tube, or without raw counts. Never rejects. */
export async function checkResult(bytes: Uint8Array, fileName: string, note: JobNote, rules: ResultRules): Promise<CheckedResult> {
  try {
    return await readResult(bytes, fileName, note, rules);
  } catch (error) {
    const known = asEwaldError(error);
    return known.code === 'badInput' ? { kind: 'damaged', why: known.message } : { kind: 'foreign', error: known };
  }
}

async function readResult(bytes: Uint8Array, fileName: string, note: JobNote, rules: ResultRules): Promise<CheckedResult> {
  const file = await readRecordedFile(bytes, fileName);
  if (file.formatId !== 'xrdml') return { kind: 'damaged', why: `${fileName} is no XRDML` };
  const [scan] = file.scans;
  if (!scan || file.scans.length !== 1) throw wrong(fileName, `holds ${file.scans.length} scans`, 'use programs of a single scan');
  const text = new TextDecoder().decode(bytes);
  if (scan.sampleName !== note.jobId && !text.includes(`<id>${note.jobId}</id>`))
    throw wrong(
      fileName,
      `is of the sample ${scan.sampleName ?? '(unnamed)'}, not of ${note.jobId}`,
      'see who else measures with this name',
    );
  checkAge(scan, fileName, note, rules.clockSkewMs);
  checkRadiation(scan, fileName, rules.radiation);
  const { unit, twoThetaDeg, counts, liveS } = patternOf(scan, { radiation: rules.radiation, fileName });
  if (unit !== 'counts') throw wrong(fileName, 'holds no raw counts', 'let the instrument save raw counts, without corrections');
  const cutShort = compareRange(scan, fileName, note);
  const timed = scan.liveS !== null || scan.stepTimeS !== null;
  const points = { twoThetaDeg, counts, liveS: timed ? liveS : liveS.map(() => note.dwellS) };
  return { kind: 'result', points, countingS: durationS(scan), cutShort, warnings: [...file.warnings, ...dwellWarning(scan, note)] };
}

function checkAge(scan: RecordedScan, fileName: string, note: JobNote, clockSkewMs: number): void {
  const endedMs = Date.parse(scan.endedAt ?? scan.startedAt ?? '');
  if (!Number.isFinite(endedMs) || endedMs >= note.begunMs - clockSkewMs) return;
  const lateMin = Math.round((note.begunMs - endedMs) / 60_000);
  const remedy = 'move the file away; if the clocks of instrument and computer differ, set them or raise clockSkewS';
  throw wrong(fileName, `was measured ${lateMin} min before it was asked for`, remedy);
}

function checkRadiation(scan: RecordedScan, fileName: string, radiation: Radiation): void {
  if (!scan.radiation || scan.radiation.lines.length === 0) return;
  const [found, told] = [primaryWavelengthA(scan.radiation), primaryWavelengthA(radiation)];
  if (Math.abs(found - told) <= WAVELENGTH_TOLERANCE_A) return;
  throw wrong(fileName, `was measured with ${found} angstrom, but the config says ${told}`, 'mend radiation in the config');
}

/** Why the scan is not the whole program; null where it is. Throws where it is another one. */
function compareRange(scan: RecordedScan, fileName: string, note: JobNote): string | null {
  const { twoThetaDeg, status } = scan;
  const count = twoThetaDeg.length;
  const [firstDeg, lastDeg] = [twoThetaDeg[0]!, twoThetaDeg[count - 1]!];
  const stepDeg = (lastDeg - firstDeg) / (count - 1);
  const measured = `${firstDeg.toFixed(4)} to ${lastDeg.toFixed(4)} deg in ${count} points of ${stepDeg.toFixed(5)} deg`;
  // A tenth of a step is what the house merges; over the whole range neither start nor step may run away further.
  const startsThere = Math.abs(firstDeg - note.fromDeg) <= note.stepDeg / 10;
  const stepsAlike = Math.abs(stepDeg - note.stepDeg) * (count - 1) <= note.stepDeg / 5;
  if (!startsThere || !stepsAlike || count > note.pointCount) {
    const asked = `${note.fromDeg} to ${note.toDeg} deg in ${note.pointCount} points`;
    const remedy = `write the range of its results into the config, or mend the program at the instrument`;
    throw wrong(fileName, `holds ${measured}; the config says of the program ${note.program}: ${asked}`, remedy);
  }
  if (count < note.pointCount) return `the result ends at ${lastDeg.toFixed(2)} deg with ${count} of ${note.pointCount} points`;
  return status !== null && status !== 'Completed' ? `the instrument calls it "${status}"` : null;
}

function dwellWarning(scan: RecordedScan, note: JobNote): string[] {
  if (scan.stepTimeS === null || Math.abs(scan.stepTimeS - note.dwellS) <= 0.01 * note.dwellS) return [];
  return [
    `the program ${note.program} counts ${scan.stepTimeS} s per point, not ${note.dwellS} s as the config says: the file is believed`,
  ];
}

function durationS(scan: RecordedScan): number | null {
  const seconds = (Date.parse(scan.endedAt ?? '') - Date.parse(scan.startedAt ?? '')) / 1000;
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}

function wrong(fileName: string, what: string, remedy: string): EwaldError {
  return new EwaldError('deviceFault', fileName, `the result ${fileName} ${what}`, remedy);
}
