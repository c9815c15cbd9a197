import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect as connectMqtt } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { mqttMessageBus } from '../../../../drivers/transport/mqtt-message-bus.ts';
import { lookAtConnect } from '../../../../simulators/proxy/mqtt-connect.ts';
import { type RunningPlayer, runPlayer } from '../../../../simulators/proxy/player.ts';
import { type RunningProxy, runProxy } from '../../../../simulators/proxy/proxy.ts';
import { wallClock } from '../../../../simulators/wall-runtime.ts';
import { seededRandom } from '../../../../src/diffraction/seeded-random.ts';
import { startTestBroker } from '../../../support/test-broker.ts';
import { echoInstrument, SocketClient } from '../../../support/wires/echo-instrument.ts';
import { temporaryFolders } from '../../../support/wires/temporary-folders.ts';
import { silentLog } from '../manual-clock.ts';

const folders = temporaryFolders('ewald-record-');
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  folders.clear();
});

function clientOf(running: RunningProxy | RunningPlayer): SocketClient {
  const client = new SocketClient(Number(running.address()['port']));
  cleanUps.push(() => client.close());
  return client;
}

/** Two links to an instrument that answers each line. */
async function recorded(): Promise<string> {
  const far = await echoInstrument();
  const record = join(folders.make(), 'wire.jsonl');
  const proxy = await runProxy({ to: `127.0.0.1:${far.port}`, listen: 0, record }, { log: silentLog });
  cleanUps.push(() => far.close());
  for (const lines of [['one\r', 'two\r'], ['three\r']]) {
    const client = clientOf(proxy);
    let expected = '';
    for (const line of lines) {
      client.send(line);
      expected += `=${line}`;
      await client.hears(expected);
      await wallClock.sleep(30);
    }
    client.finish();
    await client.until(() => client.isEnded, 'the end of the link');
  }
  await proxy.close();
  return record;
}

async function play(file: string, speed: number | 'max' = 'max'): Promise<RunningPlayer> {
  const player = await runPlayer({ file, listen: 0, speed });
  cleanUps.push(() => player.close());
  return player;
}

describe('a recorded wire', () => {
  test('is a file of its own user, with both directions and their times', async () => {
    const file = await recorded();
    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ ewaldWire: 1, wire: expect.stringMatching(/^tcp:/) });
    expect(lines.slice(1, 4)).toMatchObject([
      { link: 1, event: 'opened' },
      { link: 1, dir: 'toInstrument', base64: Buffer.from('one\r').toString('base64') },
      { link: 1, dir: 'toController', base64: Buffer.from('=one\r').toString('base64') },
    ]);
    expect(lines.at(-1)).toMatchObject({ link: 2, event: 'ended', by: 'controller' });
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  test('is played again, at the recorded pace, to whoever says the same', async () => {
    const player = await play(await recorded(), 1);
    const one = clientOf(player);
    const startMs = wallClock.monotonicMs();
    one.send('on');
    one.send('e\rtwo\r');
    await one.hears('=one\r=two\r');
    expect(wallClock.monotonicMs() - startMs).toBeLessThan(1000);
    one.finish();
    const two = clientOf(player);
    two.send('three\r');
    await two.hears('=three\r');
    two.finish();
    expect(await player.ended).toEqual({ links: 2, heardBytes: 14, saidBytes: 17 });
  });

  test.each<[string, readonly string[], RegExp]>([
    ['says something else', ['one\r', 'tWo\r'], /byte 5 of link 1: recorded was 'two\\r', and 'tWo\\r' came/],
    ['says more', ['one\r', 'two\r', 'x'], /byte 8 of link 1: recorded was nothing more, and 'x' came/],
    ['leaves early', ['one\r', 'FIN'], /it closed the link on link 1 after 4 of 8 bytes, before 'two\\r'/],
  ])('ends with an error where the controller %s', async (_, lines, why) => {
    const player = await play(await recorded());
    const client = clientOf(player);
    for (const line of lines) {
      if (line === 'FIN') client.finish();
      else client.send(line);
      await wallClock.sleep(20);
    }
    await expect(player.ended).rejects.toMatchObject({ code: 'garbled', message: expect.stringMatching(why) });
    await client.until(() => client.isEnded, 'the end of the link');
  });

  test('is not recorded through faults, for a spoilt frame could hide a password from being blanked', async () => {
    const record = join(folders.make(), 'wire.jsonl');
    await expect(runProxy({ to: '127.0.0.1:1', record }, { faultSchedule: '- {fault: drop, atS: 1}' })).rejects.toThrow(/without faults/);
  });

  test.each([
    ['', /line 1: the file is empty/],
    ['{"ewaldWire":2}', /line 1: this is no recording/],
    ['{"ewaldWire":1,"startedAt":"now","wire":"tcp"}\n{"ms":1}', /line 2: this line is not understood/],
    [
      '{"ewaldWire":1,"startedAt":"now","wire":"tcp"}\n\n{"ms":1,"link":1,"event":"withheld","why":"it is HTTP"}',
      /line 3: a link was withheld/,
    ],
    ['{"ewaldWire":1,"startedAt":"now","wire":"tcp"}', /holds no link/],
  ])('the file %j is refused', async (text, why) => {
    const file = join(folders.make(), 'wire.jsonl');
    writeFileSync(file, text);
    await expect(runPlayer({ file })).rejects.toMatchObject({ code: 'badInput', message: expect.stringMatching(why) });
  });
});

