import { spawn } from 'node:child_process';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type RunningSimulator, runSimulator } from '../../simulators/main.ts';
import type { SimulatorOptionsInput } from '../../simulators/options.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import { patientClock } from '../support/patient-clock.ts';
import { SocketClient } from '../support/wires/socket-client.ts';
import { temporaryFolders } from '../support/wires/temporary-folders.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';

const clock = patientClock();

interface Note {
  readonly kind: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface Instrument {
  readonly simulator: RunningSimulator;
  readonly notes: Note[];
  readonly smc: SocketClient;
  readonly dcs: SocketClient;
}

const folders = temporaryFolders('ewald-huber-');
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  folders.clear();
});

async function start(options: SimulatorOptionsInput = {}, faultSchedule = ''): Promise<Instrument> {
  const notes: Note[] = [];
  const simulator = await runSimulator(
    { as: 'huber-mythen', phases: [{ phaseId: 'MgO_225', height: 1 }], speed: 'max', seed: 3, ...options },
    { log: silentLog, clock, faultSchedule, journal: (kind, fields) => notes.push({ kind, fields }) },
  );
  cleanUps.push(() => simulator.close());
  const { port, detectorPort } = simulator.address();
  const [smc, dcs] = [await SocketClient.open(Number(port)), await SocketClient.open(Number(detectorPort))];
  cleanUps.push(
    () => smc.close(),
    () => dcs.close(),
  );
  expect(await smc.takeUntil('\r\n')).toBe('smc 1.2.1093\r\n');
  return { simulator, notes, smc, dcs };
}

async function ask(smc: SocketClient, line: string): Promise<string> {
  smc.send(`${line}\r\n`);
  return smc.takeUntil('\r\n');
}

async function goTo(smc: SocketClient, deg: number): Promise<void> {
  smc.send(`goto1:${deg}\r\n`);
  for (let tries = 0; (await ask(smc, '?e1')) !== `1:${deg};\r\n`; tries++) {
    if (tries > 400) throw new Error(`the arm never came to ${deg}`);
    await clock.sleep(5);
  }
}

async function number(dcs: SocketClient, command: string): Promise<number> {
  dcs.send(command);
  return (await dcs.take(4)).readInt32LE(0);
}

async function words(dcs: SocketClient, command: string, count = 1280): Promise<number[]> {
  dcs.send(command);
  const bytes = await dcs.take(4 * count);
  return Array.from({ length: count }, (_, i) => bytes.readInt32LE(4 * i));
}

/** A frame of 10 s without corrections where MgO has a strong line, 0.09 degrees beside the middle. */
async function frame({ smc, dcs }: Instrument): Promise<number[]> {
  await goTo(smc, 43);
  expect(await number(dcs, '-time 100000000')).toBe(0);
  expect(await number(dcs, '-flatfieldcorrection 0')).toBe(0);
  expect(await number(dcs, '-start')).toBe(0);
  return words(dcs, '-readout');
}

const effects = ({ simulator }: Instrument): number[] => simulator.faultRecords().map((record) => record.effects.length);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const hex = (bytes: Buffer): string => bytes.toString('hex');

