import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { runSimulator } from '../../simulators/main.ts';
import { runProxy } from '../../simulators/proxy/proxy.ts';
import { wallClock } from '../../simulators/wall-runtime.ts';
import { endEveryEwald, oneDocument, startEwald } from '../support/ewald-process.ts';
import { echoInstrument, SocketClient } from '../support/wires/echo-instrument.ts';
import { temporaryFolders } from '../support/wires/temporary-folders.ts';
import { TerminalClient } from '../support/wires/terminal-client.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';

const folders = temporaryFolders('ewald-fault-proxy-');
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  endEveryEwald();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  folders.clear();
});

/** The simulated D5000 on a terminal, with a proxy's terminal before it. */
async function serialProxy(faultSchedule: string) {
  const folder = folders.make();
  const simulator = await runSimulator(
    { as: 'daco-mp', link: join(folder, 'tty-far'), phases: [{ phaseId: 'MgO_225', height: 1 }], speed: 'max' },
    { log: silentLog },
  );
  cleanUps.push(() => simulator.close());
  const near = join(folder, 'tty-near');
  const proxy = await runProxy({ to: join(folder, 'tty-far'), link: near }, { log: silentLog, faultSchedule });
  cleanUps.push(() => proxy.close());
  return { proxy, near };
}

function terminal(path: string): TerminalClient {
  const client = new TerminalClient(path);
  cleanUps.push(() => client.close());
  return client;
}

test('before a serial port: answers pass, get lost and are stopped by an XOFF that nobody sent', async () => {
  const { proxy, near } = await serialProxy(
    String.raw`- {fault: drop, direction: toController, at: '\x01ST', occurrence: 2, options: {until: '\r'}}
- {fault: insert, direction: toController, seen: toInstrument, after: 'ST25', occurrence: 4, options: {text: '\x13'}}`,
  );
  const client = terminal(near);
  expect(await client.ask('\x01ST25\r\x05')).toBe('\x01ST0\r');
  await expect(client.ask('\x01ST25\r\x05', 300)).rejects.toThrow(/in vain/);
  expect(await client.ask('\x01ST25\r\x05')).toBe('\x01ST0\r');
  expect(await client.ask('\x01ST25\r\x05')).toBe('\x13\x01ST0\r');
  expect(await proxy.close()).toEqual([]);
});

test('before a serial port: the cable is pulled and plugged in again under its name', async () => {
  const { proxy, near } = await serialProxy('- {fault: cut, atS: 0.2, options: {refuseForS: 0.2}}');
  const first = terminal(near);
  expect(await first.ask('\x01ST25\r\x05')).toBe('\x01ST0\r');
  await first.until(() => first.isGone, 'the end of the port');
  expect(existsSync(near)).toBe(false);
  for (let tries = 0; !existsSync(near) && tries < 200; tries++) await wallClock.sleep(5);
  const again = terminal(near);
  expect(await again.ask('\x01ST25\r\x05')).toBe('\x01ST0\r');
  expect(proxy.records()[0]!.effects.map(({ effect }) => effect)).toEqual(['1 link was ended']);
});

async function ready(process: ReturnType<typeof startEwald>): Promise<Record<string, unknown>> {
  for (let tries = 0; tries < 1000; tries++) {
    const line = process
      .stderr()
      .split('\n')
      .find((one) => one.startsWith('{"ready":true'));
    if (line) return JSON.parse(line);
    await wallClock.sleep(10);
  }
  throw new Error(process.stderr());
}

test('ewald proxy tells in JUnit and by its exit code that a fault took no effect; ewald replay-wire plays what it recorded', async () => {
  const far = await echoInstrument();
  cleanUps.push(() => far.close());
  const junit = join(folders.make(), 'junit.xml');
  const faults = folders.write('faults.yaml', '- {fault: drop, at: a, options: {bytes: 1}}\n- {fault: cut, after: never}\n');
  const to = `127.0.0.1:${far.port}`;
  const tried = startEwald(['proxy', '--to', to, '--listen', '0', '--faults', faults, '--junit', junit, '--json']);
  const record = join(folders.make(), 'wire.jsonl');
  const recording = startEwald(['proxy', '--to', to, '--listen', '0', '--record', record, '--json']);
  for (const [started, said, answer] of [
    [tried, 'ab\r', '=b\r'],
    [recording, 'ab\r', '=ab\r'],
  ] as const) {
    const client = new SocketClient(Number((await ready(started))['port']));
    cleanUps.push(() => client.close());
    client.send(said);
    await client.hears(answer);
    client.finish();
    await client.until(() => client.isEnded, 'the end');
    started.child.kill('SIGTERM');
  }
  const outcome = oneDocument(await tried.ended);
  expect(outcome).toMatchObject({ command: 'proxy', exitCode: 3, simulated: null, result: { ready: true, to: `tcp://${to}` } });
  expect(readFileSync(junit, 'utf8')).toMatch(/tests="2" failures="1"/);
  expect(oneDocument(await recording.ended)).toMatchObject({ exitCode: 0 });

  const player = startEwald(['replay-wire', record, '--speed', 'max', '--json']);
  const astray = startEwald(['replay-wire', record, '--speed', 'max', '--json']);
  for (const [started, said] of [
    [player, 'ab\r'],
    [astray, 'ac\r'],
  ] as const) {
    const client = new SocketClient(Number((await ready(started))['port']));
    cleanUps.push(() => client.close());
    client.send(said);
    if (started === player) await client.hears('=ab\r');
    client.finish();
  }
  expect(oneDocument(await player.ended)).toMatchObject({ exitCode: 0, simulated: true, result: { played: true, links: 1 } });
  const departed = oneDocument(await astray.ended);
  expect(departed).toMatchObject({
    exitCode: 4,
    error: { message: expect.stringMatching(/byte 1 of link 1: recorded was 'ab\\r', and 'ac\\r' came/) },
  });
}, 240_000);
