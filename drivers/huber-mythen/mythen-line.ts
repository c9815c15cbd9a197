import type { Subscription } from 'rxjs';
import { EwaldError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/runtime.ts';
import type { BytePort } from '../transport/byte-port.ts';
import { after, within } from '../transport/deadline.ts';
import { Turns } from '../transport/turns.ts';
import { errorIn, type MythenCommand, refusalOf } from './mythen-words.ts';

export interface MythenTiming {
  readonly replyTimeoutMs: number;
  readonly writeTimeoutMs: number;
}

/** A reply that is cut after four bytes may look like an error: so long the rest is waited for. */
const REST_MS = 50;

/**
 * Commands to the detector, one after the other. Its replies have neither name nor end: after one that is late, too short or too long
 * nothing that follows can be believed, so that the connection is thrown away and a new one begins clean.
 */
export class MythenLine {
  readonly name: string;
  /** How often the connection was thrown away because replies did not fit. */
  desyncs = 0;
  readonly #port: BytePort;
  readonly #timing: MythenTiming;
  readonly #clock: Clock;
  readonly #turns = new Turns();
  #subscription: Subscription | null = null;
  #received: Uint8Array[] = [];
  #length = 0;
  #arrived: (() => void) | null = null;
  #suspect = false;
  #closed = false;

  constructor(port: BytePort, timing: MythenTiming, clock: Clock) {
    this.name = `the detector at ${port.path}`;
    this.#port = port;
    this.#timing = timing;
    this.#clock = clock;
  }

  async open(): Promise<void> {
    this.#subscription ??= this.#port.received().subscribe((bytes) => this.#hear(bytes));
    await this.#port.open();
  }

  /**
   * Sends a command once and gives what its reply says. Fails with a MythenRefusal where the detector gives an error, 'timeout' or 'garbled'
   * where the reply is late, too long or makes no sense, 'link' where the connection fails. An urgent command goes before all that wait.
   */
  ask<T>(command: MythenCommand<T>, urgent = false): Promise<T> {
    return this.#turns.take(() => this.#once(command), urgent);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#arrived?.();
    this.#subscription?.unsubscribe();
    await this.#port.close();
  }

  async #once<T>(command: MythenCommand<T>): Promise<T> {
    if (this.#closed) throw new EwaldError('link', this.name, 'the driver was closed', 'open it again');
    if (this.#suspect) await this.#port.close();
    if (!this.#port.isOpen) await this.#port.open();
    this.#suspect = false;
    this.#drop();
    try {
      // Listened for first: the reply may be there before we hear that the command has left.
      const replying = this.#reply(command);
      replying.catch(() => undefined);
      await this.#port.write(Buffer.from(command.text, 'latin1'), this.#timing.writeTimeoutMs);
      const reply = await replying;
      const error = errorIn(reply);
      if (error !== null) throw refusalOf(error, command.text);
      if (reply.byteLength !== command.replyBytes) throw this.#garbled(command, reply.byteLength);
      const said = command.read(reply);
      if (said === null) throw this.#garbled(command, reply.byteLength);
      return said;
    } catch (error) {
      if (!(error instanceof EwaldError && 'deviceCode' in error)) this.#mistrust();
      throw error;
    } finally {
      this.#drop();
    }
  }

  /** All that has come once it is as long as the reply should be, or begins with an error. */
  async #reply({ text, replyBytes, extraMs }: MythenCommand<unknown>): Promise<DataView> {
    const limitMs = this.#timing.replyTimeoutMs + extraMs;
    let cancel = () => {};
    const whole = new Promise<void>((resolve) => {
      const look = () => {
        cancel();
        if (this.#closed || this.#length >= replyBytes) resolve();
        else if (errorIn(this.#view()) !== null) cancel = after(this.#clock, REST_MS, resolve);
      };
      this.#arrived = look;
      look();
    });
    const late = () => {
      const got = `${this.#length} of ${replyBytes} bytes`;
      return new EwaldError(
        'timeout',
        this.name,
        `${this.name} gave ${got} in answer to ${text.slice(0, 60)} within ${limitMs} ms`,
        'see that the detector is on and well',
      );
    };
    await within(this.#clock, limitMs, whole, late).finally(() => cancel());
    if (this.#closed) throw new EwaldError('link', this.name, 'the driver was closed', 'open it again');
    return this.#view();
  }

  #hear(bytes: Uint8Array): void {
    // Nobody waits: these bytes would be taken for the beginning of the next reply.
    if (!this.#arrived) {
      this.#mistrust();
      return;
    }
    this.#received.push(bytes);
    this.#length += bytes.length;
    this.#arrived();
  }

  #mistrust(): void {
    if (!this.#suspect) this.desyncs++;
    this.#suspect = true;
  }

  #drop(): void {
    this.#arrived = null;
    this.#received = [];
    this.#length = 0;
  }

  #view(): DataView {
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const bytes of this.#received) {
      all.set(bytes, at);
      at += bytes.length;
    }
    return new DataView(all.buffer);
  }

  #garbled({ text, replyBytes }: MythenCommand<unknown>, bytes: number): EwaldError {
    return new EwaldError(
      'garbled',
      this.name,
      `${this.name} answers ${text.slice(0, 60)} with ${bytes} bytes that make no sense; ${replyBytes} were expected`,
      'see that nobody else uses the detector, and docs/drivers/huber-mythen.md on the grammar',
    );
  }
}
