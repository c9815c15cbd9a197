import { type Observable, ReplaySubject } from 'rxjs';
import { asEwaldError, type EwaldError } from '../../src/domain/errors.ts';
import type { SafetyState } from '../../src/ports/diffractometer.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import { AlarmBoard } from './alarm-board.ts';

export interface LookTiming {
  readonly statusIntervalMs: number;
  /** How long what was seen counts as fresh, from the moment it was looked for. */
  readonly safetyValidMs: number;
}

/** What such wires do not tell: the instrument's own circuit is taken to be closed while it answers. */
const ASSUMED = { interlockClosed: true, doorsClosed: true, emergencyStop: false, generatorOn: true, shutter: 'unknown' as const };

/** Looks at an instrument again and again whose wire tells nothing of its safety by itself. The state runs out when a look fails. */
export abstract class RepeatedLook {
  readonly alarms: AlarmBoard;
  readonly #timing: LookTiming;
  readonly #runtime: Runtime;
  readonly #states = new ReplaySubject<SafetyState>(1);
  readonly #closing = new AbortController();

  constructor(timing: LookTiming, runtime: Runtime, alarms = new AlarmBoard()) {
    this.#timing = timing;
    this.#runtime = runtime;
    this.alarms = alarms;
  }

  get states(): Observable<SafetyState> {
    return this.#states;
  }

  /** Looks once, rejecting as that does, and then goes on looking. */
  async open(): Promise<void> {
    await this.look();
    void this.#goOn();
  }

  /** Tells what is seen now; false where nothing can be said of the safety. Rejects with what keeps it from looking. */
  async look(): Promise<boolean> {
    // Asked for, not received: an answer may have been under way for long.
    const askedMs = this.#runtime.clock.monotonicMs();
    const seen = await this.see();
    if (seen) this.#states.next({ ...ASSUMED, ...seen, validUntilMs: askedMs + this.#timing.safetyValidMs });
    return seen !== null;
  }

  close(): void {
    this.#closing.abort();
    this.#states.complete();
    this.alarms.close();
  }

  /** Asks the instrument, raises and clears its alarms, and gives what the wire does tell of the safety; null where it is not to be told on. */
  protected abstract see(): Promise<Partial<Omit<SafetyState, 'validUntilMs'>> | null>;

  /** A look failed that nobody waits for. */
  protected missed(error: EwaldError): void {
    this.#runtime.log.warn('the instrument does not tell its state', { why: error.message });
  }

  async #goOn(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#runtime.clock.sleep(this.#timing.statusIntervalMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      await this.look().catch((error: unknown) => this.missed(asEwaldError(error)));
    }
  }
}
