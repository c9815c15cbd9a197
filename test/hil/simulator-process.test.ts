import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, expect, test } from '@jest/globals';
import { topicsOf } from '../../drivers/mqtt/protocol.ts';
import { WireClient } from './wire-client.ts';

const ROOT = 'ewald/v1/lab/sim1';
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
});

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  readonly ended: Promise<number | null>;
  readonly complaint: () => string;
}

function launch(args: readonly string[]): {
  child: ChildProcess;
  ended: Promise<number | null>;
  firstLine: Promise<string>;
  complaint: () => string;
} {
  const child = spawn(process.execPath, ['--import', 'tsx', 'simulators/main.ts', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(child);
  let complaint = '';
  child.stderr?.on('data', (data: Buffer) => {
    complaint += data.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const firstLine = new Promise<string>((resolve) => {
    let text = '';
    child.stdout?.on('data', (data: Buffer) => {
      text += data.toString();
      if (text.includes('\n')) resolve(text);
    });
  });
  return { child, ended, firstLine, complaint: () => complaint };
}

async function start(args: readonly string[]): Promise<Started> {
  const { child, ended, firstLine, complaint } = launch(args);
  const line = await Promise.race([firstLine, ended.then((code) => Promise.reject(new Error(`ended with ${code}: ${complaint()}`)))]);
  const ready: unknown = JSON.parse(line);
  expect(ready).toMatchObject({ ready: true, root: ROOT });
  return { child, ended, complaint, url: (ready as { url: string }).url };
}

test('serves a broker of its own or another, says when it is ready, and ends with word left behind', async () => {
  const host = await start(['--phases', 'MgO_225', '--speed', '100']);
  const client = await new WireClient(host.url, ROOT).open();
  const guest = await start(['--phases', 'CaO_225', '--broker', host.url, '--root', ROOT]);
  await client.until('the second boot', () => client.all(topicsOf(ROOT).birth).length === 2);
  guest.child.stdin?.end();
  expect(await guest.ended).toBe(0);
  await client.until('the farewell', () => client.last(topicsOf(ROOT).state)?.['state'] === 'disconnected');
  const killed = await start(['--phases', 'CaO_225', '--broker', host.url, '--root', ROOT]);
  killed.child.kill('SIGKILL');
  await client.until('the last will', () => client.last(topicsOf(ROOT).state)?.['state'] === 'lost');
  await client.close();
  host.child.kill('SIGTERM');
  expect(await host.ended).toBe(0);
});

test('a wrong option ends it with code 2 and one sentence', async () => {
  const { ended, complaint } = launch(['--speed', 'fast']);
  expect(await ended).toBe(2);
  expect(complaint()).toMatch(/^ewald simulator: --speed 'fast' is not a number; .*\n$/);
});

test('a broker that does not answer ends it with code 4', async () => {
  const { ended, complaint } = launch(['--phases', 'MgO_225', '--broker', 'mqtt://127.0.0.1:9']);
  expect(await ended).toBe(4);
  expect(complaint()).toMatch(/cannot connect to the broker at mqtt:\/\/127.0.0.1:9/);
});
