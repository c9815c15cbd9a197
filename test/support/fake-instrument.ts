import type { z } from 'zod';
import {
  type CommandBody,
  type CommandVerb,
  commandBodies,
  commandSchema,
  decode,
  type RefusalCode,
  topicsOf,
  type WireBirth,
  type WireCommand,
} from '../../drivers/mqtt/protocol.ts';
import type { BusMessage } from '../../src/ports/message-bus.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import { FAKE_CAPABILITIES, fakeBirth } from './fake-birth.ts';
import { type FakeScan, FakeScans } from './fake-scans.ts';
import type { MemoryBroker, MemoryBus } from './memory-message-bus.ts';

export interface FakeOptions {
  readonly pointsPerChunk?: number;
  /** Wall time between chunks. */
  readonly paceMs?: number;
  readonly heartbeatMs?: number;
  readonly validForMs?: number;
}

/** A far end that keeps the contract, in memory, with every reading a test may want to turn. Its clock is the runtime's, speed 1. */
export class FakeInstrument {
  readonly received: { readonly verb: CommandVerb; readonly command: WireCommand }[] = [];
  readonly safety = { interlockClosed: true, doorsClosed: true, emergencyStop: false, generatorOn: true };
  shutter: 'open' | 'closed' | 'unknown' = 'closed';
  /** Replies to these commands are lost. */
  readonly muted = new Set<CommandVerb>();
  /** These commands never arrive. */
  readonly deaf = new Set<CommandVerb>();
  shutterSticks = false;
  beating = true;
  capabilities: WireBirth['capabilities'];
  lease: { readonly id: string; readonly clientId: string; readonly untilMs: number; readonly ttlMs: number } | null = null;
  readonly #bus: MemoryBus;
  readonly #runtime: Runtime;
  readonly #options: Required<FakeOptions>;
  readonly #topics: ReturnType<typeof topicsOf>;
  #answers = new Map<string, object>();
  readonly #scans: FakeScans;
  #boot = 1;
  #sequence = 0;
  #leases = 0;
  #life = new AbortController();

  /** By requestId.attempt. */
  get scans(): ReadonlyMap<string, FakeScan> {
    return this.#scans.all;
  }

