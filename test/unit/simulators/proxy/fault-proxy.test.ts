import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ProxyOptionsInput } from '../../../../simulators/proxy/options.ts';
import { type RunningProxy, runProxy } from '../../../../simulators/proxy/proxy.ts';
import { wallClock } from '../../../../simulators/wall-runtime.ts';
import { type EchoInstrument, echoInstrument, SocketClient } from '../../../support/wires/echo-instrument.ts';
import { temporaryFolders } from '../../../support/wires/temporary-folders.ts';
import { silentLog } from '../manual-clock.ts';

const folders = temporaryFolders('ewald-proxy-');
const cleanUps: (() => unknown)[] = [];
let far: EchoInstrument;

beforeEach(async () => {
  far = await echoInstrument();
});

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  far.close();
  folders.clear();
});

async function start(
  faultSchedule = '',
  more: Partial<ProxyOptionsInput> = {},
): Promise<{ proxy: RunningProxy; client: () => SocketClient }> {
  const proxy = await runProxy({ to: `127.0.0.1:${far.port}`, listen: 0, ...more }, { log: silentLog, faultSchedule });
  cleanUps.push(() => proxy.close());
  const client = () => {
    const one = new SocketClient(Number(proxy.address()['port']));
    cleanUps.push(() => one.close());
    return one;
  };
  return { proxy, client };
}

const effects = (proxy: RunningProxy) => proxy.records().map((record) => record.effects.map(({ effect }) => effect));

test('without a schedule every byte passes in both directions, and the end of a link too', async () => {
  const { proxy, client } = await start();
  const all = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte === 13 ? 1 : byte)).join('');
  const one = client();
  one.send(`${all}\r`);
  await one.hears(`=${all}\r`);
  one.finish();
  await one.until(() => one.isEnded, 'the end');
  expect(far.heard()).toBe(`${all}\r`);
  expect(await proxy.close()).toEqual([]);
});

test('a large stream is passed on whole where the reader is slower', async () => {
  const { client } = await start();
  const one = client();
  const line = `${'x'.repeat(999)}\r`;
  one.send(line.repeat(5000));
  await one.until(() => one.heard.length === 5000 * 1001, 'all lines', 8000);
  expect(far.heard().length).toBe(5_000_000);
});

describe('a stretch of bytes', () => {
  test('gets lost from the bytes that begin it to those that end it, wherever they are cut', async () => {
    const { proxy, client } = await start(
      String.raw`- {fault: drop, direction: toInstrument, at: 'B', occurrence: 2, options: {until: '\r'}}`,
    );
    const one = client();
    for (const piece of ['A1', '\rB1\rA2\r', 'B', '2\rA3\r']) {
      one.send(piece);
      await wallClock.sleep(5);
    }
    await one.hears('=A1\r=B1\r=A2\r=A3\r');
    expect(effects(proxy)).toEqual([['3 bytes were lost']]);
  });

  test('begins behind bytes seen in the other direction of the same link', async () => {
    const { proxy, client } = await start(
      String.raw`- {fault: drop, direction: toController, seen: toInstrument, after: 'go\r', options: {bytes: 2}}`,
    );
    const one = client();
    one.send('a\r');
    await one.hears('=a\r');
    one.send('go\r');
    await one.hears('=a\ro\r');
    expect(effects(proxy)).toEqual([['2 bytes were lost']]);
  });

  test('comes late, with what follows behind it', async () => {
    const { client } = await start(String.raw`- {fault: delay, direction: toController, at: '=a', options: {byS: 0.15, until: '\r'}}`);
    const one = client();
    const startMs = wallClock.monotonicMs();
    one.send('a\rb\r');
    await one.hears('=a\r=b\r');
    expect(wallClock.monotonicMs() - startMs).toBeGreaterThan(140);
  });

  test('comes late and is overtaken', async () => {
    const { proxy, client } = await start(
      String.raw`- {fault: delay, direction: toController, at: '=a', options: {byS: 0.1, until: '\r', overtaken: true}}`,
    );
    const one = client();
    one.send('a\rb\r');
    await one.hears('=b\r=a\r');
    expect(effects(proxy)).toEqual([['3 bytes came 0.1 s late and could be overtaken']]);
  });

  test('comes again', async () => {
    const { client } = await start(
      String.raw`- {fault: repeat, direction: toInstrument, at: 'x', times: 2, options: {until: '\r', copies: 2}}`,
    );
    const one = client();
    one.send('x\ry\r');
    await one.hears('=x\r=x\r=x\r=y\r');
    one.send('x\rx\r');
    await one.until(() => one.heard.length === 12 + 4 * 3, 'the second time and no third');
  });

  test('has bits turned over that the seed decides', async () => {
    const schedule = "- {fault: garble, direction: toInstrument, at: 'abc', options: {bytes: 3}}";
    const spoilt: string[] = [];
    for (const seed of [1, 1, 2]) {
      const before = far.heard().length;
      const { proxy, client } = await start(schedule, { seed });
      client().send('abcdef');
      for (let tries = 0; far.heard().length < before + 6 && tries < 500; tries++) await wallClock.sleep(2);
      spoilt.push(far.heard().slice(before));
      expect(effects(proxy)).toEqual([['a bit turned over in 3 bytes']]);
    }
    const [first, again, other] = spoilt;
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(first!.slice(3)).toBe('def');
    for (const [i, sign] of [...'abc'].entries()) {
      const turned = first!.charCodeAt(i) ^ sign.charCodeAt(0);
      expect(turned.toString(2).replaceAll('0', '')).toBe('1');
    }
  });

  test('loses its second half', async () => {
    const { client } = await start(String.raw`- {fault: garble, direction: toController, at: '=', options: {how: truncate, until: '\r'}}`);
    const one = client();
    one.send('abc\rd\r');
    await one.hears('=a=d\r');
  });

  test('is put in where nobody sent it, behind an answer and at a time', async () => {
    const { proxy, client } = await start(
      String.raw`- {fault: insert, direction: toController, after: '=a\r', options: {text: '\x13'}}
- {fault: insert, direction: toInstrument, atS: 0.05, options: {text: 'z\r'}}`,
    );
    const one = client();
    one.send('a\r');
    await one.hears('=a\r\x13=z\r');
    expect(effects(proxy)).toEqual([['1 bytes were put in'], ['2 bytes were put in']]);
  });

  test('is held back no longer than a moment where it only begins like the bytes that are looked for', async () => {
    const { proxy, client } = await start("- {fault: drop, at: 'abcd', options: {bytes: 4}}");
    const one = client();
    one.send('x\rabc');
    await one.until(() => far.heard() === 'x\rabc', 'the end', 1000).catch(() => undefined);
    expect(far.heard()).toBe('x\rabc');
    expect(await proxy.close()).toEqual(['0: drop']);
  });
});

