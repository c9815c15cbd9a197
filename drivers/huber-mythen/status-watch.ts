import { type Observable, ReplaySubject } from 'rxjs';
import { asEwaldError } from '../../src/domain/errors.ts';
import type { SafetyState } from '../../src/ports/diffractometer.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import type { AlarmBoard } from '../mqtt/alarm-board.ts';
import type { Detector } from './detector.ts';
import type { Goniometer } from './goniometer.ts';
import { faultOf, STATE } from './smc-words.ts';

export interface WatchTiming {
  readonly statusIntervalMs: number;
  readonly safetyValidMs: number;
}

/**
 * Asks both devices again and again. Neither knows of doors, interlock, generator or shutter: while both answer, the circuit of the enclosure is
 * taken to be closed. Of danger they know one thing, the goniometer's external stop.
 */
export class StatusWatch {
  readonly #goniometer: Goniometer;
  readonly #detector: Detector;
  readonly #board: AlarmBoard;
  readonly #timing: WatchTiming;
  readonly #runtime: Runtime;
  readonly #states = new ReplaySubject<SafetyState>(1);
  readonly #closing = new AbortController();

  constructor(goniometer: Goniometer, detector: Detector, board: AlarmBoard, timing: WatchTiming, runtime: Runtime) {
    this.#goniometer = goniometer;
    this.#detector = detector;
    this.#board = board;
    this.#timing = timing;
    this.#runtime = runtime;
  }

  get states(): Observable<SafetyState> {
    return this.#states;
  }

  /** Asks once, rejecting where one does not answer, and then goes on asking. */
  async open(): Promise<void> {
    await this.look();
    void this.#goOn();
  }

  async look(): Promise<void> {
    const askedMs = this.#runtime.clock.monotonicMs();
    const words = await this.#ask('goniometer', async () => {
      const states: number[] = [];
      for (const axis of this.#goniometer.axes) states.push(await this.#goniometer.state(axis));
      return states;
    });
    await this.#ask('detector', () => this.#detector.isCounting());
    const troubles = words.map((word) => faultOf(word, true));
    this.#goniometer.axes.forEach((axis, at) => {
      const trouble = troubles[at];
      if (trouble) this.#board.raise(`axis ${axis}`, { kind: 'device', text: `axis ${axis} of the goniometer: ${trouble}` });
      else this.#board.clear(`axis ${axis}`);
    });
    this.#states.next({
      interlockClosed: true,
      doorsClosed: true,
      emergencyStop: words.some((word) => (word & STATE.externalStop) !== 0),
      generatorOn: true,
      shutter: 'unknown',
      validUntilMs: askedMs + this.#timing.safetyValidMs,
    });
  }

  close(): void {
    this.#closing.abort();
    this.#states.complete();
    this.#board.close();
  }

  async #ask<T>(device: string, question: () => Promise<T>): Promise<T> {
    try {
      const answer = await question();
      this.#board.clear(device);
      return answer;
    } catch (error) {
      const known = asEwaldError(error);
      this.#board.raise(device, { kind: known.code === 'deviceFault' ? 'device' : 'link', text: known.message });
      throw known;
    }
  }

  async #goOn(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#runtime.clock.sleep(this.#timing.statusIntervalMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      await this.look().catch((error: unknown) => {
        this.#runtime.log.warn('the instrument does not tell its state', { why: asEwaldError(error).message });
      });
    }
  }
}
