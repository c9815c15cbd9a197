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
  type WireChunk,
  type WireCommand,
} from '../../drivers/mqtt/protocol.ts';
import type { ScanReport } from '../../src/ports/diffractometer.ts';
import type { BusMessage } from '../../src/ports/message-bus.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import type { MemoryBroker, MemoryBus } from './memory-message-bus.ts';

export interface FakeScan {
  readonly command: CommandBody<'scan'>;
  readonly chunks: WireChunk[];
  acknowledged: number;
  report: ScanReport | null;
  executions: number;
}

export interface FakeOptions {
  readonly pointsPerChunk?: number;
  /** Wall time between chunks. */
  readonly paceMs?: number;
  readonly heartbeatMs?: number;
  readonly validForMs?: number;
}

const NO_TIME = { counting: 0, moving: 0, settling: 0, overhead: 0, shutter: 0, waiting: 0 };

/** The count that the fake gives at point i of any scan. */
export function fakeCount(i: number): number {
  return (i * 7919) % 1000;
}

/** A far end that keeps the contract, in memory, with every reading a test may want to turn. Its clock is the runtime's, speed 1. */
export class FakeInstrument {
  readonly scans = new Map<string, FakeScan>();
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
  #running: FakeScan | null = null;
  #boot = 1;
  #sequence = 0;
  #leases = 0;
  #life = new AbortController();

  constructor(broker: MemoryBroker, root: string, runtime: Runtime, options: FakeOptions = {}) {
    this.#topics = topicsOf(root);
    this.#bus = broker.client({ topic: this.#topics.state, payload: new TextEncoder().encode('{"state":"lost","bootId":"boot-1"}') });
    this.#runtime = runtime;
    this.#options = { pointsPerChunk: 10, paceMs: 20, heartbeatMs: 1000, validForMs: 3000, ...options };
    this.capabilities = {
      twoThetaLimits: { fromDeg: 5, toDeg: 120 },
      stepDeg: { min: 0.005, max: 0.1, rasterDeg: 0.001 },
      rasters: 'free',
      dwellS: { min: 0.01, max: 100 },
      minWindowDeg: 0.1,
      cost: { apertureDeg: 0, perScanS: 0, perPointS: 0, slewDegPerS: 10, settleS: 0, shutterS: 0 },
      modes: ['step', 'continuous'],
      hasShutter: true,
    };
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
    this.#running = null;
  }

  /** Off and on again: what it measured and who held it is forgotten. */
  restart(): void {
    this.#life.abort();
    this.#life = new AbortController();
    this.#running = null;
    this.scans.clear();
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
    const scan = this.#running;
    this.#running = null;
    if (!this.shutterSticks) this.shutter = 'closed';
    if (scan) this.#end(scan, 'cut-short', reason);
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
    return this.scans.get(`${requestId}.${attempt}`);
  }

  #nowS(): number {
    return this.#runtime.clock.monotonicMs() / 1000;
  }

  #announce(): void {
    const birth: WireBirth = {
      schema: 'ewald.birth/1',
      bootId: this.bootId,
      instrumentId: 'fake',
      title: 'Fake diffractometer',
      software: 'fake 1',
      simulated: true,
      sampleId: 's1',
      radiation: { anode: 'Cu', lines: [{ wavelengthA: 1.5406, weight: 1 }] },
      capabilities: this.capabilities,
      clock: { atS: this.#nowS(), speed: 1 },
    };
    this.#send(this.#topics.birth, birth, true);
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
      case 'find': {
        const body = bodyOf('find', command);
        const scan = this.scanOf(body.requestId, body.attempt);
        return { state: scan ? (scan.report ? 'finished' : 'running') : 'lost', report: scan?.report ?? null };
      }
      case 'resend': {
        const { requestId, attempt, fromSequence } = bodyOf('resend', command);
        const scan = this.scanOf(requestId, attempt);
        if (!scan) throw new Error('unknownScan: unknown');
        const from = Math.min(Math.max(fromSequence, scan.acknowledged), scan.chunks.length);
        for (const chunk of scan.chunks.slice(from)) this.#send(this.#topics.chunk(requestId, attempt), chunk);
        return { from, to: scan.chunks.length };
      }
      case 'acknowledge': {
        const { requestId, attempt, sequence } = bodyOf('acknowledge', command);
        const scan = this.scanOf(requestId, attempt);
        if (scan) scan.acknowledged = Math.max(scan.acknowledged, sequence + 1);
        return {};
      }
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
    if (this.#running) throw new Error('busy: a scan runs');
    const { fromDeg, toDeg } = this.capabilities.twoThetaLimits;
    const lastUdeg = body.fromUdeg + (body.pointCount - 1) * body.stepUdeg;
    if (body.fromUdeg < fromDeg * 1e6 || lastUdeg > toDeg * 1e6) throw new Error('outOfLimits: outside');
    if (!this.safety.interlockClosed || !this.safety.doorsClosed) throw new Error('unsafe: interlock open');
    const scan: FakeScan = { command: body, chunks: [], acknowledged: 0, report: null, executions: 1 };
    this.scans.set(`${body.requestId}.${body.attempt}`, scan);
    this.#running = scan;
    this.shutter = 'open';
    void this.#measure(scan);
    return { state: 'started' };
  }

  async #measure(scan: FakeScan): Promise<void> {
    const { requestId, attempt, fromUdeg, stepUdeg, pointCount, dwellNs } = scan.command;
    const { pointsPerChunk, paceMs } = this.#options;
    for (let first = 0; first < pointCount; first += pointsPerChunk) {
      await this.#runtime.clock.sleep(paceMs);
      if (this.#running !== scan) return;
      const counts = Array.from({ length: Math.min(pointsPerChunk, pointCount - first) }, (_, i) => fakeCount(first + i));
      const place = { fromUdeg: fromUdeg + first * stepUdeg, stepUdeg, counts, liveNs: dwellNs };
      const head = { schema: 'ewald.chunk/1' as const, bootId: this.bootId, requestId, attempt, sequence: scan.chunks.length };
      const chunk: WireChunk = { ...head, ...place, atS: this.#nowS() };
      scan.chunks.push(chunk);
      this.#send(this.#topics.chunk(requestId, attempt), chunk);
    }
    this.#running = null;
    this.shutter = 'closed';
    this.#end(scan, 'whole', null);
  }

  #end(scan: FakeScan, completeness: 'whole' | 'cut-short', reason: string | null): void {
    const { requestId, attempt } = scan.command;
    const atS = this.#nowS();
    scan.report = { startedAtS: atS, endedAtS: atS, chunkCount: scan.chunks.length, completeness, reason, ledgerS: NO_TIME };
    this.#send(this.#topics.end(requestId, attempt), {
      schema: 'ewald.end/1',
      bootId: this.bootId,
      requestId,
      attempt,
      report: scan.report,
    });
  }
}

function bodyOf<V extends CommandVerb>(verb: V, command: WireCommand): CommandBody<V> {
  return (commandBodies[verb] as z.ZodType).parse(command.body) as CommandBody<V>;
}
