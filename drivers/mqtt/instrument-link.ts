import { BehaviorSubject, filter, firstValueFrom, type Observable, type Subscription } from 'rxjs';
import type { z } from 'zod';
import { EwaldError } from '../../src/domain/errors.ts';
import type { BusMessage, MessageBus } from '../../src/ports/message-bus.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import { within } from '../transport/deadline.ts';
import { ReplyWaiter } from '../transport/reply-waiter.ts';
import { AlarmBoard } from '../watching/alarm-board.ts';
import { zeroCounters } from './counters.ts';
import { InstrumentClock } from './instrument-clock.ts';
import { linkDown, notThere } from './link-errors.ts';
import {
  alarmSchema,
  birthSchema,
  chunkSchema,
  decode,
  endSchema,
  replySchema,
  safetySchema,
  stateSchema,
  topicsOf,
  type WireBirth,
  WireError,
  type WireReply,
  type WireState,
} from './protocol.ts';
import { SafetyWatch } from './safety-watch.ts';
import { keyOf, misfit, ScanDesk, type ScanKey } from './scan-desk.ts';

const LINK_ALARM = '(link)';

/** Listens to one instrument: what it says of itself, and what it sends to those who ask. */
export class InstrumentLink {
  readonly topics: ReturnType<typeof topicsOf>;
  readonly clock: InstrumentClock;
  readonly safety: SafetyWatch;
  readonly alarms = new AlarmBoard();
  readonly replies: ReplyWaiter<WireReply>;
  readonly scans: ScanDesk;
  readonly counters = zeroCounters();
  readonly #bus: MessageBus;
  readonly #root: string;
  readonly #clientId: string;
  readonly #runtime: Runtime;
  readonly #up = new BehaviorSubject(false);
  readonly #ready = new BehaviorSubject(false);
  readonly #subscriptions: Subscription[] = [];
  #connected = false;
  #birth: WireBirth | null = null;
  #state: WireState | null = null;
  #alive = false;

  constructor(bus: MessageBus, topicRoot: string, clientId: string, runtime: Runtime) {
    this.topics = topicsOf(topicRoot);
    this.clock = new InstrumentClock(runtime.clock);
    this.safety = new SafetyWatch(runtime.clock);
    this.replies = new ReplyWaiter(runtime.clock);
    this.scans = new ScanDesk(runtime.clock);
    this.#bus = bus;
    this.#root = topicRoot;
    this.#clientId = clientId;
    this.#runtime = runtime;
  }

  /** The latest birth; null before the instrument was heard. */
  get birth(): WireBirth | null {
    return this.#birth;
  }

  get isUp(): boolean {
    return this.#up.value;
  }

  /** Whether the instrument can be reached, and every change. */
  get up(): Observable<boolean> {
    return this.#up;
  }

  /** Subscribes to everything, then waits until the instrument has proved to be there: birth, ready, and a live safety message. */
  async open(signal: AbortSignal, timeoutMs: number): Promise<WireBirth> {
    await this.#bus.open(signal);
    const { topics } = this;
    await this.#listen(topics.state, (message) => this.#onState(message));
    await this.#listen(topics.birth, (message) => this.#onBirth(message));
    await this.#listen(topics.alarms, (message) => this.#onAlarm(message));
    await this.#listen(topics.safety, (message) => this.#onSafety(message));
    await this.#listen(topics.reply(this.#clientId), (message) => this.#onReply(message));
    await this.#listen(topics.chunks, (message) => this.#onChunk(message));
    await this.#listen(topics.ends, (message) => this.#onEnd(message));
    this.#subscriptions.push(this.#bus.connected().subscribe((connected) => this.#onConnected(connected)));
    const ready = firstValueFrom(this.#ready.pipe(filter(Boolean)));
    // The signal may outlive many links: it must not keep a listener of each.
    const waited = new AbortController();
    const stopped = new Promise<never>((_, reject) => {
      const stop = () => reject(new EwaldError('interrupted', this.#root, 'waiting for the instrument was interrupted', 'start again'));
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true, signal: waited.signal });
    });
    const first = Promise.race([ready, stopped]);
    await within(this.#runtime.clock, timeoutMs, first, () => this.#silent(timeoutMs)).finally(() => waited.abort());
    return this.#birth!;
  }

  publish(topic: string, message: object): Promise<void> {
    return this.#bus.publish(topic, JSON.stringify(message), { qos: 1, retain: false });
  }

  /** Settles when the instrument can be reached; fails with 'link' where that takes longer. */
  async whenUp(graceMs: number): Promise<void> {
    if (this.isUp) return;
    const up = firstValueFrom(this.#up.pipe(filter(Boolean)));
    const down = () => this.#down(graceMs >= 1 ? `for ${Math.round(graceMs)} ms` : '');
    await within(this.#runtime.clock, graceMs, up, down).catch(() => {
      throw down();
    });
  }

  async close(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.replies.failAll(new EwaldError('link', this.#root, 'the link to the instrument was closed', 'open it again'));
    this.#up.complete();
    this.#ready.complete();
    this.safety.close();
    this.alarms.close();
    this.scans.wakeAll();
    await this.#bus.close();
  }

  async #listen(topicFilter: string, handle: (message: BusMessage) => void): Promise<void> {
    const messages = await this.#bus.subscribe(topicFilter);
    const receive = (message: BusMessage) => {
      // Nothing here needs the broker to deliver again: what is missing is asked from the instrument, which keeps it.
      message.acknowledge();
      handle(message);
    };
    this.#subscriptions.push(messages.subscribe(receive));
  }

  #read<T>(schema: z.ZodType<T>, message: BusMessage): T | null {
    try {
      return decode(schema, message.payload);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#spoiled(message.topic, error.message);
      return null;
    }
  }

  #spoiled(topic: string, why: string): void {
    this.counters.garbled += 1;
    this.#runtime.log.warn('garbled message dropped', { topic, why });
  }

  #onConnected(connected: boolean): void {
    this.#connected = connected;
    if (!connected) this.alarms.doubt();
    this.#judge();
  }

