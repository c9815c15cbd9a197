import { type Observable, ReplaySubject } from 'rxjs';
import { asEwaldError } from '../../src/domain/errors.ts';
import type { SafetyState } from '../../src/ports/diffractometer.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import { AlarmBoard } from '../mqtt/alarm-board.ts';
import type { AerisLine } from './line.ts';

export interface StatusTiming {
  readonly statusIntervalMs: number;
  readonly safetyValidMs: number;
}

/**
 * Asks again and again who has control. This wire tells nothing of doors, interlock, shutter or generator: while the instrument answers that
 * it is under remote control its own circuit is taken to be closed, and the moment it stops saying so the state runs out.
 */
export class StatusWatch {
  readonly alarms = new AlarmBoard();
  readonly #line: AerisLine;
  readonly #runtime: Runtime;
  readonly #timing: StatusTiming;
  readonly #states = new ReplaySubject<SafetyState>(1);
  readonly #closing = new AbortController();

  constructor(line: AerisLine, timing: StatusTiming, runtime: Runtime) {
    this.#line = line;
    this.#timing = timing;
    this.#runtime = runtime;
  }

  get states(): Observable<SafetyState> {
    return this.#states;
  }

  /** Asks once, rejecting where there is no answer, and then goes on asking. */
  async open(): Promise<void> {
    await this.look();
    void this.#goOn();
  }

  /** True where the interface has control. Rejects as the line does. */
  async look(): Promise<boolean> {
    const askedMs = this.#runtime.clock.monotonicMs();
    const remote = await this.#line.isRemote().catch((error: unknown) => {
      const known = asEwaldError(error);
      this.alarms.raise('link', { kind: known.code === 'deviceFault' ? 'device' : 'link', text: known.message });
      throw known;
    });
    this.alarms.clear('link');
    if (remote) {
      this.alarms.clear('local');
      this.#states.next({
        interlockClosed: true,
        doorsClosed: true,
        emergencyStop: false,
        generatorOn: true,
        shutter: 'unknown',
        validUntilMs: askedMs + this.#timing.safetyValidMs,
      });
    } else this.alarms.raise('local', { kind: 'localControl', text: 'the operator has taken control at the instrument' });
    return remote;
  }

  close(): void {
    this.#closing.abort();
    this.#states.complete();
    this.alarms.close();
  }

  async #goOn(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#runtime.clock.sleep(this.#timing.statusIntervalMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      await this.look().catch((error: unknown) => {
        this.#runtime.log.warn('the instrument does not tell its status', { why: asEwaldError(error).message });
      });
    }
  }
}
