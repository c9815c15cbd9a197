import { type CommandVerb, decode, replySchema, topicsOf, type WireBirth, type WireReply } from '../../drivers/mqtt/protocol.ts';
import { mqttMessageBus } from '../../drivers/transport/mqtt-message-bus.ts';
import { wallClock } from '../../simulators/wall-runtime.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import type { MessageBus } from '../../src/ports/message-bus.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';

interface Heard {
  readonly topic: string;
  readonly text: string;
  readonly retained: boolean;
}

/** A bare client on the wire that hears everything and sends what the test tells it, right or wrong. */
export class WireClient {
  readonly heard: Heard[] = [];
  leaseId: string | null = null;
  private readonly clientId: string;
  private readonly root: string;
  private readonly bus: MessageBus;
  private sent = 0;

  constructor(url: string, root: string, clientId = 'tester') {
    this.root = root;
    this.clientId = clientId;
    this.bus = mqttMessageBus(
      { url, clientId, connectTimeoutMs: 5000, reconnectEveryMs: 50 },
      { clock: wallClock, log: silentLog, random: seededRandom(1) },
    );
  }

  async open(): Promise<this> {
    await this.bus.open(new AbortController().signal);
    const all = await this.bus.subscribe('#');
    all.subscribe(({ topic, payload, retained, acknowledge }) => {
      this.heard.push({ topic, text: new TextDecoder().decode(payload), retained });
      acknowledge();
    });
    await this.until('a state', () => this.last(topicsOf(this.root).state) !== null);
    return this;
  }

  /** The newest message on a topic as JSON; null where there is none. */
  last(topic: string): Record<string, unknown> | null {
    const text = this.heard.findLast((message) => message.topic === topic)?.text;
    return text ? JSON.parse(text) : null;
  }

  all(topic: string): Record<string, unknown>[] {
    return this.heard.filter((message) => message.topic === topic).map((message) => JSON.parse(message.text));
  }

  birth(): WireBirth {
    return this.last(topicsOf(this.root).birth) as unknown as WireBirth;
  }

  async until(what: string, isTrue: () => boolean, withinMs = 8000): Promise<void> {
    const endMs = wallClock.monotonicMs() + withinMs;
    while (!isTrue()) {
      if (wallClock.monotonicMs() > endMs) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
      await wallClock.sleep(5);
    }
  }

  async send(verb: CommandVerb, body: Record<string, unknown>): Promise<WireReply> {
    const topics = topicsOf(this.root);
    const id = `${this.clientId}-${++this.sent}`;
    const command = {
      schema: 'ewald.command/1',
      id,
      clientId: this.clientId,
      replyTo: topics.reply(this.clientId),
      bootId: this.birth().bootId,
      leaseId: this.leaseId,
      issuedAtS: 0,
      expiresAtS: 1e9,
      body,
    };
    await this.publish(topics.command(verb), JSON.stringify(command));
    const reply = () => this.all(topics.reply(this.clientId)).find((message) => message['id'] === id);
    await this.until(`the reply to ${verb}`, () => reply() !== undefined);
    return decode(replySchema, new TextEncoder().encode(JSON.stringify(reply())));
  }

  async claim(ttlMs: number): Promise<void> {
    this.leaseId = (await this.send('claim', { ttlMs })).body['leaseId'] as string;
  }

  publish(topic: string, text: string): Promise<void> {
    return this.bus.publish(topic, text, { retain: false, qos: 1 });
  }

  close(): Promise<void> {
    return this.bus.close();
  }
}
