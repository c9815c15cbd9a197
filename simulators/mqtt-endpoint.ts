import type { Subscription } from 'rxjs';
import {
  type CommandVerb,
  commandBodies,
  commandSchema,
  decode,
  topicsOf,
  type WireAlarm,
  type WireBirth,
  WireError,
  type WireSafety,
} from '../drivers/mqtt/protocol.ts';
import type { MessageBus } from '../src/ports/message-bus.ts';
import type { Clock, Log } from '../src/ports/runtime.ts';
import { ReplyGate } from './endpoints/reply-gate.ts';
import type { VirtualDiffractometer } from './virtual-diffractometer.ts';

/** Alarms this instrument can raise; those not standing are cleared at every announcement, for a former run may have left them retained. */
export const ALARM_IDS = ['door', 'generator', 'shutter', 'local-control', 'water', 'high-voltage', 'emergency-stop'] as const;
export type AlarmId = (typeof ALARM_IDS)[number];

/** How often the lease and the schedule are looked after, in wall ms. */
const TICK_MS = 25;

/** Turns one outgoing chunk frame into those that really leave: none, several, or others. */
export type Tamper = (frame: string) => readonly string[];

export interface EndpointSetup {
  readonly bus: MessageBus;
  readonly root: string;
  readonly device: VirtualDiffractometer;
  readonly clock: Clock;
  readonly log: Log;
}

/** The message that the broker publishes when the instrument is gone without a farewell. */
export function lastWill(root: string, bootId: string): { readonly topic: string; readonly payload: string } {
  return { topic: topicsOf(root).state, payload: JSON.stringify({ state: 'lost', bootId }) };
}

/** Puts a virtual diffractometer on a message bus by the native contract. */
export class MqttEndpoint {
  private readonly setup: EndpointSetup;
  private readonly topics: ReturnType<typeof topicsOf>;
  private readonly stopping = new AbortController();
  private readonly subscriptions: Subscription[] = [];
  private readonly tampers = new Set<Tamper>();
  /** Here replies get lost and are late, doubled or spoilt, and commands never arrive. */
  readonly gate: ReplyGate;
  private shiftS = 0;
  private repeated: string | null = null;
  private muted = false;
  private announced = false;
  private lastBeatMs = Number.NEGATIVE_INFINITY;
  private garbledCommands = 0;

  constructor(setup: EndpointSetup) {
    this.setup = setup;
    this.topics = topicsOf(setup.root);
    this.gate = new ReplyGate(setup.clock, this.stopping.signal);
    setup.device.attach({
      safety: () => this.beat(),
      alarm: (alarmId, alarm) => this.sendAlarm(alarmId, alarm),
      chunk: (chunk) => {
        for (const frame of this.tampered(JSON.stringify({ ...chunk, atS: chunk.atS + this.shiftS })))
          this.send(this.topics.chunk(chunk.requestId, chunk.attempt), frame);
      },
      end: (end) => {
        const report = { ...end.report, startedAtS: end.report.startedAtS + this.shiftS, endedAtS: end.report.endedAtS + this.shiftS };
        this.send(this.topics.end(end.requestId, end.attempt), JSON.stringify({ ...end, report }));
      },
    });
  }

  /** Connects, listens, announces itself; resolves when the instrument is ready for commands. */
  async open(): Promise<void> {
    const { bus, log } = this.setup;
    await bus.open(this.stopping.signal);
    const commands = await bus.subscribe(this.topics.commands);
    this.subscriptions.push(
      commands.subscribe((message) => {
        if (!message.retained) this.receive(message.topic, message.payload);
        message.acknowledge();
      }),
    );
    await this.announce();
    let wasUp = true;
    this.subscriptions.push(
      bus.connected().subscribe((up) => {
        if (up && !wasUp)
          this.announce().catch((error: unknown) => log.warn('could not announce the instrument', { error: String(error) }));
        if (!up) this.announced = false;
        wasUp = up;
      }),
    );
    void this.watch();
  }

  addTamper(tamper: Tamper): () => void {
    this.tampers.add(tamper);
    return () => {
      this.tampers.delete(tamper);
    };
  }

  /** While muted no safety message leaves: what consumers have goes stale. */
  mute(muted: boolean): void {
    this.muted = muted;
  }

  /** While on, the last safety message is sent again and again, its number and time as they were. */
  repeatSafety(on: boolean): void {
    this.repeated = on ? JSON.stringify(this.shownSafety()) : null;
  }