  constructor(broker: MemoryBroker, root: string, runtime: Runtime, options: FakeOptions = {}) {
    this.#topics = topicsOf(root);
    this.#bus = broker.client({ topic: this.#topics.state, payload: new TextEncoder().encode('{"state":"lost","bootId":"boot-1"}') });
    this.#runtime = runtime;
    this.#options = { pointsPerChunk: 10, paceMs: 20, heartbeatMs: 1000, validForMs: 3000, ...options };
    this.#scans = new FakeScans({
      ...this.#options,
      topics: this.#topics,
      clock: runtime.clock,
      bootId: () => this.bootId,
      send: (topic, message) => this.#send(topic, message),
      measured: () => {
        this.shutter = 'closed';
      },
    });
    this.capabilities = FAKE_CAPABILITIES;
  }

  get bootId(): string {
    return `boot-${this.#boot}`;
  }

  get bus(): MemoryBus {
    return this.#bus;
  }

  async start(): Promise<void> {
    await this.#bus.open(new AbortController().signal);
    (await this.#bus.subscribe(this.#topics.commands)).subscribe((message) => this.#onCommand(message));
    this.#announce();
    void this.#beat();
  }

  stop(): void {
    this.#life.abort();
    this.#scans.abandon();
  }

  /** Off and on again: what it measured and who held it is forgotten. */
  restart(): void {
    this.#life.abort();
    this.#life = new AbortController();
    this.#scans.abandon();
    this.#scans.all.clear();
    this.#answers = new Map();
    this.lease = null;
    this.#boot += 1;
    this.#sequence = 0;
    this.shutter = 'closed';
    this.#announce();
    void this.#beat();
  }

  /** Changes a reading; an open interlock or door cuts a running scan short. */
  set(safety: Partial<FakeInstrument['safety']>): void {
    Object.assign(this.safety, safety);
    if (!this.safety.interlockClosed || !this.safety.doorsClosed) this.cutShort('interlock open');
    this.sendSafety();
  }

  alarm(alarmId: string, kind: 'interlock' | 'generator' | 'device' | null, text = 'it is so'): void {
    const alarm = kind ? { kind, severity: 'major', text, sinceS: this.#nowS() } : null;
    this.#send(this.#topics.alarm(alarmId), alarm, true);
  }

  cutShort(reason: string): void {
    if (!this.shutterSticks) this.shutter = 'closed';
    this.#scans.cutShort(reason);
  }

  sendSafety(): void {
    const { heartbeatMs: _, ...options } = this.#options;
    const message = { schema: 'ewald.safety/1', bootId: this.bootId, sequence: this.#sequence++, ...this.safety, shutter: this.shutter };
    this.#send(this.#topics.safety, { ...message, atS: this.#nowS(), validForMs: options.validForMs }, true);
  }

  sendState(state: 'init' | 'ready' | 'lost' | 'disconnected', bootId = this.bootId): void {
    this.#send(this.#topics.state, { state, bootId }, true);
  }

  scanOf(requestId: string, attempt = 1): FakeScan | undefined {
    return this.#scans.of(requestId, attempt);
  }

  #nowS(): number {
    return this.#runtime.clock.monotonicMs() / 1000;
  }

  #announce(): void {
    this.#send(this.#topics.birth, fakeBirth(this.bootId, this.capabilities, this.#nowS()), true);
    this.sendState('ready');
    this.sendSafety();
  }

  async #beat(): Promise<void> {
    const { signal } = this.#life;
    while (!signal.aborted) {
      await this.#runtime.clock.sleep(this.#options.heartbeatMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      if (this.beating) this.sendSafety();
      if (this.lease && this.lease.untilMs < this.#runtime.clock.monotonicMs()) {
        this.lease = null;
        this.cutShort('lease ran out');
      }
    }
  }

  #send(topic: string, message: object | null, retain = false): void {
    // A cut link swallows what is sent, as it would on a wire.
    this.#bus.publish(topic, message ? JSON.stringify(message) : '', { qos: 1, retain }).catch(() => undefined);
  }

  #onCommand(message: BusMessage): void {
    message.acknowledge();
    const verb = message.topic.slice(message.topic.lastIndexOf('/') + 1) as CommandVerb;
    const command = decode(commandSchema, message.payload);
    if (this.deaf.has(verb)) return;
    this.received.push({ verb, command });
    const answer = this.#answers.get(command.id) ?? this.#answer(verb, command);
    this.#answers.set(command.id, answer);
    if (command.replyTo && !this.muted.has(verb)) this.#send(command.replyTo, answer);
  }

  #answer(verb: CommandVerb, command: WireCommand): object {
    const reply = { schema: 'ewald.reply/1', id: command.id, bootId: this.bootId, atS: this.#nowS() };
    try {
      return { ...reply, refusal: null, body: this.#carryOut(verb, command) };
    } catch (error) {
      const [code, text] = (error as Error).message.split(': ');
      return { ...reply, refusal: { code: code as RefusalCode, text: text ?? 'no' }, body: {} };
    }
  }

  #carryOut(verb: CommandVerb, command: WireCommand): object {
    if (verb !== 'safe' && command.bootId !== this.bootId) throw new Error('wrongBoot: another boot');
    if (verb !== 'safe' && command.expiresAtS < this.#nowS()) throw new Error('expired: too late');
    switch (verb) {
      case 'claim':
        return this.#claim(command, bodyOf('claim', command).ttlMs);
      case 'renew':
        if (!this.lease || this.lease.id !== command.leaseId) throw new Error('noLease: no lease');
        this.lease = { ...this.lease, untilMs: this.#runtime.clock.monotonicMs() + this.lease.ttlMs };
        return {};
      case 'release':
        this.lease = null;
        this.cutShort('lease given back');
        return {};
      case 'scan':
        return this.#scan(bodyOf('scan', command), command);
      case 'find':
        return this.#scans.find(bodyOf('find', command));
      case 'resend':
        return this.#scans.resend(bodyOf('resend', command));
      case 'acknowledge':
        return this.#scans.acknowledge(bodyOf('acknowledge', command));
      case 'safe':
        this.cutShort('made safe');
        this.sendSafety();
        return { shutter: this.shutter };
    }
  }

  #claim(command: WireCommand, ttlMs: number): object {
    if (this.lease && this.lease.clientId !== command.clientId) throw new Error('leaseHeld: another client');
    const id = `lease-${++this.#leases}`;
    this.lease = { id, clientId: command.clientId, ttlMs, untilMs: this.#runtime.clock.monotonicMs() + ttlMs };
    return { leaseId: id, ttlMs };
  }

  #scan(body: CommandBody<'scan'>, command: WireCommand): object {
    const known = this.scanOf(body.requestId, body.attempt);
    if (known) return { state: known.report ? 'finished' : 'running' };
    if (!this.lease || this.lease.id !== command.leaseId) throw new Error('noLease: no lease');
    if (this.#scans.isRunning) throw new Error('busy: a scan runs');
    const { fromDeg, toDeg } = this.capabilities.twoThetaLimits;
    const lastUdeg = body.fromUdeg + (body.pointCount - 1) * body.stepUdeg;
    if (body.fromUdeg < fromDeg * 1e6 || lastUdeg > toDeg * 1e6) throw new Error('outOfLimits: outside');
    if (!this.safety.interlockClosed || !this.safety.doorsClosed) throw new Error('unsafe: interlock open');
    this.shutter = 'open';
    this.#scans.begin(body);
    return { state: 'started' };
  }
}

function bodyOf<V extends CommandVerb>(verb: V, command: WireCommand): CommandBody<V> {
  return (commandBodies[verb] as z.ZodType).parse(command.body) as CommandBody<V>;
}
