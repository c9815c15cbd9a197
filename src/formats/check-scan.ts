import { badInput } from '../domain/errors.ts';
import type { RecordedScan } from './format-reader.ts';

const DAMAGED = 'the file is damaged, or written wrongly: copy or export it again';

/**
 * What holds for a scan of any format once factors and times are applied: finite intensities, and live times above 0. A number that is
 * fine by itself can leave the range of numbers when it is multiplied. Throws badInput, subject `fileName`.
 */
export function checkScan({ counts, liveS, stepTimeS }: RecordedScan, fileName: string): void {
  const endless = counts.findIndex((value) => !Number.isFinite(value));
  if (endless >= 0) throw badInput(fileName, `the intensity of point ${endless + 1} is beyond all numbers`, DAMAGED);
  const timeless = liveS?.findIndex((value) => !isTime(value)) ?? -1;
  if (timeless >= 0) throw badInput(fileName, `the live time of point ${timeless + 1} is ${liveS![timeless]} s`, DAMAGED);
  if (stepTimeS !== null && !isTime(stepTimeS)) throw badInput(fileName, `the time of each point is ${stepTimeS} s`, DAMAGED);
}

function isTime(valueS: number): boolean {
  return valueS > 0 && Number.isFinite(valueS);
}