  /** From now on the instrument's clock is so much ahead. */
  shiftStamps(byMs: number): void {
    this.shiftS += byMs / 1000;
  }

  /** Commands that broke the protocol and were dropped. */
  garbled(): number {
    return this.garbledCommands;
  }

  /** Falls silent as a dead process does: no farewell, no more watching. */
  vanish(): void {
    this.setup.device.die();
    this.stop();
  }

  /** Safe state, farewell, link closed. */
  async close(): Promise<void> {
    if (!this.stopping.signal.aborted) {
      await this.setup.device.shutDown('the simulator is being stopped');
      this.stop();
      await this.sendState('disconnected').catch(() => undefined);
    }
    await this.setup.bus.close();
  }

  private stop(): void {
    this.stopping.abort();
    for (const subscription of this.subscriptions.splice(0)) subscription.unsubscribe();
  }

  private async announce(): Promise<void> {
    const { bus, device } = this.setup;
    await this.sendState('init');
    await bus.publish(this.topics.birth, JSON.stringify(this.shownBirth()), { retain: true, qos: 1 });
    const standing = device.alarms();
    for (const alarmId of ALARM_IDS) {
      const alarm = standing.get(alarmId);
      await bus.publish(this.topics.alarm(alarmId), alarm ? JSON.stringify(alarm) : '', { retain: true, qos: 1 });
    }
    await this.sendState('ready');
    this.announced = true;
    this.beat();
  }

  private sendState(state: 'init' | 'ready' | 'disconnected'): Promise<void> {
    const { bus, device } = this.setup;
    return bus.publish(this.topics.state, JSON.stringify({ state, bootId: device.bootId }), { retain: true, qos: 1 });
  }

  private sendAlarm(alarmId: string, alarm: WireAlarm | null): void {
    this.send(this.topics.alarm(alarmId), alarm ? JSON.stringify(alarm) : '', true);
  }

  private beat(): void {
    if (this.muted || !this.announced) return;
    this.lastBeatMs = this.setup.clock.monotonicMs();
    this.send(this.topics.safety, this.repeated ?? JSON.stringify(this.shownSafety()), true);
  }

  private shownSafety(): WireSafety {
    const safety = this.setup.device.safety();
    return { ...safety, atS: safety.atS + this.shiftS };
  }

  private shownBirth(): WireBirth {
    const birth = this.setup.device.birth();
    return { ...birth, clock: { ...birth.clock, atS: birth.clock.atS + this.shiftS } };
  }

  private async watch(): Promise<void> {
    const { clock, device } = this.setup;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      device.tick();
      if (clock.monotonicMs() - this.lastBeatMs >= device.profile.heartbeatMs) this.beat();
      await clock.sleep(TICK_MS, signal).catch(() => undefined);
    }
  }

  private receive(topic: string, payload: Uint8Array): void {
    const { device, log } = this.setup;
    const verb = topic.slice(topic.lastIndexOf('/') + 1);
    try {
      if (!isVerb(verb)) throw new WireError(`there is no command ${verb}`);
      const command = decode(commandSchema, payload);
      if (!this.gate.admits(verb)) return;
      const answer = device.handle(verb, { ...command, expiresAtS: command.expiresAtS - this.shiftS });
      const reply = { ...answer, atS: answer.atS + this.shiftS };
      if (reply.refusal) log.info('refused a command', { verb, ...reply.refusal });
      const { replyTo } = command;
      if (replyTo === this.topics.reply(command.clientId))
        void this.gate.answer(verb, new TextEncoder().encode(JSON.stringify(reply)), (bytes) => this.send(replyTo, bytes));
      else if (replyTo !== null) throw new WireError(`replies go to ${this.topics.reply(command.clientId)} only`);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.garbledCommands++;
      log.warn('dropped a command', { topic, why: error.message });
    }
  }

  private tampered(frame: string): readonly string[] {
    let frames: readonly string[] = [frame];
    for (const tamper of this.tampers) frames = frames.flatMap((one) => tamper(one));
    return frames;
  }

  /** What cannot be sent is lost here; chunks stay kept and are sent again on request. */
  private send(topic: string, payload: string | Uint8Array, retain = false): void {
    if (this.gate.deaf()) return;
    this.setup.bus
      .publish(topic, payload, { retain, qos: 1 })
      .catch((error: unknown) => this.setup.log.debug('could not send', { topic, error: String(error) }));
  }
}

function isVerb(text: string): text is CommandVerb {
  return Object.hasOwn(commandBodies, text);
}
