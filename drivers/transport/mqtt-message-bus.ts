import { type IClientOptions, type MqttClient, connect as mqttConnect } from 'mqtt';
import { BehaviorSubject, distinctUntilChanged, type Observable, Subject } from 'rxjs';
import { badInput, EwaldError } from '../../src/domain/errors.ts';
import type { BusMessage, MessageBus, PublishOptions } from '../../src/ports/message-bus.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import { within } from './deadline.ts';
import { fromStart } from './from-start.ts';
import { matchesTopic } from './topic-filter.ts';

export interface MqttBusOptions {
  /** `mqtt://host:1883` or `mqtts://host:8883`, without user and password. */
  readonly url: string;
  readonly clientId: string;
  readonly connectTimeoutMs: number;
  /** How long the broker may take to confirm a message or a subscription. */
  readonly confirmTimeoutMs?: number;
  readonly reconnectEveryMs?: number;
  readonly username?: string;
  readonly password?: string;
  /** Certificates of the authority that signed the broker's, as PEM text. */
  readonly ca?: string;
  /** Published by the broker, retained, when this client is gone without a farewell. */
  readonly will?: { readonly topic: string; readonly payload: string };
}

interface Listener {
  readonly filter: string;
  readonly messages: Subject<BusMessage>;
}

/**
 * The message bus on MQTT 3.1.1 with a clean session. Each connection is a new client of the library: its own reconnecting sends messages that
 * were under way once more when the link is back, and a command must never arrive late.
 */
export function mqttMessageBus(options: MqttBusOptions, runtime: Runtime): MessageBus {
  return new MqttMessageBus(options, runtime);
}

class MqttMessageBus implements MessageBus {
  readonly #options: MqttBusOptions;
  readonly #runtime: Runtime;
  readonly #confirmMs: number;
  readonly #up = new BehaviorSubject(false);
  readonly #closing = new AbortController();
  #listeners: Listener[] = [];
  #client: MqttClient | null = null;

  constructor(options: MqttBusOptions, runtime: Runtime) {
    const url = URL.canParse(options.url) ? new URL(options.url) : null;
    if (!url || !['mqtt:', 'mqtts:'].includes(url.protocol)) {
      throw badInput('url', `'${url ? url.protocol : options.url}' is not the address of an MQTT broker`, 'write it as mqtt://host:1883');
    }
    if (url.username || url.password) {
      throw badInput('url', `the address of the broker ${url.host} contains a user or password`, 'give them apart from the address');
    }
    this.#options = options;
    this.#runtime = runtime;
    this.#confirmMs = options.confirmTimeoutMs ?? 5000;
  }

  async open(signal: AbortSignal): Promise<void> {
    await this.#connect(signal);
  }

  async publish(topic: string, payload: Uint8Array | string, options: PublishOptions): Promise<void> {
    const client = this.#client;
    if (!client?.connected) throw this.#lost(`cannot send to ${topic}: the link to ${this.#options.url} is down`);
    const bytes = typeof payload === 'string' ? payload : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    await this.#confirmed(client, client.publishAsync(topic, bytes, { qos: options.qos, retain: options.retain }), topic);
  }

  async subscribe(topicFilter: string): Promise<Observable<BusMessage>> {
    const client = this.#client;
    if (!client?.connected) throw this.#lost(`cannot subscribe to ${topicFilter}: the link to ${this.#options.url} is down`);
    const listener: Listener = { filter: topicFilter, messages: new Subject() };
    this.#listeners.push(listener);
    // What the broker sends before the caller could subscribe to the observable (retained messages) is kept for it.
    const early: BusMessage[] = [];
    const keeping = listener.messages.subscribe((message) => early.push(message));
    try {
      await this.#ask(client, topicFilter);
    } catch (error) {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
      keeping.unsubscribe();
      throw error;
    }
    return fromStart(listener.messages, early, () => keeping.unsubscribe());
  }

