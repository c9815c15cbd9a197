import type { Subscription } from 'rxjs';
import { asEwaldError, EwaldError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/runtime.ts';
import type { BytePort } from '../transport/byte-port.ts';
import { after } from '../transport/deadline.ts';
import type { SmcQuestion } from './smc-words.ts';

export interface LineTiming {
  readonly replyTimeoutMs: number;
  readonly writeTimeoutMs: number;
  /** How long the controller may take to greet a new connection; it is spoken to without a greeting then. */
  readonly bannerMs: number;
}

const LONGEST_LINE = 1024;
const QUESTIONS = 3;

/** Lines to and from the goniometer's controller, one question at a time. */
export class SmcLine {
  readonly name: string;
  /** What was unreadable, unasked or late so far. */
  odd = 0;
  readonly #port: BytePort;
  readonly #timing: LineTiming;
  readonly #clock: Clock;
  #subscription: Subscription | null = null;
  #buffer = '';
  #onLine: ((line: string) => void) | null = null;
  #last: Promise<unknown> = Promise.resolve();
  /** Something came that nobody asked for: answers bear no name, so that only a new connection is sure to begin clean. */
  #suspect = false;
  #closed = false;

  constructor(port: BytePort, timing: LineTiming, clock: Clock) {
    this.name = `the goniometer at ${port.path}`;
    this.#port = port;
    this.#timing = timing;
    this.#clock = clock;
  }

  open(): Promise<void> {
    this.#subscription ??= this.#port.received().subscribe((bytes) => this.#hear(bytes));
    return this.#inTurn(() => this.#connect());
  }

  /** Asks up to three times: questions change nothing. Fails with 'link', 'timeout' or 'garbled'. */
  ask<T>(question: SmcQuestion<T>): Promise<T> {
    return this.#inTurn(async () => {
      for (let left = QUESTIONS - 1; ; left--) {
        try {
          await this.#connect();
          return await this.#exchange(question);
        } catch (error) {
          const { code } = asEwaldError(error);
          if (left <= 0 || code === 'link') throw error;
        }
      }
    });
  }

  /** Sends a command, in its turn. There is no acknowledge: the caller asks for the state. */
  tell(text: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#connect();
      await this.#write(text);
    });
  }

  /** Sends a command now, past whoever waits for an answer. It must be one that is never answered. */
  async tellAtOnce(text: string): Promise<void> {
    if (this.#port.isOpen && !this.#closed) await this.#write(text);
    else await this.tell(text);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#subscription?.unsubscribe();
    await this.#port.close();
  }

  async #connect(): Promise<void> {
    if (this.#closed) throw new EwaldError('link', this.name, 'the driver was closed', 'open it again');
    if (this.#suspect) await this.#port.close();
    if (this.#port.isOpen) return;
    this.#buffer = '';
    this.#suspect = false;
    // The banner may come together with the connection.
    const banner = this.#line(this.#timing.bannerMs, (line) => (/^smc/i.test(line) ? line : null)).catch(() => null);
    await this.#port.open();
    await banner;
    this.#suspect = false;
  }

  async #exchange<T>(question: SmcQuestion<T>): Promise<T> {
    const answer = this.#line(this.#timing.replyTimeoutMs, (line) => {
      const read = question.read(line);
      if (read !== null) return read;
      throw new EwaldError(
        'garbled',
        this.name,
        `${this.name} answers ${question.text} with '${line.slice(0, 60)}'`,
        'see docs/drivers/huber-mythen.md on the grammar that is expected',
      );
    });
    answer.catch(() => undefined);
    try {
      await this.#write(question.text);
      return await answer;
    } catch (error) {
      this.odd++;
      this.#suspect = true;
      throw error;
    } finally {
      this.#onLine = null;
    }
  }

  /** What `read` makes of the next line for which it does not give null; rejects as `read` throws, or with 'timeout'. */
  #line<T>(timeoutMs: number, read: (line: string) => T | null): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const cancel = after(this.#clock, timeoutMs, () => {
        this.#onLine = null;
        reject(
          new EwaldError(
            'timeout',
            this.name,
            `${this.name} did not answer within ${timeoutMs} ms`,
            'see that the controller is on and well',
          ),
        );
      });
      this.#onLine = (line) => {
        try {
          const value = read(line);
          if (value === null) return;
          resolve(value);
        } catch (error) {
          reject(error);
        }
        this.#onLine = null;
        cancel();
      };
    });
  }

  #write(text: string): Promise<void> {
    return this.#port.write(Buffer.from(`${text}\r\n`, 'latin1'), this.#timing.writeTimeoutMs);
  }

  #hear(bytes: Uint8Array): void {
    this.#buffer += Buffer.from(bytes).toString('latin1');
    const lines = this.#buffer.split(/[\r\n]+/);
    this.#buffer = lines.pop()!.slice(-LONGEST_LINE);
    for (const line of lines) {
      if (line.trim() === '') continue;
      if (this.#onLine) this.#onLine(line.trim());
      else {
        this.odd++;
        this.#suspect = true;
      }
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work, work);
    this.#last = next.catch(() => undefined);
    return next;
  }
}
