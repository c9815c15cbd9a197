import { type Observable, ReplaySubject } from 'rxjs';
import { asEwaldError } from '../../src/domain/errors.ts';
import type { SafetyState } from '../../src/ports/diffractometer.ts';
import type { Clock } from '../../src/ports/runtime.ts';
import { AlarmBoard } from '../mqtt/alarm-board.ts';
import type { LabLimsFolders } from './folders.ts';

export interface FolderTiming {
  readonly statusIntervalMs: number;
  readonly safetyValidMs: number;
}

/**
 * Sees that the folders can be reached. That is all this wire tells: doors, interlock, shutter and generator are taken to be watched by the
 * instrument itself, and the state runs out when the folders are gone.
 */
export class FolderWatch {
  readonly alarms = new AlarmBoard();
  readonly #folders: LabLimsFolders;
  readonly #timing: FolderTiming;
  readonly #clock: Clock;
  readonly #states = new ReplaySubject<SafetyState>(1);
  readonly #closing = new AbortController();

  constructor(folders: LabLimsFolders, timing: FolderTiming, clock: Clock) {
    this.#folders = folders;
    this.#timing = timing;
    this.#clock = clock;
  }

  get states(): Observable<SafetyState> {
    return this.#states;
  }

  /** Looks once, rejecting with 'link' where a folder is out of reach, and then goes on looking. */
  async open(): Promise<void> {
    await this.#look();
    void this.#goOn();
  }

  close(): void {
    this.#closing.abort();
    this.#states.complete();
    this.alarms.close();
  }

  async #look(): Promise<void> {
    const askedMs = this.#clock.monotonicMs();
    await this.#folders.check().catch((error: unknown) => {
      this.alarms.raise('link', { kind: 'link', text: asEwaldError(error).message });
      throw error;
    });
    this.alarms.clear('link');
    const assumed = { interlockClosed: true, doorsClosed: true, emergencyStop: false, generatorOn: true, shutter: 'unknown' as const };
    this.#states.next({ ...assumed, validUntilMs: askedMs + this.#timing.safetyValidMs });
  }

  async #goOn(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#clock.sleep(this.#timing.statusIntervalMs, signal).catch(() => undefined);
      // The alarm says it already.
      if (!signal.aborted) await this.#look().catch(() => undefined);
    }
  }
}
