import { spawn } from 'node:child_process';
import { afterEach, describe, expect, test } from '@jest/globals';
import { patientClock } from '../support/patient-clock.ts';
import { ask, startedHuberPairs, words } from '../support/wires/huber-pair.ts';

const clock = patientClock();
const pairs = startedHuberPairs();

afterEach(pairs.close);

describe('the goniometer, line by line', () => {
  test.each([
    ['?v', 'smc 1.2.1093\r\n'],
    ['?p1', '1:0;\r\n'],
    ['?p', '1:0;2:0;\r\n'],
    ['?e2', '2:0;\r\n'],
    ['?ec1', '1:0;\r\n'],
    ['?s1', '1:1203;\r\n'],
    ['?s', '1:1203;2:1203;\r\n'],
    ['?err1', '1:0\r\n'],
    ['?status1', '1:0::0:0:0:1:1:1:0:0:0:0:0:0:0:0\r\n'],
    ['?ffast1', 'ffast1:50000\r\n'],
    ['?conf2', '# configuration settings of axis 2\r\n'],
    ['ffast1:100000\r\n?ffast1', 'ffast1:100000\r\n'],
    ['goto1:151\r\n?err1', '1:21 target is beyond a software limit\r\n'],
    ['goto1:151\r\n?s1', `1:${1203 + 0x8000 + 8192};\r\n`],
    ['goto1:151\r\ncerr1\r\n?err1', '1:0\r\n'],
    ['goto1:x\r\n?err1', '1:11 invalid argument\r\n'],
    ['jump1:3\r\n?err1', '1:10 unknown command\r\n'],
    ['pos1:12.5\r\n?p1', '1:12.5;\r\n'],
    ['\r\n\n?v', 'smc 1.2.1093\r\n'],
  ])('to %j the first line that comes is %j', async (lines, reply) => {
    const { smc } = await pairs.start();
    expect(await ask(smc, lines)).toBe(reply);
  });

  test('commands are not acknowledged, and a lone CR ends a line as well', async () => {
    const { smc } = await pairs.start();
    smc.send('goto1:10\rmove2:1\rcerr\rquit\r');
    await clock.sleep(30);
    expect(smc.heard).toHaveLength(0);
    smc.send('?v\r');
    expect(await smc.takeUntil('\r\n')).toBe('smc 1.2.1093\r\n');
  });

  test('unhomed at the start it is homed by its command', async () => {
    const { smc } = await pairs.start({ initialised: 'no' });
    expect(await ask(smc, '?s1')).toBe('1:1187;\r\n');
    smc.send('home1:he;hm0\r\n');
    for (let tries = 0; tries < 200 && (await ask(smc, '?s1')) !== '1:1203;\r\n'; tries++) await clock.sleep(5);
    expect(await ask(smc, '?s1')).toBe('1:1203;\r\n');
  });
});

test('in a process of its own it names both ports, and ends with its parent', async () => {
  const args = ['--as', 'huber-mythen', '--phases', 'MgO_225', '--speed', 'max', '--modules', '2', '--radius-mm', '300'];
  const child = spawn(process.execPath, ['--import', 'tsx', 'simulators/main.ts', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  pairs.also(() => child.exitCode === null && child.kill('SIGKILL'));
  const ready = await new Promise<Record<string, unknown>>((resolve) =>
    child.stdout.once('data', (line) => resolve(JSON.parse(String(line)))),
  );
  expect(ready).toMatchObject({ ready: true, as: 'huber-mythen', host: '127.0.0.1', modules: 2, radiusMm: 300 });
  expect(ready['url']).toBe(`tcp://127.0.0.1:${ready['port']}`);
  const dcs = await pairs.connect(ready['detectorPort']);
  expect(await words(dcs, '-get modchannels', 2)).toEqual([1280, 1280]);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.end();
  expect(await ended).toBe(0);
});