describe('the detector, byte by byte', () => {
  test.each([
    ['-get version', '4d342e312e3000'],
    ['-get status', '00000100'],
    ['-get time', '8096980000000000'],
    ['-get nmodules', '01000000'],
    ['-get modchannels', '00050000'],
    ['-get nbits', '18000000'],
    ['-get frames', '01000000'],
    ['-get ratecorrection', '00000000'],
    ['-get flatfieldcorrection', '01000000'],
    ['-get tau', '00000040'],
    ['-get kthresh', 'cdcccc40'],
    ['-get energy', 'cdcc0041'],
    ['-get hv', '78000000'],
    ['-nbits 16', '00000000'],
    ['-nbits 12', 'feffffff'],
    ['-time 0', 'feffffff'],
    ['-time', 'feffffff'],
    ['-frames 2 3', 'feffffff'],
    ['-settings Cu', '00000000'],
    ['-settings Co', 'fdffffff'],
    ['-get nothing', 'feffffff'],
    ['-get constructor', 'feffffff'],
    ['-nonsense', 'ffffffff'],
    ['-stop', '00000000'],
    ['-reset', '00000000'],
    ['-get time\r\n', '8096980000000000'],
  ])('to %j it answers %s and no more', async (command, reply) => {
    const { dcs } = await start();
    dcs.send(command);
    expect(hex(await dcs.take(reply.length / 2))).toBe(reply);
    await clock.sleep(10);
    expect(dcs.heard).toHaveLength(0);
  });

  test('a test pattern has every channel in its place, little end first', async () => {
    const { dcs } = await start({ modules: 2 });
    dcs.send('-testpattern');
    const bytes = await dcs.take(4 * 2560);
    expect(hex(bytes.subarray(0, 12))).toBe('000000000100000002000000');
    expect(hex(bytes.subarray(-4))).toBe('ff090000');
  });

  test('bad channels and the flat field are lists of a number for each channel', async () => {
    const { dcs } = await start();
    const bad = await words(dcs, '-get badchannels');
    expect(sum(bad)).toBe(3);
    const flat = await words(dcs, '-get flatfield');
    expect(sum(flat) / 1280 / 10_000).toBeCloseTo(0.99, 1);
  });

  test('two commands in one piece are one that nobody knows', async () => {
    const { dcs } = await start();
    expect(await number(dcs, '-stop-get status')).toBe(-1);
  });

  test('while it counts it takes no settings and no other start, and a readout waits for its frame', async () => {
    const { dcs } = await start({ speed: 10 });
    await number(dcs, '-time 20000000');
    expect(await number(dcs, '-start')).toBe(0);
    expect(await number(dcs, '-get status')).toBe(0x10001);
    expect(await number(dcs, '-start')).toBe(-7);
    expect(await number(dcs, '-nbits 24')).toBe(-7);
    dcs.send('-readout');
    expect(await dcs.take(5120)).toHaveLength(5120);
    expect(await number(dcs, '-get status')).toBe(0x10000);
  });

  test('frames are kept in their order until they are read, and where none is left -1 stands for each', async () => {
    const { dcs, notes } = await start();
    await number(dcs, '-time 10000');
    await number(dcs, '-frames 3');
    await number(dcs, '-start');
    dcs.send('-readout 3');
    await dcs.take(3 * 5120);
    expect(notes.filter(({ kind }) => kind === 'frame').map(({ fields }) => fields['frame'])).toEqual([1, 2, 3]);
    expect(new Set(await words(dcs, '-readout'))).toEqual(new Set([-1]));
  });

  test('a client that hangs up while it waits for a frame leaves it to the next', async () => {
    const { dcs, simulator } = await start({ speed: 20 });
    await number(dcs, '-time 20000000');
    await number(dcs, '-start');
    dcs.send('-readout');
    await clock.sleep(10);
    dcs.close();
    const next = await SocketClient.open(Number(simulator.address()['detectorPort']));
    cleanUps.push(() => next.close());
    await clock.sleep(10);
    expect(Math.max(...(await words(next, '-readout')))).toBeGreaterThan(0);
  });

  test('noise on either port harms nobody', async () => {
    const { smc, dcs } = await start();
    const noise = seededRandom(7);
    for (let i = 0; i < 40; i++) {
      const text = String.fromCharCode(...Array.from({ length: 1 + noise.integer(400) }, () => noise.integer(256)));
      smc.send(`${text}\r\n`);
      dcs.send(text);
    }
    await clock.sleep(50);
    smc.heard = Buffer.alloc(0);
    dcs.heard = Buffer.alloc(0);
    expect(await ask(smc, '?v')).toBe('smc 1.2.1093\r\n');
    expect(await number(dcs, '-get nmodules')).toBe(1);
  });

  test('the reset takes 2 s and half a second for each module', async () => {
    const { dcs, simulator } = await start({ modules: 2 });
    const beforeS = simulator.device.clock.nowS();
    await number(dcs, '-reset');
    expect(simulator.device.clock.nowS() - beforeS).toBeGreaterThan(3);
    expect(simulator.device.clock.nowS() - beforeS).toBeLessThan(4);
  });
});

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
    const { smc } = await start();
    expect(await ask(smc, lines)).toBe(reply);
  });

  test('commands are not acknowledged, and a lone CR ends a line as well', async () => {
    const { smc } = await start();
    smc.send('goto1:10\rmove2:1\rcerr\rquit\r');
    await clock.sleep(30);
    expect(smc.heard).toHaveLength(0);
    smc.send('?v\r');
    expect(await smc.takeUntil('\r\n')).toBe('smc 1.2.1093\r\n');
  });

  test('unhomed at the start it is homed by its command', async () => {
    const { smc } = await start({ initialised: 'no' });
    expect(await ask(smc, '?s1')).toBe('1:1187;\r\n');
    smc.send('home1:he;hm0\r\n');
    for (let tries = 0; tries < 200 && (await ask(smc, '?s1')) !== '1:1203;\r\n'; tries++) await clock.sleep(5);
    expect(await ask(smc, '?s1')).toBe('1:1203;\r\n');
  });
});

