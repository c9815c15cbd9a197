import { EwaldError } from '../domain/errors.ts';
import { type RecordedFile, readRecordedFile } from '../formats/registry.ts';

/** What became of one damaged file; `objection` is null where it was read as something valid or refused with a sentence. */
export interface Judgement {
  readonly outcome: 'read' | 'refused';
  readonly objection: string | null;
}

/** Reads one file as the program would. Never throws. */
export async function judgeReading(bytes: Uint8Array, fileName: string): Promise<Judgement> {
  try {
    return { outcome: 'read', objection: objectionTo(await readRecordedFile(bytes, fileName)) };
  } catch (error) {
    if (error instanceof EwaldError && error.code === 'badInput') {
      const isClear = error.message.length > 10 && error.remedy.length > 10 && error.message.length < 2000;
      return { outcome: 'refused', objection: isClear ? null : `the refusal is no sentence: "${error.message.slice(0, 200)}"` };
    }
    const { name, message } = error instanceof Error ? error : { name: 'a thrown value', message: String(error) };
    return { outcome: 'refused', objection: `${name}: ${message.slice(0, 300)}` };
  }
}

function objectionTo(file: RecordedFile): string | null {
  if (file.scans.length === 0) return 'the file is read without a scan';
  for (const { twoThetaDeg, counts, liveS, stepTimeS, unit, radiation } of file.scans) {
    if (twoThetaDeg.length < 3) return `a scan has ${twoThetaDeg.length} points`;
    if (counts.length !== twoThetaDeg.length || (liveS && liveS.length !== counts.length)) return 'the arrays differ in length';
    if (!twoThetaDeg.every((angle, i) => Math.abs(angle) <= 180 && (i === 0 || angle > twoThetaDeg[i - 1]!)))
      return 'the angles do not ascend';
    if (!counts.every(Number.isFinite)) return 'an intensity is not finite';
    if (unit === 'counts' && !counts.every((value) => value >= 0 && Number.isInteger(value))) return 'a count is no count';
    if (liveS && !liveS.every((live) => live > 0 && Number.isFinite(live))) return 'a live time is not above 0';
    if (stepTimeS !== null && !(stepTimeS > 0 && Number.isFinite(stepTimeS))) return 'the step time is not above 0';
    const isLine = ({ wavelengthA, weight }: { wavelengthA: number; weight: number }) => wavelengthA > 0 && weight > 0 && weight < 1e6;
    if (radiation && !(radiation.lines.length > 0 && radiation.lines.every(isLine)))
      return 'a line of the radiation has no length or weight';
  }
  return null;
}