  #onState(message: BusMessage): void {
    this.#state = this.#read(stateSchema, message) ?? this.#state;
    this.#judge();
  }

  #onBirth(message: BusMessage): void {
    const birth = this.#read(birthSchema, message);
    if (!birth) return;
    if (birth.bootId !== this.#birth?.bootId) this.#alive = false;
    this.#birth = birth;
    this.clock.runsAt(birth.clock.speed);
    if (!message.retained) this.clock.hear(birth.clock.atS);
    this.safety.boot(birth.bootId);
    this.#judge();
  }

  #onSafety(message: BusMessage): void {
    const safety = this.#read(safetySchema, message);
    if (!safety || !this.safety.hear(safety, message.retained)) return;
    this.clock.hear(safety.atS);
    this.#alive = true;
    if (this.#connected) this.alarms.settle();
    this.#judge();
  }

  #onAlarm(message: BusMessage): void {
    const alarmId = message.topic.slice(message.topic.lastIndexOf('/') + 1);
    if (message.payload.byteLength === 0) this.alarms.clear(alarmId);
    else {
      const alarm = this.#read(alarmSchema, message);
      if (alarm) this.alarms.raise(alarmId, alarm);
    }
  }

  #onReply(message: BusMessage): void {
    const reply = this.#read(replySchema, message);
    if (reply && !this.replies.deliver(reply.id, reply)) this.counters.lateReplies += 1;
  }

  #onChunk(message: BusMessage): void {
    const key = keyOf(message.topic);
    const chunk = this.#read(chunkSchema, message);
    const fault = chunk && misfit(chunk);
    if (fault) this.#spoiled(message.topic, fault);
    if (!key) return;
    if (!chunk || fault) this.scans.hand(key, { kind: 'garbled', of: 'chunk' });
    else if (!this.#isForeign(key, chunk) && !this.scans.hand(key, { kind: 'chunk', chunk })) this.counters.foreign += 1;
  }

  #onEnd(message: BusMessage): void {
    const key = keyOf(message.topic);
    const end = this.#read(endSchema, message);
    if (!key) return;
    if (!end) this.scans.hand(key, { kind: 'garbled', of: 'end' });
    else if (!this.#isForeign(key, end) && !this.scans.hand(key, { kind: 'end', end })) this.counters.foreign += 1;
  }

  #isForeign(key: ScanKey, frame: ScanKey & { readonly bootId: string }): boolean {
    const own = frame.bootId === this.#birth?.bootId && frame.requestId === key.requestId && frame.attempt === key.attempt;
    if (!own) this.counters.foreign += 1;
    return !own;
  }

  /** A state of another boot than the birth's is the late last will of an earlier start. */
  #saysGone(): boolean {
    const state = this.#state;
    return state !== null && state.bootId === this.#birth?.bootId && (state.state === 'lost' || state.state === 'disconnected');
  }

  #judge(): void {
    const up = this.#connected && this.#birth !== null && !this.#saysGone();
    const waits = this.#state === null || (this.#state.bootId === this.#birth?.bootId && this.#state.state !== 'ready');
    if (up && this.#alive && !waits) this.#ready.next(true);
    if (up !== this.#up.value) {
      if (up) this.alarms.clear(LINK_ALARM);
      else this.alarms.raise(LINK_ALARM, { kind: 'link', text: this.#down('').message });
      this.#up.next(up);
    }
    this.scans.wakeAll();
  }

  #down(how: string): EwaldError {
    return linkDown(this.#root, this.#connected, how);
  }

  #silent(timeoutMs: number): EwaldError {
    return notThere(this.#root, this.#state, this.#birth, this.counters.garbled, timeoutMs);
  }
}