describe('a frame', () => {
  test('shows the line where the strips look at it, bad channels as -2, and the sum that the journal has', async () => {
    const instrument = await start();
    const counts = await frame(instrument);
    const strongest = counts.indexOf(Math.max(...counts));
    const atDeg = 43 + (Math.atan(((strongest + 0.5) * 0.05 - 32) / 240) * 180) / Math.PI;
    expect(atDeg).toBeGreaterThan(42.75);
    expect(atDeg).toBeLessThan(43.1);
    const bad = await words(instrument.dcs, '-get badchannels');
    expect(counts.map((count) => (count === -2 ? 1 : 0))).toEqual(bad);
    const noted = instrument.notes.find(({ kind }) => kind === 'frame')!.fields;
    expect(noted).toMatchObject({ frame: 1, fromDeg: 43, toDeg: 43, rolledOver: 0, kept: true });
    expect(noted['countsSum']).toBe(sum(counts.filter((count) => count >= 0)));
  });

  test('is the same for the same seed, and another at the second visit', async () => {
    const [first, again] = [await start(), await start()];
    const counts = await frame(first);
    expect(await frame(again)).toEqual(counts);
    expect(await frame(first)).not.toEqual(counts);
  });

  test('moves with the arm', async () => {
    const instrument = await start();
    const counts = await frame(instrument);
    const at = counts.indexOf(Math.max(...counts));
    await goTo(instrument.smc, 44);
    await number(instrument.dcs, '-start');
    const moved = await words(instrument.dcs, '-readout');
    expect((at - moved.indexOf(Math.max(...moved))) * 0.01194).toBeCloseTo(1, 0);
  });

  test('a recording cannot be handed out by strips', async () => {
    const replay = folders.write('scan.xy', Array.from({ length: 50 }, (_, i) => `${(20 + i * 0.02).toFixed(2)} ${10 + i}`).join('\n'));
    await expect(start({ phases: null, replay, radiation: 'CuKa12' })).rejects.toThrow(/at the angles of the strips/);
  });
});

