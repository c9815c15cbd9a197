import { EwaldError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/runtime.ts';
import { within } from './deadline.ts';

interface Waiting<R> {
  readonly reply: Promise<R>;
  readonly resolve: (reply: R) => void;
  readonly reject: (error: Error) => void;
}

/** Brings replies to those who wait for them, by id. A reply that nobody waits for (late, repeated, foreign) is left to the caller. */
export class ReplyWaiter<R> {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting<R>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Runs `send` and settles with the reply of this id; fails with 'timeout' after `timeoutMs`, or as `send` fails. Whoever asks with an id
   * that is under way gets the reply to that, and nothing is sent.
   */
  ask(id: string, timeoutMs: number, send: () => Promise<void>): Promise<R> {
    const underWay = this.#waiting.get(id);
    if (underWay) return underWay.reply;
    let settle: Pick<Waiting<R>, 'resolve' | 'reject'> | null = null;
    const answered = new Promise<R>((resolve, reject) => {
      settle = { resolve, reject };
    });
    const late = () => new EwaldError('timeout', id, `no reply to ${id} within ${timeoutMs} ms`, 'see whether the instrument still runs');
    const reply = within(this.#clock, timeoutMs, answered, late).finally(() => this.#waiting.delete(id));
    const waiting: Waiting<R> = { reply, ...settle! };
    this.#waiting.set(id, waiting);
    send().catch(waiting.reject);
    return reply;
  }

  /** Hands in a reply; false where nobody waits for this id. */
  deliver(id: string, reply: R): boolean {
    const waiting = this.#waiting.get(id);
    waiting?.resolve(reply);
    return waiting !== undefined;
  }

  /** Fails everybody who still waits. */
  failAll(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
  }
}
