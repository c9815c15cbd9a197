import { afterEach, describe, expect, test } from '@jest/globals';
import { mqttMessageBus } from '../../../drivers/transport/mqtt-message-bus.ts';
import { startBroker } from '../../../simulators/broker.ts';
import { wallClock } from '../../../simulators/wall-runtime.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import { silentLog } from './manual-clock.ts';

const runtime = { clock: wallClock, log: silentLog, random: seededRandom(1) };
const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(options: Partial<Parameters<typeof startBroker>[0]> = {}) {
  const broker = await startBroker({ host: '127.0.0.1', port: 0, ...options });
  cleanUps.push(() => broker.close());
  return broker;
}

async function connect(url: string, clientId: string, credentials: { username?: string; password?: string } = {}) {
  const bus = mqttMessageBus({ url, clientId, connectTimeoutMs: 2000, reconnectEveryMs: 20, ...credentials }, runtime);
  cleanUps.push(() => bus.close());
  await bus.open(new AbortController().signal);
  return bus;
}

describe('the embedded broker', () => {
  test.each(['0.0.0.0', '192.0.2.1', '::', 'example.org'])('does not listen on %s without credentials', async (host) => {
    await expect(startBroker({ host, port: 0 })).rejects.toMatchObject({ code: 'badInput', remedy: expect.stringContaining('--tls-cert') });
    await expect(startBroker({ host, port: 0, username: 'me' })).rejects.toMatchObject({ code: 'badInput' });
  });

  test('lets nobody in without the password where one is set', async () => {
    const { url } = await start({ username: 'me', password: 'secret' });
    await expect(connect(url, 'stranger')).rejects.toMatchObject({ code: 'link' });
    await expect(connect(url, 'liar', { username: 'me', password: 'wrong' })).rejects.toMatchObject({ code: 'link' });
    await connect(url, 'owner', { username: 'me', password: 'secret' });
  });

  test('a port that is taken is a fault of the link', async () => {
    const { port } = await start();
    await expect(startBroker({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'link',
      message: expect.stringContaining('EADDRINUSE'),
    });
  });

  test('keeps retained messages while it is down and takes its clients back', async () => {
    const broker = await start();
    const bus = await connect(broker.url, 'one');
    await bus.publish('a/b', 'kept', { retain: true, qos: 1 });
    const links: boolean[] = [];
    bus.connected().subscribe((up) => links.push(up));
    await broker.drop();
    await expect(connect(broker.url, 'two')).rejects.toMatchObject({ code: 'link' });
    await broker.restore();
    while (links.at(-1) !== true || links.length < 3) await wallClock.sleep(5);
    expect(links).toEqual([true, false, true]);
    const late = await connect(broker.url, 'late');
    const messages = await late.subscribe('a/#');
    const kept = await new Promise<string>((resolve) => {
      messages.subscribe((message) => resolve(new TextDecoder().decode(message.payload)));
    });
    expect(kept).toBe('kept');
  });

  test('a client that is cut stays out until it is admitted, others do not notice', async () => {
    const broker = await start();
    const cut = await connect(broker.url, 'cut');
    const other = await connect(broker.url, 'other');
    const seen = { cut: [] as boolean[], other: [] as boolean[] };
    cut.connected().subscribe((up) => seen.cut.push(up));
    other.connected().subscribe((up) => seen.other.push(up));
    broker.cut('cut');
    await wallClock.sleep(200);
    expect(seen).toEqual({ cut: [true, false], other: [true] });
    broker.admit('cut');
    while (seen.cut.at(-1) !== true) await wallClock.sleep(5);
    expect(seen.other).toEqual([true]);
  });
});
