import type { EwaldError } from '../../src/domain/errors.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import type { AlarmBoard } from '../watching/alarm-board.ts';
import type { Detector } from './detector.ts';
import type { Goniometer } from './goniometer.ts';
import type { SumRules } from './point-sums.ts';
import type { SnapshotRules } from './snapshot-plan.ts';

/** Why the scan must stop; null while it may go on. */
export type StopReason = () => EwaldError | null;

/** What the steps of a scan work with. */
export interface Instrument {
  readonly goniometer: Goniometer;
  readonly detector: Detector;
  readonly board: AlarmBoard;
  readonly runtime: Runtime;
  readonly rules: SumRules & Omit<SnapshotRules, 'dwellS'>;
  /** Seconds on the instrument's clock, which neither wire carries: counted from the opening of the driver. */
  nowS(): number;
}
