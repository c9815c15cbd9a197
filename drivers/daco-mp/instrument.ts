import type { EwaldError } from '../../src/domain/errors.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import type { Dialect } from './commands.ts';
import type { Exchange } from './exchange.ts';
import type { FetchLengths } from './fetch-lengths.ts';
import type { OldAnswers } from './old-answers.ts';
import type { StatusWatch } from './status-watch.ts';

export interface InstrumentOptions {
  readonly replyTimeoutMs: number;
  readonly dialect: Dialect;
  readonly instrumentId: string;
  /** Axis that is scanned: 10 moves 2theta and theta coupled. */
  readonly scanAxis: number;
  /** Last argument of SS and SC. */
  readonly scanModeWord: number;
  readonly slewDegPerS: number;
  /** How far off its target an axis may read back, deg. */
  readonly positionToleranceDeg: number;
  readonly shutterTimeoutMs: number;
  readonly moveTimeoutMs: number;
  /** How long a scan that was begun may take to show in the status. */
  readonly scanStartMs: number;
  readonly pollMs: number;
  readonly linkGraceMs: number;
  /** Most values fetched at once: so many can be lost with one answer. */
  readonly maxFetch: number;
  /** What a stored value is: a number of counts, or counts per second. */
  readonly values: 'counts' | 'countsPerS';
  readonly maxRateCps: number;
  readonly autoInitialise: boolean;
  readonly generatorReady: boolean;
}

/** What the steps of a scan work with. */
export interface Instrument {
  readonly exchange: Exchange;
  readonly watch: StatusWatch;
  readonly runtime: Runtime;
  readonly options: InstrumentOptions;
  /** Set once we have taken remote control. */
  readonly session: { remote: boolean };
  readonly oldAnswers: OldAnswers;
  readonly lengths: FetchLengths;
  /** Seconds on the instrument's clock, which this wire does not carry: counted from the opening of the driver. */
  nowS(): number;
}

/** Why the scan must stop; null while it may go on. */
export type StopReason = () => EwaldError | null;