describe('the whole wire', () => {
  test('carries nothing and stays open, and goes on', async () => {
    const { proxy, client } = await start(String.raw`- {fault: half-open, after: 'b\r', direction: toInstrument, options: {forS: 0.1}}`);
    const one = client();
    one.send('a\rb\rc\r');
    await one.hears('=a\r=b\r');
    await wallClock.sleep(120);
    expect(one.isEnded).toBe(false);
    one.send('d\r');
    await one.hears('=a\r=b\r=d\r');
    expect(effects(proxy)).toEqual([['what was sent got lost and the link stayed open']]);
  });

  test('ends behind certain bytes, lets nobody in for a while, and then again', async () => {
    const { proxy, client } = await start(String.raw`- {fault: cut, after: 'b\r', options: {how: reset, refuseForS: 0.15}}`);
    const one = client();
    one.send('a\r');
    await one.hears('=a\r');
    one.send('b\rc\r');
    await one.until(() => one.isEnded, 'the end');
    const two = client();
    await two.until(() => two.isEnded, 'the refusal');
    await wallClock.sleep(160);
    const three = client();
    three.send('d\r');
    await three.hears('=d\r');
    expect(effects(proxy)).toEqual([['1 link was reset', 'a new link was turned away']]);
  });

  test('carries pieces of 16 bytes with pauses', async () => {
    const { proxy, client } = await start('- {fault: throttle, direction: toController, atS: 0, options: {everyMs: 8}}');
    const one = client();
    await wallClock.sleep(10);
    one.send(`${'0123456789'.repeat(5)}\r`);
    await one.until(() => one.heard.length === 52, 'the whole answer');
    expect(one.heard).toBe(`=${'0123456789'.repeat(5)}\r`);
    expect(one.pieces.every((piece) => piece.length <= 16)).toBe(true);
    expect(effects(proxy)).toEqual([['what was sent came in pieces of 16 bytes every 8 ms']]);
  });
});

test('the ledger says what was done without the bytes, and JUnit fails for what took no effect', async () => {
  const folder = folders.make();
  const ledger = join(folder, 'ledger.jsonl');
  const junit = join(folder, 'junit.xml');
  const { proxy, client } = await start(
    String.raw`- {fault: drop, at: 'secret', options: {until: '\r'}}
- {fault: cut, after: '<never> & "said"'}`,
    { ledger, junit },
  );
  const one = client();
  one.send('secret\ra\r');
  await one.hears('=a\r');
  expect(await proxy.close()).toEqual(['1: cut']);
  const notes = readFileSync(ledger, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(notes.map(({ event }) => event)).toEqual(['ready', 'link-opened', 'set-off', 'fault', 'link-closed', 'ended']);
  expect(notes[3]).toMatchObject({ entry: 0, fault: 'drop', effect: '7 bytes were lost' });
  expect(notes[4]).toMatchObject({ bytes: { toInstrument: 9, toController: 3 } });
  expect(readFileSync(ledger, 'utf8')).not.toMatch(/secret/);
  const xml = readFileSync(junit, 'utf8');
  expect(xml).toMatch(/<testsuite name="ewald proxy" [^>]*tests="2" failures="1"/);
  expect(xml).toMatch(/name="1: cut">\s*<failure message="the fault cut was scheduled and took no effect"/);
  expect(xml).toMatch(/name="0: drop">\s*<system-out>7 bytes were lost</);
});

test('where no instrument answers, the controller loses its link', async () => {
  far.close();
  const { client } = await start();
  const one = client();
  await one.until(() => one.isEnded, 'the end');
});