describe('passwords', () => {
  test('of MQTT never reach the recording, and who has one can still be played to', async () => {
    const broker = await startTestBroker(0, (user, password) => user === 'ewald' && password === 'hunter2-secret');
    cleanUps.push(() => broker.close());
    const record = join(folders.make(), 'wire.jsonl');
    const proxy = await runProxy({ to: `127.0.0.1:${broker.port}`, listen: 0, record }, { log: silentLog });
    const runtime = { clock: wallClock, log: silentLog, random: seededRandom(1) };
    const bus = mqttMessageBus(
      {
        url: `mqtt://127.0.0.1:${proxy.address()['port']}`,
        clientId: 'ewald',
        username: 'ewald',
        password: 'hunter2-secret',
        connectTimeoutMs: 3000,
      },
      runtime,
    );
    cleanUps.push(() => bus.close());
    await bus.open(new AbortController().signal);
    await bus.close();
    await proxy.close();
    const lines = readFileSync(record, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const all = Buffer.concat(lines.flatMap((line) => (line.base64 ? [Buffer.from(line.base64, 'base64')] : []))).toString('latin1');
    expect(all).toMatch(/MQTT/);
    expect(all).toMatch(/ewald/);
    expect(all).toMatch(/\*{14}/);
    expect(all).not.toMatch(/hunter2|secret/);

    const player = await play(record);
    const again = mqttMessageBus(
      {
        url: `mqtt://127.0.0.1:${player.address()['port']}`,
        clientId: 'ewald',
        username: 'ewald',
        password: 'hunter2-secret',
        connectTimeoutMs: 3000,
      },
      runtime,
    );
    cleanUps.push(() => again.close());
    await again.open(new AbortController().signal);
    await again.close();
    expect(await player.ended).toMatchObject({ links: 1 });
  });

  test('are found when the CONNECT comes in single bytes, and half a CONNECT is withheld', async () => {
    const far = await echoInstrument();
    cleanUps.push(() => far.close());
    const record = join(folders.make(), 'wire.jsonl');
    const proxy = await runProxy({ to: `127.0.0.1:${far.port}`, listen: 0, record }, { log: silentLog });
    const packet = connectPacket(4, 'secret');
    for (const length of [packet.length, packet.length - 1]) {
      const socket = connectMqtt({ host: '127.0.0.1', port: Number(proxy.address()['port']) });
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      for (const byte of packet.subarray(0, length)) {
        socket.write(Uint8Array.of(byte));
        await wallClock.sleep(1);
      }
      await wallClock.sleep(20);
      socket.end();
      await wallClock.sleep(20);
    }
    await proxy.close();
    const lines = readFileSync(record, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const told = (link: number) =>
      Buffer.concat(lines.filter((line) => line.link === link && line.base64).map((line) => Buffer.from(line.base64, 'base64')));
    expect(told(1)).toEqual(Buffer.from(connectPacket(4, '******')));
    expect(told(2)).toHaveLength(0);
    expect(lines.find((line) => line.event === 'withheld')).toMatchObject({ link: 2, why: expect.stringMatching(/ended before/) });
  });

  test.each([
    ['MQTT 3.1.1', connectPacket(4, 'secret'), 'blanked'],
    ['MQTT 5 with a session expiry', connectPacket(5, 'secret', [5, 17, 0, 0, 0, 9]), 'blanked'],
    ['MQTT 5 with enhanced authentication', connectPacket(5, 'secret', [9, 21, 0, 1, 65, 22, 0, 2, 66, 66]), 'withheld'],
    ['a packet whose fields do not fill it', Uint8Array.from([...connectPacket(4, 'secret').with(1, 30), 1, 2, 3]), 'withheld'],
    ['the first half', connectPacket(4, 'secret').subarray(0, 20), 'unfinished'],
    ['a serial frame', Uint8Array.from([16, 3, 65, 66, 67]), 'other'],
    ['nothing', new Uint8Array(0), 'unfinished'],
  ])('%s: %#', (_, bytes, kind) => {
    const look = lookAtConnect(bytes);
    expect(look.kind).toBe(kind);
    if (look.kind !== 'blanked') return;
    const text = Buffer.from(look.bytes).toString('latin1');
    expect(text).toHaveLength(bytes.length);
    expect(text.endsWith('******')).toBe(true);
    expect(text).toMatch(/user/);
  });
});

/** A CONNECT of client 'c' and user 'user', byte by byte after OASIS MQTT 3.1.1 and 5.0, section 3.1. */
function connectPacket(version: 4 | 5, password: string, properties: readonly number[] = [0]): Uint8Array {
  const text = (value: string) => [0, value.length, ...Buffer.from(value)];
  const body = [
    ...text('MQTT'),
    version,
    0xc2,
    0,
    60,
    ...(version === 5 ? properties : []),
    ...text('c'),
    ...text('user'),
    ...text(password),
  ];
  return Uint8Array.from([0x10, body.length, ...body]);
}
