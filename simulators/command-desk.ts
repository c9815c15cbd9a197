import { type CommandVerb, commandBodies, type WireCommand, type WireReply } from '../drivers/mqtt/protocol.ts';
import type { InstrumentClock } from './instrument-clock.ts';
import type { LeaseDesk } from './lease-desk.ts';
import { Refusal } from './refusal.ts';

/** First answers kept for repeated ids; a repetition comes soon or never. */
const ANSWERS_KEPT = 4096;

/** Verbs that only the holder of the lease may use. */
const LEASED: ReadonlySet<CommandVerb> = new Set(['renew', 'release', 'scan']);

export type CommandHandler = (verb: CommandVerb, body: never, clientId: string) => Record<string, unknown>;

/**
 * Checks the envelope of every command and answers each id once: whoever repeats an id gets the stored first answer and nothing is done again.
 * Making safe needs neither boot, lease nor freshness.
 */
export class CommandDesk {
  private readonly answers = new Map<string, WireReply>();
  private readonly bootId: string;
  private readonly clock: InstrumentClock;
  private readonly leases: LeaseDesk;
  private readonly handler: CommandHandler;

  constructor(bootId: string, clock: InstrumentClock, leases: LeaseDesk, handler: CommandHandler) {
    this.bootId = bootId;
    this.clock = clock;
    this.leases = leases;
    this.handler = handler;
  }

  handle(verb: CommandVerb, command: WireCommand): WireReply {
    const key = `${command.clientId}/${verb}/${command.id}`;
    const first = this.answers.get(key);
    if (first) return first;
    const reply = this.answer(verb, command);
    this.answers.set(key, reply);
    if (this.answers.size > ANSWERS_KEPT) this.answers.delete(this.answers.keys().next().value!);
    return reply;
  }

  private answer(verb: CommandVerb, command: WireCommand): WireReply {
    const head = { schema: 'ewald.reply/1', id: command.id, bootId: this.bootId } as const;
    try {
      this.checkEnvelope(verb, command);
      const body = commandBodies[verb].safeParse(command.body);
      if (!body.success) {
        const issue = body.error.issues[0];
        throw new Refusal('invalid', `${verb}: field ${issue?.path.join('.') || '(body)'}: ${issue?.message ?? 'invalid'}`);
      }
      const answer = this.handler(verb, body.data as never, command.clientId);
      return { ...head, atS: this.clock.nowS(), refusal: null, body: answer };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ...head, atS: this.clock.nowS(), refusal: { code: error.code, text: error.message }, body: {} };
    }
  }

  private checkEnvelope(verb: CommandVerb, command: WireCommand): void {
    if (verb === 'safe') return;
    if (command.bootId !== this.bootId)
      throw new Refusal('wrongBoot', `the command was planned against boot ${command.bootId}, this is ${this.bootId}`);
    const nowS = this.clock.nowS();
    if (command.expiresAtS < nowS)
      throw new Refusal('expired', `the command expired at ${command.expiresAtS.toFixed(3)} s, it is ${nowS.toFixed(3)} s`);
    if (LEASED.has(verb) && !this.leases.holds(command.clientId, command.leaseId))
      throw new Refusal('noLease', `${verb} needs the lease in force; claim it first`);
  }
}
