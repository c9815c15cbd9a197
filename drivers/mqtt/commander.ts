import { EwaldError } from '../../src/domain/errors.ts';
import type { ScanReport } from '../../src/ports/diffractometer.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import type { InstrumentLink } from './instrument-link.ts';
import { type CommandBody, type CommandVerb, type ReplyBody, replyBodies, type WireCommand, type WireReply } from './protocol.ts';
import { isRefusal, Refusal } from './refusals.ts';
import type { ScanKey } from './scan-desk.ts';

export interface CommandExtras {
  /** Where the command may come twice: its fixed id. Otherwise each command gets a new one. */
  readonly id?: string;
  /** Not to be carried out after this time on the instrument's clock, s. */
  readonly notAfterS?: number;
}

export interface ScanFate {
  readonly state: 'running' | 'finished' | 'lost';
  readonly report: ScanReport | null;
}

/** Sends commands and understands the replies. */
export class Commander {
  /** Put into every command; the lease keeper sets it. */
  leaseId: string | null = null;
  readonly #link: InstrumentLink;
  readonly #clientId: string;
  readonly #replyTimeoutMs: number;
  readonly #idStem: string;
  #sent = 0;

  constructor(link: InstrumentLink, clientId: string, replyTimeoutMs: number, runtime: Runtime) {
    this.#link = link;
    this.#clientId = clientId;
    this.#replyTimeoutMs = replyTimeoutMs;
    // Ids must not repeat over restarts, also where the random source starts from the same seed: the far end would give its old answers.
    this.#idStem = `c${runtime.clock.nowMs().toString(36)}-${runtime.random.integer(2 ** 30).toString(36)}`.replace(/[^\w.-]/g, '_');
  }

  /** The body of the reply. Fails with 'link', 'timeout', 'garbled', or the Refusal. */
  async send<V extends CommandVerb>(verb: V, body: CommandBody<V>, extras: CommandExtras = {}): Promise<ReplyBody<V>> {
    const command = this.#envelope(body, this.#link.topics.reply(this.#clientId), extras);
    const topic = this.#link.topics.command(verb);
    const reply = await this.#link.replies.ask(command.id, this.#replyTimeoutMs, () => this.#link.publish(topic, command));
    // A reply to a fixed id may be the stored answer to an earlier sending, its time long gone.
    if (extras.id === undefined) this.#link.clock.hear(reply.atS);
    if (reply.refusal) throw new Refusal(verb, reply.refusal);
    return this.#bodyOf(verb, reply);
  }

  /** Sends without asking for a reply. */
  async tell<V extends CommandVerb>(verb: V, body: CommandBody<V>): Promise<void> {
    await this.#link.publish(this.#link.topics.command(verb), this.#envelope(body, null, {}));
  }

  /** What became of a scan. Asked up to three times, since asking changes nothing. */
  async fateOf(key: ScanKey): Promise<ScanFate> {
    for (let tries = 1; ; tries++) {
      try {
        const { state, report } = await this.send('find', { requestId: key.requestId, attempt: key.attempt });
        if (state === 'finished' && !report) throw garbled('find', 'a finished scan without a report');
        return { state, report };
      } catch (error) {
        if (isRefusal(error, 'unknownScan')) return { state: 'lost', report: null };
        if (tries === 3 || !(error instanceof EwaldError) || error.code !== 'timeout') throw error;
      }
    }
  }

  #envelope(body: object, replyTo: string | null, extras: CommandExtras): WireCommand {
    const { birth, clock } = this.#link;
    if (!birth) throw new EwaldError('link', 'instrument', 'the instrument was not heard yet', 'open it first');
    this.#sent += 1;
    const issuedAtS = Math.max(0, clock.nowS());
    const expiresAtS = Math.min(issuedAtS + Math.max(10, 10 * clock.speed), Math.max(extras.notAfterS ?? Number.MAX_VALUE, 0));
    return {
      schema: 'ewald.command/1',
      id: extras.id ?? `${this.#idStem}-${this.#sent}`,
      clientId: this.#clientId,
      replyTo,
      bootId: birth.bootId,
      leaseId: this.leaseId,
      issuedAtS,
      expiresAtS,
      body: { ...body },
    };
  }

  #bodyOf<V extends CommandVerb>(verb: V, reply: WireReply): ReplyBody<V> {
    const parsed = replyBodies[verb].safeParse(reply.body);
    if (!parsed.success) throw garbled(verb, parsed.error.issues[0]?.message ?? 'invalid');
    return parsed.data as ReplyBody<V>;
  }
}

function garbled(verb: CommandVerb, why: string): EwaldError {
  return new EwaldError('garbled', verb, `the reply to ${verb} breaks the wire contract: ${why}`, 'see docs/wire-mqtt.md');
}
