import { asEwaldError, EwaldError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/runtime.ts';
import { ExchangeError, type ExchangeRules, type TcpAddress, tcpExchange } from '../transport/tcp-exchange.ts';
import { type AerisReply, type AerisRequest, decode, encode, isWholeReply, occupiedOf, readyOf, remoteOf, type Slot } from './protocol.ts';

/** How an order ended that must not be sent twice. */
export type OrderFate =
  | { readonly kind: 'accepted' }
  /** The instrument said no, in these words. */
  | { readonly kind: 'refused'; readonly text: string }
  /** It may or may not have heard it: the state tells. */
  | { readonly kind: 'unknown'; readonly why: string };

/** How often a question is asked that moves nothing. */
const QUESTIONS = 3;

/** One exchange after the other with the instrument; never two at once. */
export class AerisLine {
  readonly name: string;
  readonly #address: TcpAddress;
  readonly #rules: ExchangeRules;
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();
  /** What was unreadable so far. */
  garbled = 0;

  constructor(address: TcpAddress, rules: Omit<ExchangeRules, 'isWhole'>, clock: Clock) {
    this.name = `aeris ${address.host}:${address.port}`;
    this.#address = address;
    this.#rules = { ...rules, isWhole: isWholeReply };
    this.#clock = clock;
  }

  /** Does the interface have control? False where the operator has it. */
  isRemote(): Promise<boolean> {
    return this.#ask({ kind: 'system' }, remoteOf, 'SYSTEM');
  }

  /** False while something is measured. */
  isReady(): Promise<boolean> {
    return this.#ask({ kind: 'unit' }, readyOf, 'READY');
  }

  isOccupied(slot: Slot): Promise<boolean> {
    return this.#ask({ kind: 'location', slot }, occupiedOf, 'STATE');
  }

  /** Sends an order once. Rejects only where it surely did not arrive. */
  async order(request: AerisRequest): Promise<OrderFate> {
    let reply: AerisReply;
    try {
      reply = await this.#exchange(request);
    } catch (error) {
      if (error instanceof ExchangeError && error.sent) return { kind: 'unknown', why: error.message };
      throw error;
    }
    if (reply.kind === 'fatal') return { kind: 'refused', text: reply.text };
    if (reply.kind === 'garbled') return { kind: 'unknown', why: `the reply is unreadable: ${reply.text}` };
    return { kind: 'accepted' };
  }

  /** Asks again where the answer is lost or unreadable: questions change nothing. */
  async #ask<T>(request: AerisRequest, read: (reply: AerisReply) => T | null, what: string): Promise<T> {
    let trouble: EwaldError | null = null;
    for (let tries = 0; tries < QUESTIONS; tries++) {
      try {
        const reply = await this.#exchange(request);
        if (reply.kind === 'fatal') throw this.#fault(`answers the question for ${what} with: ${reply.text}`);
        const answer = read(reply);
        if (answer !== null) return answer;
        this.garbled += 1;
        const said = reply.kind === 'garbled' ? reply.text : [...reply.fields].map(([name, value]) => `${name}=${value}`).join(' ');
        const remedy = 'see docs/drivers/aeris.md on the grammar that is expected';
        trouble = new EwaldError('garbled', this.name, `the instrument does not say ${what} but: ${said.slice(0, 120)}`, remedy);
      } catch (error) {
        trouble = asEwaldError(error);
        // Nobody listens: asking again at once would not help, and the caller has its own patience.
        if (trouble.code === 'deviceFault' || (error instanceof ExchangeError && !error.sent)) break;
      }
    }
    throw trouble!;
  }

  #exchange(request: AerisRequest): Promise<AerisReply> {
    const exchange = () => tcpExchange(this.#address, encode(request), this.#rules, this.#clock).then(decode);
    const next = this.#last.then(exchange, exchange);
    this.#last = next.catch(() => undefined);
    return next;
  }

  #fault(what: string): EwaldError {
    return new EwaldError('deviceFault', this.name, `the instrument ${what}`, 'look at the instrument, then resume');
  }
}
