import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { filter, firstValueFrom, type Observable, take, toArray } from 'rxjs';
import { type MqttBusOptions, mqttMessageBus } from '../../../../drivers/transport/mqtt-message-bus.ts';
import type { BusMessage, MessageBus } from '../../../../src/ports/message-bus.ts';
import { realRuntime } from '../../../support/manual-runtime.ts';
import { startTestBroker, type TestBroker } from '../../../support/test-broker.ts';

const once = { qos: 1, retain: false } as const;
const text = (message: BusMessage) => new TextDecoder().decode(message.payload);
const never = () => new AbortController().signal;
const first = (messages: Observable<BusMessage>, count: number) => firstValueFrom(messages.pipe(take(count), toArray()));

describe('the MQTT message bus', () => {
  let broker: TestBroker;
  const buses: MessageBus[] = [];

  const make = (changes: Partial<MqttBusOptions> = {}): MessageBus => {
    const options = { url: broker.url, clientId: `test-${buses.length}`, connectTimeoutMs: 2000, reconnectEveryMs: 50, ...changes };
    const bus = mqttMessageBus(options, realRuntime());
    buses.push(bus);
    return bus;
  };
  const opened = async (changes: Partial<MqttBusOptions> = {}): Promise<MessageBus> => {
    const bus = make(changes);
    await bus.open(never());
    return bus;
  };

  beforeEach(async () => {
    broker = await startTestBroker();
  });
  afterEach(async () => {
    for (const bus of buses.splice(0)) await bus.close();
    await broker.close();
  });

  test('carries messages, retained ones marked so', async () => {
    const [sender, receiver] = [await opened(), await opened()];
    await sender.publish('a/retained', 'old', { qos: 1, retain: true });
    const messages = await receiver.subscribe('a/+');
    const seen = first(messages, 2);
    await sender.publish('a/live', new Uint8Array([104, 105]), once);
    const [retained, live] = await seen;
    expect([retained!.retained, text(retained!)]).toEqual([true, 'old']);
    expect([live!.retained, text(live!), live!.topic]).toEqual([false, 'hi', 'a/live']);
  });

  test('goes on where the consumer acknowledges nothing', async () => {
    const [sender, receiver] = [await opened(), await opened()];
    const seen = first(await receiver.subscribe('n'), 200);
    for (let i = 0; i < 200; i++) await sender.publish('n', String(i), once);
    expect((await seen).map(text)).toEqual(Array.from({ length: 200 }, (_, i) => String(i)));
    await receiver.publish('m', 'still alive', once);
  });

  test('acknowledges to the broker what the consumer acknowledged', async () => {
    const [sender, receiver] = [await opened(), await opened()];
    const seen = first(await receiver.subscribe('n'), 3);
    for (let i = 0; i < 3; i++) await sender.publish('n', String(i), once);
    const messages = await seen;
    await receiver.publish('m', 'x', once);
    expect(broker.confirmed()).toBe(0);
    for (const message of messages.slice(0, 2)) {
      message.acknowledge();
      message.acknowledge();
    }
    await receiver.publish('m', 'x', once);
    expect(broker.confirmed()).toBe(2);
  });

  test('acknowledges what nobody listens to any more', async () => {
    const [sender, receiver] = [await opened(), await opened()];
    (await receiver.subscribe('n')).subscribe().unsubscribe();
    await sender.publish('n', 'x', once);
    await receiver.publish('m', 'x', once);
    expect(broker.confirmed()).toBe(1);
  });

  test('comes back after a broken link, with its subscriptions', async () => {
    const [sender, receiver] = [await opened(), await opened()];
    const messages = await receiver.subscribe('n');
    const seen = first(messages, 1);
    const changes: boolean[] = [];
    receiver.connected().subscribe((up) => changes.push(up));
    broker.dropConnections();
    await firstValueFrom(receiver.connected().pipe(filter((up) => !up)));
    await expect(receiver.publish('m', 'x', once)).rejects.toMatchObject({ code: 'link' });
    await firstValueFrom(receiver.connected().pipe(filter(Boolean)));
    await firstValueFrom(sender.connected().pipe(filter(Boolean)));
    await sender.publish('n', 'after', once);
    expect((await seen).map(text)).toEqual(['after']);
    expect(changes).toEqual([true, false, true]);
  });

  test('sends nothing late: what failed while the link was down does not arrive afterwards', async () => {
    const [sender, receiver] = [await opened(), await opened()];
    const texts: string[] = [];
    (await receiver.subscribe('n')).subscribe((message) => texts.push(text(message)));
    broker.dropConnections();
    await firstValueFrom(sender.connected().pipe(filter((up) => !up)));
    await expect(sender.publish('n', 'stale', once)).rejects.toMatchObject({ code: 'link' });
    for (const bus of [sender, receiver]) await firstValueFrom(bus.connected().pipe(filter(Boolean)));
    await sender.publish('n', 'new', once);
    await sender.publish('n', 'newer', once);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(texts).toEqual(['new', 'newer']);
  });

  test('the last will is published when a client disappears, not when it says goodbye', async () => {
    const watcher = await opened();
    const polite = await opened({ will: { topic: 'w', payload: 'polite' } });
    await polite.close();
    const seen = first(await watcher.subscribe('w'), 1);
    const lost = make({ will: { topic: 'w', payload: 'lost' }, reconnectEveryMs: 60_000 });
    await lost.open(never());
    broker.dropConnections();
    expect((await seen).map(text)).toEqual(['lost']);
  });

  test('a broker that is not there is named, with a remedy', async () => {
    const bus = mqttMessageBus({ url: 'mqtt://127.0.0.1:1', clientId: 'x', connectTimeoutMs: 2000 }, realRuntime());
    await expect(bus.open(never())).rejects.toMatchObject({
      code: 'link',
      message: 'cannot connect to the broker at mqtt://127.0.0.1:1: ECONNREFUSED',
      remedy: 'start the broker there, or mend its address',
    });
  });

  test('a wrong password is named, and appears nowhere', async () => {
    const locked = await startTestBroker(0, (user, password) => user === 'ewald' && password === 'right');
    const options = { url: locked.url, clientId: 'x', connectTimeoutMs: 2000, username: 'ewald' };
    const error = await mqttMessageBus({ ...options, password: 'wrong-secret' }, realRuntime())
      .open(never())
      .catch((caught) => caught);
    expect(error).toMatchObject({ code: 'link', remedy: 'mend user and password' });
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain('wrong-secret');
    const right = mqttMessageBus({ ...options, password: 'right' }, realRuntime());
    await right.open(never());
    await right.close();
    await locked.close();
  });

  test.each([
    ['http://x', 'is not the address of an MQTT broker'],
    ['localhost', 'is not the address of an MQTT broker'],
    ['mqtt://user:hush@x', 'contains a user or password'],
  ])('refuses the address %s', (url, why) => {
    const making = () => mqttMessageBus({ url, clientId: 'x', connectTimeoutMs: 1 }, realRuntime());
    expect(making).toThrow(why);
    expect(making).not.toThrow('hush');
  });
});