describe('faults', () => {
  test('saturation: strips lose counts, 16 bits roll over, and no number tells', async () => {
    const calm = await frame(await start());
    const instrument = await start({}, '- {fault: saturation, atS: 0, options: {factor: 1000}}');
    const counts = await frame(instrument);
    expect(sum(counts) / sum(calm)).toBeLessThan(990);
    expect(sum(counts) / sum(calm)).toBeGreaterThan(500);
    await number(instrument.dcs, '-nbits 16');
    await number(instrument.dcs, '-start');
    expect(Math.max(...(await words(instrument.dcs, '-readout')))).toBeLessThan(65_536);
    expect(instrument.notes.filter(({ kind }) => kind === 'frame')[1]!.fields['rolledOver']).toBeGreaterThan(1000);
    expect(effects(instrument)).toEqual([1]);
  });

  test('hot-strip: one strip runs away', async () => {
    const instrument = await start({}, '- {fault: hot-strip, atS: 0, options: {channel: 100, cps: 500000}}');
    const counts = await frame(instrument);
    expect(counts.indexOf(Math.max(...counts))).toBe(100);
    expect(counts[100]! / 1e7).toBeCloseTo(0.5 / 1.1, 2);
    expect(effects(instrument)).toEqual([1]);
  });

  test('dead-strips: they count nothing and are not called bad', async () => {
    const instrument = await start({}, '- {fault: dead-strips, atS: 0, options: {channel: 200, count: 8}}');
    const counts = await frame(instrument);
    const bad = await words(instrument.dcs, '-get badchannels');
    expect(counts.slice(200, 208).filter((count, i) => !bad[200 + i] && count !== 0)).toEqual([]);
    expect(effects(instrument)).toEqual([1]);
  });

  test('threshold-drift: the same light gives half the counts', async () => {
    const calm = await frame(await start());
    const instrument = await start({}, '- {fault: threshold-drift, atS: 0}');
    expect(sum(await frame(instrument)) / sum(calm)).toBeCloseTo(0.5, 1);
    expect(effects(instrument)).toEqual([1]);
  });

  test.each([
    ['frame', 1280, -1],
    ['number', 1, -6],
  ])('readout-failed as a %s: %i numbers come', async (how, count, value) => {
    const instrument = await start({}, `- {fault: readout-failed, atS: 0, options: {how: ${how}}}`);
    await number(instrument.dcs, '-start');
    expect(new Set(await words(instrument.dcs, '-readout', count))).toEqual(new Set([value]));
    expect(await number(instrument.dcs, '-get nbits')).toBe(24);
    expect(effects(instrument)).toEqual([1]);
  });

  test('half-reply: the next reply comes into the gap', async () => {
    const instrument = await start({}, "- {fault: half-reply, atS: 0, options: {to: '-get time'}}");
    const { dcs } = instrument;
    dcs.send('-get time');
    expect(hex(await dcs.take(4))).toBe('80969800');
    dcs.send('-get nbits');
    expect(hex(await dcs.take(4))).toBe('18000000');
    expect(effects(instrument)).toEqual([1]);
  });

  test('half-reply with a rest: the rest comes later', async () => {
    const { dcs } = await start({}, "- {fault: half-reply, atS: 0, options: {to: '-readout', restAfterWallS: 0.05}}");
    await number(dcs, '-start');
    dcs.send('-readout');
    await dcs.take(2560);
    expect(dcs.heard).toHaveLength(0);
    expect(await dcs.take(2560)).toHaveLength(2560);
  });

  test('lost-command, lost-reply and repeated-reply reach either device by how the request begins', async () => {
    const schedule = [
      '- {fault: lost-command, atS: 0, options: {to: goto1}}',
      "- {fault: lost-reply, atS: 0, options: {to: '?p1'}}",
      "- {fault: repeated-reply, atS: 0, options: {to: '-get status'}}",
    ];
    const instrument = await start({}, schedule.join('\n'));
    const { smc, dcs } = instrument;
    smc.send('goto1:10\r\n?p1\r\n');
    expect(await ask(smc, '?s1')).toBe('1:1203;\r\n');
    dcs.send('-get status');
    expect(hex(await dcs.take(8))).toBe('0000010000000100');
    await clock.sleep(20);
    expect(await ask(smc, '?p1')).toBe('1:0;\r\n');
    expect(effects(instrument)).toEqual([1, 1, 1]);
  });

  test.each(['off-target', 'limit-switch', 'encoder-freeze'])('%s takes effect', async (fault) => {
    const instrument = await start({ speed: 100 }, `- {fault: ${fault}, atS: 0}`);
    const { smc } = instrument;
    await clock.sleep(50);
    smc.send('goto1:20\r\n');
    let state = 0;
    for (let tries = 0; tries < 400; tries++) {
      state = Number((await ask(smc, '?s1')).slice(2, -3));
      if (tries > 40 && (state & 129) === 129) break;
      await clock.sleep(5);
    }
    expect(state & (fault === 'limit-switch' ? 8 : 512)).not.toBe(0);
    expect(effects(instrument)).toEqual([1]);
  });

  test('early-ready: the state says ready while the encoder is still on its way', async () => {
    const instrument = await start({ speed: 10 }, '- {fault: early-ready, atS: 0, options: {byS: 3}}');
    const { smc } = instrument;
    smc.send('goto1:30\r\n');
    await clock.sleep(40);
    let state = 0;
    for (let tries = 0; tries < 400 && (state & 129) !== 129; tries++) {
      await clock.sleep(5);
      state = Number((await ask(smc, '?s1')).slice(2, -3));
    }
    expect(Number((await ask(smc, '?e1')).slice(2, -3))).toBeLessThan(29);
    expect(effects(instrument)).toEqual([1]);
  });

  test('of an axis that there is not are refused at the start', async () => {
    await expect(start({}, '- {fault: limit-switch, atS: 0, options: {axis: 3}}')).rejects.toThrow(/no axis 3/);
  });

  test('door-opens in the middle of a frame: it is whole, half of it dark', async () => {
    const instrument = await start({}, '- {fault: door-opens, scan: 1, atPoint: 639}');
    const calm = await frame(await start());
    const counts = await frame(instrument);
    expect(sum(counts) / sum(calm)).toBeCloseTo(0.5, 1);
    const noted = instrument.notes.find(({ kind }) => kind === 'frame')!.fields;
    expect(noted).toMatchObject({ exposureS: expect.closeTo(10, 6) });
    expect(noted['litS']).toBeCloseTo(5, 1);
    expect(instrument.notes.filter(({ kind, fields }) => kind === 'beam' && fields['unsafe'] === true)).toEqual([]);
    expect(effects(instrument)).toEqual([1]);
  });

  test('local-control: targets are refused, what counts goes on', async () => {
    const instrument = await start({}, '- {fault: local-control, atS: 0}');
    await clock.sleep(50);
    instrument.smc.send('goto1:10\r\n');
    expect(await ask(instrument.smc, '?err1')).toBe('1:31 locked by the operator\r\n');
    await number(instrument.dcs, '-start');
    await words(instrument.dcs, '-readout');
  });

  test('half-open-link: neither device says anything', async () => {
    const { smc, dcs, simulator } = await start({ speed: 100 }, '- {fault: half-open-link, atS: 30}');
    await smc.until(() => simulator.faultRecords()[0]!.effects.length > 0, 'the fault');
    smc.send('?v\r\n');
    dcs.send('-get version');
    await clock.sleep(30);
    expect([smc.heard.length, dcs.heard.length, smc.isGone, dcs.isGone]).toEqual([0, 0, false, false]);
  });

  test('crash: both devices are gone and the shutter is closed', async () => {
    const { smc, dcs, simulator } = await start({}, '- {fault: crash, scan: 1, atPoint: 100}');
    await number(dcs, '-start');
    await smc.until(() => smc.isGone && dcs.isGone, 'the end of both connections');
    expect(simulator.device.circuitState().shutter).toBe('closed');
  });
});

test('in a process of its own it names both ports, and ends with its parent', async () => {
  const args = ['--as', 'huber-mythen', '--phases', 'MgO_225', '--speed', 'max', '--modules', '2', '--radius-mm', '300'];
  const child = spawn(process.execPath, ['--import', 'tsx', 'simulators/main.ts', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  cleanUps.push(() => child.exitCode === null && child.kill('SIGKILL'));
  const ready = await new Promise<Record<string, unknown>>((resolve) =>
    child.stdout.once('data', (line) => resolve(JSON.parse(String(line)))),
  );
  expect(ready).toMatchObject({ ready: true, as: 'huber-mythen', host: '127.0.0.1', modules: 2, radiusMm: 300 });
  expect(ready['url']).toBe(`tcp://127.0.0.1:${ready['port']}`);
  const dcs = await SocketClient.open(Number(ready['detectorPort']));
  cleanUps.push(() => dcs.close());
  expect(await words(dcs, '-get modchannels', 2)).toEqual([1280, 1280]);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.end();
  expect(await ended).toBe(0);
});
