import type { Config } from '../../config/schema.ts';
import type { InstrumentCalibration } from '../domain/instrument-calibration.ts';
import type { Runtime } from '../ports/runtime.ts';
import { readInstrument } from './read-instrument.ts';

/** The instrument file that a config names, null for none; its age goes to the log. Throws badInput. */
export function calibrationOf({ instrument }: Config, { clock, log }: Pick<Runtime, 'clock' | 'log'>): InstrumentCalibration | null {
  if (instrument.calibration === undefined) return null;
  const { calibration, warnings } = readInstrument(instrument.calibration, clock.nowMs());
  for (const { message } of warnings) log.warn(message);
  return calibration;
}
