import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { PtyLine } from '../../simulators/endpoints/line.ts';
import { wallClock } from '../../simulators/wall-runtime.ts';
import { temporaryFolders } from '../support/wires/temporary-folders.ts';
import { TerminalClient } from '../support/wires/terminal-client.ts';

const folders = temporaryFolders('ewald-wires-');
const children: ChildProcess[] = [];
const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  folders.clear();
});

interface Launched {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly firstLine: Promise<string>;
  readonly said: () => string;
  readonly complaint: () => string;
}

function launch(args: readonly string[]): Launched {
  const child = spawn(process.execPath, ['--import', 'tsx', 'simulators/main.ts', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(child);
  let said = '';
  let complaint = '';
  child.stderr?.on('data', (data: Buffer) => {
    complaint += data.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const firstLine = new Promise<string>((resolve) => {
    child.stdout?.on('data', (data: Buffer) => {
      said += data.toString();
      if (said.includes('\n')) resolve(said.split('\n')[0]!);
    });
  });
  return { child, ended, firstLine, said: () => said, complaint: () => complaint };
}

/** What the simulator says of itself when it is ready. */
async function start(
  args: readonly string[],
): Promise<{ ready: Record<string, unknown>; child: ChildProcess; ended: Promise<number | null> }> {
  const { child, ended, firstLine, complaint } = launch(['--phases', 'MgO_225', '--speed', 'max', ...args]);
  const line = await Promise.race([firstLine, ended.then((code) => Promise.reject(new Error(`ended with ${code}: ${complaint()}`)))]);
  return { ready: JSON.parse(line), child, ended };
}

async function until(isTrue: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 800; tries++) {
    if (isTrue()) return;
    await wallClock.sleep(5);
  }
  throw new Error(`waited in vain for ${what}`);
}

test('as daco-mp it names its terminal, answers there, and takes its link away at the end', async () => {
  const link = join(folders.make(), 'ttyD5000');
  const { ready, child, ended } = await start(['--as', 'daco-mp', '--link', link]);
  expect(ready).toMatchObject({ ready: true, as: 'daco-mp', path: link, url: `serial:${link}`, dialect: 'd5000' });
  const client = new TerminalClient(link);
  cleanUps.push(() => client.close());
  expect(await client.ask('\x01ST25\r\x05')).toBe('\x01ST0\r');
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(existsSync(link)).toBe(false);
});

test('as daco-mp it also speaks on a serial port that is there', async () => {
  let heard = '';
  const cable = new PtyLine(null, (bytes) => {
    heard += Buffer.from(bytes).toString('latin1');
  });
  cleanUps.push(() => cable.close());
  const { ready } = await start(['--as', 'daco-mp', '--port', cable.path()]);
  expect(ready).toMatchObject({ path: cable.path() });
  cable.send(Buffer.from('\x01ST25\r\x05', 'latin1'));
  await until(() => heard === '\x01ST0\r', 'the answer');
});

test('as aeris it names its socket and its folder', async () => {
  const folder = folders.make();
  const { ready, child, ended } = await start(['--as', 'aeris', '--folder', folder]);
  expect(ready).toMatchObject({ as: 'aeris', host: '127.0.0.1', folder, slot: 2 });
  const socket = connect(Number(ready['port']), '127.0.0.1', () => socket.write('@STATUS_REQUEST@SYSTEM@END'));
  const reply = await new Promise<string>((resolve) => socket.once('data', (bytes) => resolve(bytes.toString())));
  expect(reply).toBe('@STATUS_REPLY@SYSTEM=remote@END');
  child.stdin?.end();
  expect(await ended).toBe(0);
});

test('as bruker-lablims it takes a job from its folder and leaves the result', async () => {
  const folder = folders.make();
  const journal = join(folders.make(), 'journal.jsonl');
  const { ready } = await start(['--as', 'bruker-lablims', '--folder', folder, '--journal', journal]);
  expect(ready).toMatchObject({ as: 'bruker-lablims', folder, results: join(folder, 'Results') });
  writeFileSync(join(folder, 'ScanParams.txt'), 'start_angle;end_angle;step_size;time_per_step;\n40.0;42.0;0.02;1.0;\n');
  const fields = { SamplePosition: '1A01', Priority: '50', Permanent: 'false', ExperimentFileOrID: 'e.bsml', ScriptFile: 's.cs' };
  const inner = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`);
  writeFileSync(join(folder, 'Job.new'), `<MeasurementJob>${inner.join('')}</MeasurementJob>`);
  renameSync(join(folder, 'Job.new'), join(folder, 'Job.xml'));
  await until(() => existsSync(join(folder, 'Results', 'XRD.ascii')), 'the result');
  const executions = readFileSync(journal, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"kind":"execution"'));
  expect(executions).toHaveLength(1);
});

test('a wire that there is not, a port that is none, a fault that cannot occur: code 2 and one sentence', async () => {
  for (const [args, sentence] of [
    [
      ['--as', 'telepathy'],
      /^ewald simulator: there is no simulator as 'telepathy'; choose one of: mqtt, daco-mp, aeris, bruker-lablims, huber-mythen\n$/,
    ],
    [['--as', 'aeris', '--port', '/dev/ttyS0'], /--port \/dev\/ttyS0 is no port of a socket/],
    [
      ['--as', 'aeris', '--faults', folders.write('f.yaml', '- {fault: endless-xoff, atS: 1}')],
      /the fault endless-xoff needs a serial line/,
    ],
  ] as const) {
    const { ended, complaint } = launch(['--phases', 'MgO_225', ...args]);
    expect(await ended).toBe(2);
    expect(complaint()).toMatch(sentence);
  }
});

test('tells the options of one wire', async () => {
  const { ended, said } = launch(['--as', 'daco-mp', '--help']);
  expect(await ended).toBe(0);
  expect(said()).toContain('--dialect');
  expect(said()).not.toContain('--programs');
});
