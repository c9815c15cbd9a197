import { BehaviorSubject, type Observable, Subject } from 'rxjs';
import { type CommandVerb, commandSchema, decode, topicsOf, type WireBirth, type WireChunk } from '../../../drivers/mqtt/protocol.ts';
import type { ScanReport } from '../../ports/diffractometer.ts';
import type { BusMessage, MessageBus } from '../../ports/message-bus.ts';
import type { Clock } from '../../ports/runtime.ts';
import { CAPABILITIES, streamCount } from './ingest-scans.ts';

const BOOT = 'boot-1';
const NO_TIME = { counting: 0, moving: 0, settling: 0, overhead: 0, shutter: 0, waiting: 0 };
/** What one turn of the event loop reads from a socket. */
const TURN_BYTES = 65_536;
const BEAT_MS = 500;

interface Parcel {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/**
 * An instrument and its broker in one, in memory: it answers as docs/wire-mqtt.md says and sends the chunks of a scan as fast as they are taken. Its
 * messages are made before they are wanted, so that what is measured is the agent alone.
 */
export class IngestFarEnd implements MessageBus {
  readonly #topics: ReturnType<typeof topicsOf>;
  readonly #clock: Clock;
  readonly #listeners: { readonly filter: RegExp; readonly messages: Subject<BusMessage> }[] = [];
  readonly #up = new BehaviorSubject(true);
  readonly #closing = new AbortController();
  #prepared: { readonly parcels: Parcel[]; readonly report: ScanReport; readonly end: Parcel } | null = null;
  #report: ScanReport | null = null;
  #isStreaming = false;
  #beats = 0;
  acknowledged = -1;

  constructor(root: string, clock: Clock) {
    this.#topics = topicsOf(root);
    this.#clock = clock;
  }

  /** Makes the chunks of the scan that will be asked for next. */
  prepare(requestId: string, fromUdeg: number, stepUdeg: number, pointCount: number, pointsPerChunk: number): void {
    const chunkCount = Math.ceil(pointCount / pointsPerChunk);
    const topic = this.#topics.chunk(requestId, 1);
    const parcels = Array.from({ length: chunkCount }, (_, sequence) => {
      const first = sequence * pointsPerChunk;
      const chunk: WireChunk = {
        schema: 'ewald.chunk/1',
        bootId: BOOT,
        requestId,
        attempt: 1,
        sequence,
        fromUdeg: fromUdeg + first * stepUdeg,
        stepUdeg,
        counts: Array.from({ length: Math.min(pointsPerChunk, pointCount - first) }, (__, i) => streamCount(first + i)),
        liveNs: 10_000_000,
        atS: first / 1000,
      };
      return parcel(topic, chunk);
    });
    const report: ScanReport = {
      startedAtS: 0,
      endedAtS: pointCount / 100,
      chunkCount,
      completeness: 'whole',
      reason: null,
      ledgerS: NO_TIME,
    };
    const end = parcel(this.#topics.end(requestId, 1), { schema: 'ewald.end/1', bootId: BOOT, requestId, attempt: 1, report });
    this.#prepared = { parcels, report, end };
    this.#report = null;
    this.acknowledged = -1;
  }

  async open(): Promise<void> {
    void this.#beat();
  }

  async publish(topic: string, payload: Uint8Array | string): Promise<void> {
    const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
    const verb = topic.slice(topic.lastIndexOf('/') + 1) as CommandVerb;
    const command = decode(commandSchema, bytes);
    const body = this.#answer(verb, command.body);
    if (command.replyTo === null) return;
    const reply = { schema: 'ewald.reply/1', id: command.id, bootId: BOOT, atS: this.#nowS(), refusal: null, body };
    this.#send(parcel(command.replyTo, reply), false);
  }

  async subscribe(topicFilter: string): Promise<Observable<BusMessage>> {
    const messages = new Subject<BusMessage>();
    this.#listeners.push({ filter: new RegExp(`^${topicFilter.replaceAll('+', '[^/]+')}$`), messages });
    setImmediate(() => this.#greet(topicFilter));
    return messages;
  }

  connected(): Observable<boolean> {
    return this.#up;
  }

  async close(): Promise<void> {
    this.#closing.abort();
  }

  #answer(verb: CommandVerb, body: Readonly<Record<string, unknown>>): object {
    if (verb === 'claim') return { leaseId: 'lease-1', ttlMs: 60_000 };
    if (verb === 'find') return { state: this.#report ? 'finished' : this.#isStreaming ? 'running' : 'lost', report: this.#report };
    if (verb === 'resend') return { from: this.acknowledged + 1, to: this.#prepared?.report.chunkCount ?? 0 };
    if (verb === 'safe') return { shutter: 'closed' };
    if (verb === 'acknowledge') this.acknowledged = Math.max(this.acknowledged, Number(body['sequence']));
    if (verb === 'scan') {
      this.#isStreaming = true;
      this.#stream(0);
    }
    return verb === 'scan' ? { state: 'started' } : {};
  }

  /** As much in each turn of the event loop as a socket gives. */
  #stream(from: number): void {
    const { parcels, end, report } = this.#prepared!;
    setImmediate(() => {
      let at = from;
      for (let bytes = 0; at < parcels.length && bytes < TURN_BYTES; at++) {
        bytes += parcels[at]!.payload.length;
        this.#send(parcels[at]!, false);
      }
      if (at < parcels.length) return this.#stream(at);
      this.#report = report;
      this.#isStreaming = false;
      this.#send(end, false);
    });
  }

  #greet(topicFilter: string): void {
    if (topicFilter === this.#topics.state) this.#send(parcel(this.#topics.state, { state: 'ready', bootId: BOOT }), true);
    if (topicFilter === this.#topics.birth) this.#send(parcel(this.#topics.birth, this.#birth()), true);
  }

  #birth(): WireBirth {
    const { programs: _, delivers: __, canFind: ___, canAbort: ____, ...capabilities } = CAPABILITIES;
    return {
      schema: 'ewald.birth/1',
      bootId: BOOT,
      instrumentId: 'stream',
      title: 'A stream of points',
      software: 'bench ingest',
      simulated: true,
      sampleId: 's1',
      radiation: { anode: 'Cu', lines: [{ wavelengthA: 1.540598, weight: 1 }] },
      capabilities: capabilities as WireBirth['capabilities'],
      clock: { atS: this.#nowS(), speed: 1 },
    };
  }

  async #beat(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const cabinet = { interlockClosed: true, doorsClosed: true, emergencyStop: false, generatorOn: true, shutter: 'closed' };
      const message = {
        schema: 'ewald.safety/1',
        bootId: BOOT,
        sequence: this.#beats++,
        ...cabinet,
        atS: this.#nowS(),
        validForMs: 60_000,
      };
      this.#send(parcel(this.#topics.safety, message), false);
      await this.#clock.sleep(BEAT_MS, signal).catch(() => undefined);
    }
  }

  #send({ topic, payload }: Parcel, retained: boolean): void {
    for (const { filter, messages } of this.#listeners)
      if (filter.test(topic)) messages.next({ topic, payload, retained, acknowledge: () => {} });
  }

  #nowS(): number {
    return this.#clock.monotonicMs() / 1000;
  }
}

function parcel(topic: string, message: object): Parcel {
  return { topic, payload: new TextEncoder().encode(JSON.stringify(message)) };
}
