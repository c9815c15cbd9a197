import { decodeText } from '../../src/formats/decode-text.ts';
import type { JobNote } from '../file-results/job-book.ts';
import type { ResultPoints } from '../file-results/outcome.ts';
import { readAscii } from './protocol.ts';

export type ResultUnit = 'counts' | 'cps';

/** What a file is to a job. */
export type SortedResult =
  | { readonly kind: 'whole'; readonly points: ResultPoints }
  /** Right as far as it goes; `points` leaves out what may be cut off. */
  | { readonly kind: 'partial'; readonly points: ResultPoints; readonly why: string; readonly allRowsAreThere: boolean }
  /** Of another range or step: of another job. */
  | { readonly kind: 'foreign'; readonly why: string }
  | { readonly kind: 'unreadable'; readonly why: string };

/** Rates times time are counts when they are this close to whole numbers. */
const WHOLE = 1e-3;

/** Tells what the bytes of a result file are to this job. Never throws. */
export function sortResult(bytes: Uint8Array, note: JobNote, unit: ResultUnit): SortedResult {
  if (bytes.length === 0) return { kind: 'partial', points: NO_POINTS, why: 'it is empty', allRowsAreThere: false };
  const text = decodeText(bytes);
  if (text === null) return { kind: 'unreadable', why: 'it is no text' };
  // What decodeText takes off at the end is looked at before: it tells whether the last line is whole.
  const lineIsOver = bytes.at(-1) === 10 || bytes.at(-1) === 13 || bytes.at(-1) === 0x1a;
  const table = readAscii(lineIsOver ? `${text}\n` : text);
  if (table.kind === 'unreadable') return table;
  const { twoThetaDeg, intensity, openEnd, openPoint } = table;
  const misfit = misfitOf(twoThetaDeg, note);
  if (misfit) return { kind: 'foreign', why: misfit };
  const astray = findAstray(twoThetaDeg);
  if (astray !== null) return { kind: 'unreadable', why: `the angle ${twoThetaDeg[astray]} deg is out of line with the others` };
  const count = twoThetaDeg.length;
  const counts = unit === 'counts' ? intensity : intensity.map((rate) => nearlyWhole(rate * note.dwellS));
  const wrong = counts.findIndex((value) => !(value >= 0 && Number.isSafeInteger(value)));
  if (wrong >= 0)
    return { kind: 'unreadable', why: `the intensity ${intensity[wrong]} at ${twoThetaDeg[wrong]} deg is no number of counts` };
  const upTo = (end: number): ResultPoints => ({
    twoThetaDeg: twoThetaDeg.slice(0, end),
    counts: counts.slice(0, end),
    liveS: new Float64Array(end).fill(note.dwellS),
  });
  const sure = openPoint ? count - 1 : count;
  // Some instruments leave out the last point of a range.
  if (count >= note.pointCount - 1 && !openEnd) return { kind: 'whole', points: upTo(sure) };
  if (count === note.pointCount) return { kind: 'partial', points: upTo(sure), why: 'its last line has no end', allRowsAreThere: true };
  const reached = sure > 0 ? `ends at ${twoThetaDeg[sure - 1]} deg` : 'holds no point';
  return { kind: 'partial', points: upTo(sure), why: `it ${reached} with ${sure} of ${note.pointCount} points`, allRowsAreThere: false };
}

const NO_POINTS: ResultPoints = { twoThetaDeg: new Float64Array(), counts: new Float64Array(), liveS: new Float64Array() };

/** Why these angles are not of this job, as far as they go; null where they may be. */
function misfitOf(twoThetaDeg: Float64Array, note: JobNote): string | null {
  const count = twoThetaDeg.length;
  if (count === 0) return null;
  const [firstDeg, lastDeg] = [twoThetaDeg[0]!, twoThetaDeg[count - 1]!];
  const slackDeg = note.stepDeg * 0.5 + 1e-6;
  const asked = `${note.fromDeg} to ${note.toDeg} deg in steps of ${note.stepDeg} deg were asked for`;
  if (Math.abs(firstDeg - note.fromDeg) > slackDeg) return `it begins at ${firstDeg} deg, ${asked}`;
  if (lastDeg > note.toDeg + slackDeg || count > note.pointCount) return `it goes to ${lastDeg} deg in ${count} points, ${asked}`;
  const stepDeg = count > 1 ? (lastDeg - firstDeg) / (count - 1) : note.stepDeg;
  return Math.abs(stepDeg - note.stepDeg) * Math.max(1, count - 1) > slackDeg ? `its step is ${stepDeg.toFixed(5)} deg, ${asked}` : null;
}

/** The first point that is more than a quarter of a step off the line from first to last; null where none is: steps are even. */
function findAstray(twoThetaDeg: Float64Array): number | null {
  const count = twoThetaDeg.length;
  const stepDeg = (twoThetaDeg[count - 1]! - twoThetaDeg[0]!) / (count - 1);
  const at = twoThetaDeg.findIndex((deg, i) => Math.abs(deg - (twoThetaDeg[0]! + i * stepDeg)) > stepDeg / 4);
  return at < 0 ? null : at;
}

function nearlyWhole(value: number): number {
  return Math.abs(value - Math.round(value)) <= WHOLE ? Math.round(value) : value;
}
