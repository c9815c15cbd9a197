import { basename } from 'node:path';
import { parseInstrumentFile } from '../../models/references/instrument-file.ts';
import type { CalibrationWarning } from '../analysis/calibration/compare-calibrations.ts';
import { sameRadiation } from '../diffraction/calibrated-optics.ts';
import { badInput } from '../domain/errors.ts';
import type { InstrumentCalibration } from '../domain/instrument-calibration.ts';
import type { Radiation } from '../domain/radiation.ts';
import { readBytes } from './read-pattern.ts';

/** A calibration older than this is told of, unless the user says otherwise. */
export const USUAL_AGE_DAYS = 180;

const DAY_MS = 86_400_000;

/** An instrument file the user named, and what its age gives cause to say. Throws badInput. */
export function readInstrument(
  file: string,
  nowMs: number,
  limitDays?: number,
): { calibration: InstrumentCalibration; warnings: CalibrationWarning[] } {
  const calibration = parseInstrumentFile(new TextDecoder().decode(readBytes(file)), basename(file));
  return { calibration, warnings: ageWarnings(calibration, nowMs, limitDays) };
}

/** Throws badInput where the calibration was not made with this radiation: that of a pattern or, where it is named, of an instrument. */
export function checkRadiation(
  calibration: InstrumentCalibration,
  radiation: Radiation,
  file: string,
  instrumentId: string | null = null,
): void {
  if (sameRadiation(calibration, radiation)) return;
  throw badInput(
    file,
    `the instrument file ${file} is of another radiation than ${instrumentId ?? 'the pattern'}`,
    instrumentId === null
      ? 'name the file of the instrument that measured it, or state the --radiation'
      : 'name the file of this instrument in instrument.calibration, or leave it out',
  );
}

/** A warning where the calibration is older than the limit. */
export function ageWarnings(
  { calibratedAt, instrumentId }: InstrumentCalibration,
  nowMs: number,
  limitDays = USUAL_AGE_DAYS,
): CalibrationWarning[] {
  const days = (nowMs - Date.parse(calibratedAt)) / DAY_MS;
  if (!(days > limitDays)) return [];
  return [
    {
      code: 'calibrationAge',
      message: `the calibration of ${instrumentId} is ${Math.floor(days)} days old, more than ${limitDays}: measure the standard again`,
    },
  ];
}
