import type { Clock } from '../../src/ports/runtime.ts';
import { after } from '../transport/deadline.ts';

/** Events in the order they came, for one reader. What exceeds `capacity` is dropped: the reader notices the gap and asks again. */
export class Mailbox<E> {
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #events: E[] = [];
  #wake: (() => void) | null = null;

  constructor(clock: Clock, capacity = 4096) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  put(event: E): void {
    if (this.#events.length < this.#capacity) this.#events.push(event);
    this.#wake?.();
  }

  /** The next event, or null where none came until `untilMs` (monotonic). */
  async take(untilMs: number): Promise<E | null> {
    const waitMs = untilMs - this.#clock.monotonicMs();
    if (this.#events.length === 0 && waitMs > 0) {
      await new Promise<void>((resolve) => {
        const cancel = after(this.#clock, waitMs, resolve);
        this.#wake = () => {
          cancel();
          resolve();
        };
      });
      this.#wake = null;
    }
    return this.#events.shift() ?? null;
  }
}
