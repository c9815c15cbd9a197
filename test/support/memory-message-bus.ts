import { BehaviorSubject, type Observable, Subject } from 'rxjs';
import { fromStart } from '../../drivers/transport/from-start.ts';
import { matchesTopic } from '../../drivers/transport/topic-filter.ts';
import { EwaldError } from '../../src/domain/errors.ts';
import type { BusMessage, MessageBus, PublishOptions } from '../../src/ports/message-bus.ts';

export interface Parcel {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** What a tap makes of one parcel on its way: itself, nothing, several, or something else. */
export type Tap = (parcel: Parcel) => readonly Parcel[];

interface Subscription {
  readonly filter: string;
  readonly messages: Subject<BusMessage>;
}

/** An MQTT broker in memory: wildcards, retained messages, last wills, links that can be cut, and a tap that can spoil parcels. */
export class MemoryBroker {
  readonly retained = new Map<string, Uint8Array>();
  readonly clients: MemoryBus[] = [];
  /** Everything published, in order. */
  readonly published: Parcel[] = [];
  tap: Tap = (parcel) => [parcel];

  client(will?: Parcel): MemoryBus {
    const bus = new MemoryBus(this, will ?? null);
    this.clients.push(bus);
    return bus;
  }

  route(parcel: Parcel, retain: boolean): void {
    this.published.push(parcel);
    if (retain && parcel.payload.byteLength === 0) this.retained.delete(parcel.topic);
    else if (retain) this.retained.set(parcel.topic, parcel.payload);
    for (const out of this.tap(parcel)) for (const client of this.clients) client.receive(out, false);
  }
}

export class MemoryBus implements MessageBus {
  readonly #broker: MemoryBroker;
  readonly #will: Parcel | null;
  readonly #connected = new BehaviorSubject(false);
  #subscriptions: Subscription[] = [];
  /** Messages handed out and not acknowledged. */
  unacknowledged = 0;

  constructor(broker: MemoryBroker, will: Parcel | null) {
    this.#broker = broker;
    this.#will = will;
  }

  async open(_signal: AbortSignal): Promise<void> {
    this.#connected.next(true);
  }

  async publish(topic: string, payload: Uint8Array | string, options: PublishOptions): Promise<void> {
    if (!this.#connected.value) throw new EwaldError('link', topic, 'the link is cut', 'wait until it is back');
    const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
    this.#broker.route({ topic, payload: bytes }, options.retain);
  }

  async subscribe(filter: string): Promise<Observable<BusMessage>> {
    const subscription = { filter, messages: new Subject<BusMessage>() };
    this.#subscriptions.push(subscription);
    const early: BusMessage[] = [];
    const keeping = subscription.messages.subscribe((message) => early.push(message));
    this.#replay([subscription]);
    return fromStart(subscription.messages, early, () => keeping.unsubscribe());
  }

  connected(): Observable<boolean> {
    return this.#connected;
  }

  async close(): Promise<void> {
    this.#connected.next(false);
    this.#subscriptions = [];
  }

  /** The wire breaks: nothing passes in either direction, and the broker publishes the last will. */
  cut(): void {
    this.#connected.next(false);
    if (this.#will) this.#broker.route(this.#will, true);
  }

  /** The wire is back; retained messages come again, as after a renewed subscription. */
  mend(): void {
    this.#connected.next(true);
    queueMicrotask(() => this.#replay(this.#subscriptions));
  }

  receive(parcel: Parcel, retained: boolean): void {
    for (const subscription of this.#subscriptions) {
      if (matchesTopic(subscription.filter, parcel.topic)) queueMicrotask(() => this.#hand(subscription, parcel, retained));
    }
  }

  #replay(subscriptions: readonly Subscription[]): void {
    for (const [topic, payload] of this.#broker.retained) {
      for (const subscription of subscriptions) {
        if (matchesTopic(subscription.filter, topic)) this.#hand(subscription, { topic, payload }, true);
      }
    }
  }

  #hand(subscription: Subscription, parcel: Parcel, retained: boolean): void {
    if (!this.#connected.value) return;
    this.unacknowledged += 1;
    let open = true;
    const acknowledge = () => {
      if (open) this.unacknowledged -= 1;
      open = false;
    };
    subscription.messages.next({ ...parcel, retained, acknowledge });
  }
}
