import { type Observable, ReplaySubject } from 'rxjs';
import { asEwaldError, type EwaldError, mayRetry } from '../../src/domain/errors.ts';
import type { InstrumentAlert, SafetyState } from '../../src/ports/diffractometer.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import { AlertBoard } from './alert-board.ts';
import { readState } from './commands.ts';
import { LOCAL_CONTROL } from './error-table.ts';
import type { Exchange } from './exchange.ts';
import { type DacoStatus, readStatus } from './status-fields.ts';
import { alarmsOf, isGeneratorOn, type ShutterReadBack, shutterOf } from './words.ts';

export interface WatchOptions {
  readonly pollMs: number;
  /** How long a status counts as fresh, from the moment it was asked for. */
  readonly safetyValidMs: number;
  readonly shutterReadBack: ShutterReadBack;
  /** Demand the generator's ready bit. */
  readonly generatorReady: boolean;
}

const POLLED: InstrumentAlert['kind'][] = ['interlock', 'generator', 'device'];

/** Reads the state again and again; whoever needs it at once reads it in between. Silence ends the validity of the safety data. */
export class StatusWatch {
  readonly board = new AlertBoard();
  readonly #exchange: Exchange;
  readonly #options: WatchOptions;
  readonly #runtime: Runtime;
  readonly #states = new ReplaySubject<SafetyState>(1);
  /** What the shutter was told last by us; null before. */
  told: 'open' | 'closed' | null = null;
  /** It was seen open for our scan: should it close now, something else has closed it. */
  expectsOpen = false;
  latest: DacoStatus | null = null;
  #readMs = Number.NEGATIVE_INFINITY;

  constructor(exchange: Exchange, options: WatchOptions, runtime: Runtime) {
    this.#exchange = exchange;
    this.#options = options;
    this.#runtime = runtime;
  }

  get states(): Observable<SafetyState> {
    return this.#states;
  }

  shutter(status: DacoStatus): SafetyState['shutter'] {
    return shutterOf(status, this.told, this.#options.shutterReadBack);
  }

  /** The state now. What it says about safety is told on before it is given back. */
  async read(urgent = false): Promise<DacoStatus> {
    const { clock } = this.#runtime;
    // Asked for, not received: an answer may have been under way for long.
    const askedMs = clock.monotonicMs();
    try {
      const status = await this.#exchange.ask(readState, readStatus, urgent);
      this.#noteWarnings(status.warnings);
      this.latest = status;
      this.#readMs = clock.monotonicMs();
      this.#tell(status, askedMs);
      return status;
    } catch (error) {
      this.trouble(asEwaldError(error));
      throw error;
    }
  }

  /** Reads whenever nobody else did for a while; ends with the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#runtime;
    while (!signal.aborted) {
      const dueMs = this.#readMs + this.#options.pollMs;
      if (clock.monotonicMs() >= dueMs) await this.read().catch(() => undefined);
      const waitMs = Math.max(this.#options.pollMs / 4, this.#readMs + this.#options.pollMs - clock.monotonicMs());
      await clock.sleep(waitMs, signal).catch(() => undefined);
    }
  }

  /** Something on the wire went wrong: raises the alert that belongs to it. */
  trouble(error: EwaldError): void {
    const code = 'deviceCode' in error ? Number(error.deviceCode) : null;
    const isLocal = code !== null && LOCAL_CONTROL.has(code) && error.code === 'busy';
    if (isLocal) this.board.show([alert('localControl', error.message)], ['localControl']);
    else if (code === null && mayRetry(error)) this.board.show([alert('link', error.message)], ['link']);
  }

  close(): void {
    this.#states.complete();
    this.board.close();
  }

  /** Warnings stop nothing, but whoever reads the log later wants them. */
  #noteWarnings(warnings: number): void {
    if (warnings !== (this.latest?.warnings ?? 0)) this.#runtime.log.warn('the warning word of the instrument changed', { warnings });
  }

  #tell(status: DacoStatus, askedMs: number): void {
    const shutter = this.shutter(status);
    // Doors and interlock have no word of their own on this wire: what they do to the beam is all that is seen of them.
    const dropped = this.expectsOpen && shutter !== 'open';
    const closed = !dropped && status.trapped === 0;
    this.#states.next({
      interlockClosed: closed,
      doorsClosed: closed,
      emergencyStop: false,
      generatorOn: isGeneratorOn(status, this.#options.generatorReady),
      shutter,
      validUntilMs: askedMs + this.#options.safetyValidMs,
    });
    const fallen = dropped ? [alert('interlock', 'the shutter closed by itself: look for an open door or interlock')] : [];
    this.board.show([...alarmsOf(status), ...fallen], POLLED);
    this.board.show([], ['link']);
  }
}

function alert(kind: InstrumentAlert['kind'], message: string): InstrumentAlert {
  return { kind, message, active: true };
}
