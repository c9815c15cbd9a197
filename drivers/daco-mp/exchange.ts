import type { Subscription } from 'rxjs';
import { asEwaldError, EwaldError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/runtime.ts';
import type { BytePort } from '../transport/byte-port.ts';
import { after } from '../transport/deadline.ts';
import { Turns } from '../transport/turns.ts';
import type { DacoCommand } from './commands.ts';
import { refusalOf } from './error-table.ts';
import { encodeCommand, FrameReader, type Framing } from './frames.ts';
import { readReply } from './replies.ts';

export interface ExchangeTiming {
  readonly replyTimeoutMs: number;
  readonly writeTimeoutMs: number;
  /** After an answer went wrong nothing is sent before the line was silent for so long. */
  readonly quietMs: number;
  /** Longer commands are sent in pieces of so many bytes, with a pause between: some input buffers hold no more. */
  readonly pieceBytes: number;
  readonly pieceMs: number;
  /** How often an idempotent command is sent again. */
  readonly resends: number;
}

/** What was odd on the line so far. */
export interface ExchangeCounters {
  timeouts: number;
  garbled: number;
  /** Answers that nobody had asked for, or to another command. */
  strays: number;
  /** Those of them that carried measured values. */
  strayValues: number;
  reopened: number;
}

interface Waiting {
  readonly command: DacoCommand;
  readonly answered: (text: string) => void;
  readonly failed: (error: EwaldError) => void;
}

/** One question at a time on the line, each with its answer or an error within a bounded time. */
export class Exchange {
  readonly counters: ExchangeCounters = { timeouts: 0, garbled: 0, strays: 0, strayValues: 0, reopened: 0 };
  readonly #port: BytePort;
  readonly #framing: Framing;
  readonly #timing: ExchangeTiming;
  readonly #clock: Clock;
  readonly #reader: FrameReader;
  readonly #turns = new Turns();
  #waiting: Waiting | null = null;
  #subscription: Subscription | null = null;
  #heardMs = 0;
  #suspect = false;
  #closed = false;

  constructor(port: BytePort, framing: Framing, timing: ExchangeTiming, clock: Clock) {
    this.#port = port;
    this.#framing = framing;
    this.#timing = timing;
    this.#clock = clock;
    this.#reader = new FrameReader(framing);
  }

  async open(): Promise<void> {
    this.#subscription ??= this.#port.received().subscribe((bytes) => this.#hear(bytes));
    await this.#port.open();
  }

  /**
   * Sends the command and gives what `read` makes of its answer. Fails with 'timeout', 'garbled' (also where `read` gives null), 'link', or the
   * refusal of the controller. Only an idempotent command is sent again; after a failure of another kind the state has to be read first.
   * An urgent question goes before all that wait.
   */
  ask<T>(command: DacoCommand, read: (text: string) => T | null, urgent = false): Promise<T> {
    return this.#turns.take(() => this.#patiently(command, read), urgent);
  }

  /** As `ask`, for a command that is merely acknowledged. */
  async tell(command: DacoCommand, urgent = false): Promise<void> {
    await this.ask(command, () => true, urgent);
  }

  /** Nothing that waits to be sent, and is not urgent, is sent any more. */
  dropWaiting(error: EwaldError): void {
    this.#turns.dropWaiting(error);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting?.failed(closedError(this.#port.path));
    this.#subscription?.unsubscribe();
    await this.#port.close();
  }

  async #patiently<T>(command: DacoCommand, read: (text: string) => T | null): Promise<T> {
    const tries = command.repeat === 'idempotent' ? 1 + this.#timing.resends : 1;
    for (let left = tries - 1; ; left--) {
      try {
        return await this.#once(command, read);
      } catch (error) {
        const { code } = asEwaldError(error);
        if (left <= 0 || (code !== 'timeout' && code !== 'garbled')) throw error;
      }
    }
  }

  async #once<T>(command: DacoCommand, read: (text: string) => T | null): Promise<T> {
    if (this.#closed) throw closedError(this.#port.path);
    if (!this.#port.isOpen) {
      await this.#port.open();
      this.counters.reopened++;
      this.#suspect = true;
    }
    if (this.#suspect) await this.#silence();
    this.#reader.reset();
    let settle: Pick<Waiting, 'answered' | 'failed'> | null = null;
    const answer = new Promise<string>((answered, failed) => {
      settle = { answered, failed };
    });
    // An answer may be a refusal and be there before the write has ended, when nobody listens yet.
    answer.catch(() => undefined);
    this.#waiting = { command, ...settle! };
    let cancel = () => {};
    try {
      await this.#write(encodeCommand(command.text, this.#framing));
      cancel = after(this.#clock, this.#timing.replyTimeoutMs, () => this.#waiting?.failed(this.#late(command)));
      const made = read(await answer);
      if (made === null) throw this.#garbled(command);
      return made;
    } catch (error) {
      // A refusal is an answer; after anything else a belated one may still come.
      if (!('deviceCode' in asEwaldError(error))) this.#suspect = true;
      throw error;
    } finally {
      cancel();
      this.#waiting = null;
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const { pieceBytes, pieceMs, writeTimeoutMs } = this.#timing;
    for (let from = 0; from < bytes.length; from += pieceBytes) {
      if (from > 0) await this.#clock.sleep(pieceMs);
      await this.#port.write(bytes.slice(from, from + pieceBytes), writeTimeoutMs);
    }
  }

  #hear(bytes: Uint8Array): void {
    this.#heardMs = this.#clock.monotonicMs();
    for (const text of this.#reader.push(bytes)) this.#take(text);
  }

  #take(text: string | null): void {
    const reply = text === null ? null : readReply(text);
    const waiting = this.#waiting;
    const fits =
      reply?.kind === 'data' ? reply.letters === waiting?.command.answers : reply?.kind !== 'done' || waiting?.command.answers === null;
    if (!waiting || (reply && !fits)) {
      this.#stray(reply?.kind === 'data' && reply.letters === 'MV');
      return;
    }
    // One answer each: whatever comes now was not asked for.
    this.#waiting = null;
    if (!reply) waiting.failed(this.#garbled(waiting.command));
    else if (reply.kind === 'refused') waiting.failed(refusalOf(reply.code, waiting.command.text));
    else waiting.answered(reply.kind === 'data' ? reply.text : '');
  }

  #stray(values: boolean): void {
    this.counters.strays++;
    if (values) this.counters.strayValues++;
    this.#suspect = true;
  }

  /** Waits until nothing comes any more: what was late has then passed by. */
  async #silence(): Promise<void> {
    const { quietMs } = this.#timing;
    const untilMs = this.#clock.monotonicMs() + 10 * quietMs;
    do await this.#clock.sleep(quietMs);
    while (this.#clock.monotonicMs() - this.#heardMs < quietMs && this.#clock.monotonicMs() < untilMs);
    this.#suspect = false;
  }

  #late(command: DacoCommand): EwaldError {
    this.counters.timeouts++;
    const message = `no answer to ${command.text} on ${this.#port.path} within ${this.#timing.replyTimeoutMs} ms`;
    return new EwaldError(
      'timeout',
      this.#port.path,
      message,
      "see that the instrument is on, and check 'baudRate', 'framing' and the cable",
    );
  }

  #garbled(command: DacoCommand): EwaldError {
    this.counters.garbled++;
    const message = `the answer to ${command.text} on ${this.#port.path} does not keep to the grammar`;
    return new EwaldError('garbled', this.#port.path, message, "check 'baudRate', 'dialect' and the cable");
  }
}

function closedError(path: string): EwaldError {
  return new EwaldError('link', path, 'the driver was closed', 'open it again');
}
