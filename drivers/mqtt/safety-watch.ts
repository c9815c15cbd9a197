import { type Observable, ReplaySubject } from 'rxjs';
import type { SafetyState } from '../../src/ports/diffractometer.ts';
import type { Clock } from '../../src/ports/runtime.ts';
import type { WireSafety } from './protocol.ts';

/** Turns safety messages into states with an end of validity. A retained message informs, but never makes anything fresh. */
export class SafetyWatch {
  readonly #clock: Clock;
  readonly #states = new ReplaySubject<SafetyState>(1);
  #bootId: string | null = null;
  #sequence = -1;
  #latest: SafetyState | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get states(): Observable<SafetyState> {
    return this.#states;
  }

  /** The last state of this boot, fresh or not; null before the first live message. */
  get latest(): SafetyState | null {
    return this.#latest;
  }

  /** A new boot counts its messages anew; what the old one said is over. */
  boot(bootId: string): void {
    if (bootId === this.#bootId) return;
    this.#bootId = bootId;
    this.#sequence = -1;
    if (this.#latest) this.#emit({ ...this.#latest, validUntilMs: this.#clock.monotonicMs() });
    this.#latest = null;
  }

  /** True where the message was live and counted. */
  hear(message: WireSafety, retained: boolean): boolean {
    if (message.bootId !== this.#bootId || message.sequence <= this.#sequence) return false;
    const { interlockClosed, doorsClosed, emergencyStop, generatorOn, shutter } = message;
    const now = this.#clock.monotonicMs();
    // The retained message that greets a new subscription may be hours old.
    if (retained && !this.#latest) return false;
    this.#sequence = message.sequence;
    const validUntilMs = retained ? (this.#latest?.validUntilMs ?? now) : now + message.validForMs;
    this.#emit({ interlockClosed, doorsClosed, emergencyStop, generatorOn, shutter, validUntilMs });
    return !retained;
  }

  #emit(state: SafetyState): void {
    this.#latest = state;
    this.#states.next(state);
  }

  close(): void {
    this.#states.complete();
  }
}