  connected(): Observable<boolean> {
    return this.#up.pipe(distinctUntilChanged());
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const client = this.#client;
    this.#client = null;
    if (client) {
      const ended = client.endAsync(false);
      await within(this.#runtime.clock, 1000, ended, () => this.#lost('farewell not confirmed')).catch(() => client.end(true));
    }
    this.#up.next(false);
    this.#up.complete();
    for (const listener of this.#listeners) listener.messages.complete();
    this.#listeners = [];
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const { options } = this;
    const client = mqttConnect(this.#options.url, options);
    try {
      await within(this.#runtime.clock, this.#options.connectTimeoutMs, connectedOrFailed(client, signal), () => new Error('no answer'));
      this.#serve(client);
      for (const filter of new Set(this.#listeners.map((listener) => listener.filter))) await this.#ask(client, filter);
      this.#up.next(true);
    } catch (error) {
      if (this.#client === client) this.#client = null;
      client.end(true);
      if (signal.aborted) throw new EwaldError('interrupted', 'broker', 'connecting to the broker was interrupted', 'start again');
      throw refused(this.#options.url, error);
    }
  }

  get options(): IClientOptions {
    const { clientId, connectTimeoutMs, username, password, ca, will } = this.#options;
    return {
      clientId,
      protocolVersion: 4,
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: connectTimeoutMs,
      keepalive: 5,
      resubscribe: false,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(ca === undefined ? {} : { ca }),
      ...(will ? { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true } } : {}),
    };
  }

  #serve(client: MqttClient): void {
    this.#client = client;
    // Every publish that waits for its confirmation listens for the end of the connection.
    client.setMaxListeners(0);
    client.handleMessage = (packet, done) => {
      const confirm = () => {
        if (packet.cmd === 'publish' && packet.qos === 1 && client.connected) client.stream.write(puback(packet.messageId ?? 0));
      };
      if (packet.cmd === 'publish') this.#deliver(packet.topic, packet.payload, packet.retain, confirm);
      // An error makes the library go on without its own acknowledgement; ours follows when the message is dealt with.
      done(new Error('acknowledged later'));
    };
    client.on('close', () => {
      if (this.#client !== client) return;
      this.#client = null;
      client.end(true);
      if (!this.#up.value) return; // still connecting: that attempt fails by itself
      this.#up.next(false);
      this.#runtime.log.warn('link to the broker lost', { url: this.#options.url });
      void this.#comeBack();
    });
  }

  async #comeBack(): Promise<void> {
    const signal = this.#closing.signal;
    while (!signal.aborted && !this.#client) {
      await this.#runtime.clock.sleep(this.#options.reconnectEveryMs ?? 500, signal).catch(() => undefined);
      if (signal.aborted) return;
      await this.#connect(signal).catch((error: EwaldError) => this.#runtime.log.debug(error.message));
    }
  }

  #deliver(topic: string, payload: string | Buffer, retained: boolean, confirm: () => void): void {
    const interested = this.#listeners.filter((listener) => listener.messages.observed && matchesTopic(listener.filter, topic));
    const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
    let open = interested.length;
    if (open === 0) confirm();
    for (const { messages } of interested) {
      let mine = true;
      const acknowledge = () => {
        if (mine && --open === 0) confirm();
        mine = false;
      };
      messages.next({ topic, payload: bytes, retained, acknowledge });
    }
  }

  async #ask(client: MqttClient, filter: string): Promise<void> {
    const granted = await this.#confirmed(client, client.subscribeAsync(filter, { qos: 1 }), filter);
    if (granted.some((grant) => grant.qos > 2)) throw this.#lost(`the broker refuses the subscription to ${filter}`);
  }

  /** `work`, or 'timeout' or 'link' where the broker does not confirm it. */
  #confirmed<T>(client: MqttClient, work: Promise<T>, topic: string): Promise<T> {
    const gone = new Promise<never>((_, reject) => {
      const onClose = () => reject(this.#lost(`the link to ${this.#options.url} broke while ${topic} was under way`));
      client.once('close', onClose);
      work.finally(() => client.removeListener('close', onClose)).catch(() => undefined);
    });
    const failed = work.catch((error: Error) => {
      throw this.#lost(`${topic}: ${error.message}`, error);
    });
    return within(this.#runtime.clock, this.#confirmMs, Promise.race([failed, gone]), () => {
      return new EwaldError(
        'timeout',
        topic,
        `the broker did not confirm ${topic} within ${this.#confirmMs} ms`,
        'see whether the broker is overloaded',
      );
    });
  }

  #lost(message: string, cause?: unknown): EwaldError {
    return new EwaldError('link', this.#options.url, message, 'see that the broker runs and the network reaches it', cause);
  }
}

function connectedOrFailed(client: MqttClient, signal: AbortSignal): Promise<void> {
  // The signal may outlive many connections: it must not keep a listener of each.
  const waited = new AbortController();
  const settled = new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.on('error', reject);
    client.once('close', () => reject(new Error('connection closed')));
    if (signal.aborted) reject(new Error('interrupted'));
    signal.addEventListener('abort', () => reject(new Error('interrupted')), { once: true, signal: waited.signal });
  });
  return settled.finally(() => waited.abort());
}

function refused(url: string, error: unknown): EwaldError {
  if (error instanceof EwaldError) return error;
  const code = (error as { code?: unknown }).code;
  const detail = typeof code === 'string' ? code : error instanceof Error ? error.message : String(error);
  const remedy =
    code === 4 || code === 5 || /not authorized|bad user/i.test(detail)
      ? 'mend user and password'
      : 'start the broker there, or mend its address';
  return new EwaldError('link', url, `cannot connect to the broker at ${url}: ${detail}`, remedy, error);
}

/** PUBACK of MQTT 3.1.1: the packet type, the length 2, the packet id. */
function puback(packetId: number): Buffer {
  return Buffer.from([0x40, 2, packetId >> 8, packetId & 0xff]);
}
