import { EwaldError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/runtime.ts';
import { after } from './deadline.ts';

interface Waiting<R> {
  readonly resolve: (reply: R) => void;
  readonly reject: (error: Error) => void;
}

/** Brings replies to those who wait for them, by id. A reply that nobody waits for (late, repeated, foreign) is counted and dropped. */
export class ReplyWaiter<R> {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting<R>>();
  #unclaimed = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Replies that came when nobody waited for them. */
  get unclaimed(): number {
    return this.#unclaimed;
  }

  /** Runs `send` and settles with the reply of this id; fails with 'timeout' after `timeoutMs`, or as `send` fails. */
  ask(id: string, timeoutMs: number, send: () => Promise<void>): Promise<R> {
    if (this.#waiting.has(id)) {
      return Promise.reject(
        new EwaldError(
          'internal',
          id,
          `a command ${id} is already under way`,
          'this is a defect of Ewald: report it with the log of the run',
        ),
      );
    }
    return new Promise<R>((resolve, reject) => {
      const late = () =>
        settle(() =>
          reject(new EwaldError('timeout', id, `no reply to ${id} within ${timeoutMs} ms`, 'see whether the instrument still runs')),
        );
      const cancel = after(this.#clock, timeoutMs, late);
      const settle = (how: () => void) => {
        cancel();
        this.#waiting.delete(id);
        how();
      };
      this.#waiting.set(id, { resolve: (reply) => settle(() => resolve(reply)), reject: (error) => settle(() => reject(error)) });
      send().catch((error: Error) => this.#waiting.get(id)?.reject(error));
    });
  }

  /** Hands in a reply; false where nobody waits for this id. */
  deliver(id: string, reply: R): boolean {
    const waiting = this.#waiting.get(id);
    if (!waiting) this.#unclaimed += 1;
    waiting?.resolve(reply);
    return waiting !== undefined;
  }

  /** Fails everybody who still waits. */
  failAll(error: Error): void {
    for (const waiting of [...this.#waiting.values()]) waiting.reject(error);
  }
}
