import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type RunningSimulator, runSimulator } from '../../simulators/main.ts';
import type { SimulatorOptionsInput } from '../../simulators/options.ts';
import { patientClock } from '../support/patient-clock.ts';
import { TerminalClient } from '../support/wires/terminal-client.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';

const clock = patientClock();

interface Note {
  readonly kind: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(
  options: SimulatorOptionsInput = {},
  faultSchedule = '',
): Promise<{ simulator: RunningSimulator; client: TerminalClient; notes: Note[] }> {
  const notes: Note[] = [];
  const simulator = await runSimulator(
    { as: 'daco-mp', phases: [{ phaseId: 'MgO_225', height: 1 }], speed: 200, seed: 3, ...options },
    { log: silentLog, clock, faultSchedule, journal: (kind, fields) => notes.push({ kind, fields }) },
  );
  cleanUps.push(() => simulator.close());
  const client = open(simulator);
  return { simulator, client, notes };
}

function open(simulator: RunningSimulator): TerminalClient {
  const client = new TerminalClient(String(simulator.address()['path']));
  cleanUps.push(() => client.close());
  return client;
}

/** The fields of the status, counted from 1 as in its description. */
async function status(client: TerminalClient): Promise<(field: number) => string> {
  const answer = await client.ask('\x01ST\r\x05');
  expect(answer.slice(0, 3)).toBe('\x01ST');
  const fields = answer.slice(3, -1).split(',');
  return (field) => fields[field - 1]!;
}

async function waitFor(client: TerminalClient, isTrue: (field: (field: number) => string) => boolean): Promise<(field: number) => string> {
  for (let tries = 0; tries < 400; tries++) {
    const field = await status(client);
    if (isTrue(field)) return field;
    await clock.sleep(5);
  }
  throw new Error('the status never became so');
}

const READY = 0b11;
const isReady = (field: (field: number) => string): boolean => (Number(field(18)) & READY) === READY;
const executions = (notes: readonly Note[]): number => notes.filter(({ kind }) => kind === 'execution').length;

/** To 20 degrees with the shutter open. */
async function prepare(client: TerminalClient): Promise<void> {
  for (const word of ['RC1', 'GO20.000,1', 'GO10.000,2', 'TW1']) expect(await client.ask(`\x01${word}\r\x05`)).toBe('\x01\r');
  await waitFor(client, isReady);
}

describe('the D5000 dialect, byte by byte', () => {
  test.each([
    ['\x01RC1\r\x05', '\x01\r'],
    ['\x01GO20.000,1\r\x05', '\x01?4\r'],
    ['\x01RC1\r\x05|\x01XX\r', '\x01?1\r'],
    ['\x01RC1\r\x05|\x01IN0\r\x05', '\x01?1\r'],
    ['\x01RC1\r\x05|\x01GO\r\x05', '\x01?2\r'],
    ['\x01RC1\r\x05|\x01GOabc,1\r\x05', '\x01?3\r'],
    ['\x01RC1\r\x05|\x01GO170.000,1\r\x05', '\x01?3\r'],
    ['\x01RC1\r\x05|\x01SU1\r\x05', '\x01?7\r'],
    ['\x01RC1\r\x05|\x01GO1.000,6\r\x05', '\x01?8\r'],
    ['\x01RC1\r\x05|\x01SU\r\x05|\x01GO20.000,1\r\x05', '\x01?6\r'],
    ['\x01RC1\r\x05|\x01SU\r\x05|\x01QU\r\x05|\x01GO20.000,1\r\x05', '\x01\r'],
    ['\x01RC1\r\x05|\x01HV1,900\r\x05', '\x01\r'],
    ['\x01RC1\r\x05|\x01SL0\r\x05|\x01ST10\r\x05', '\x01ST1\r'],
    ['\x01ST25\r\x05', '\x01ST0\r'],
    ['\x01ST12\r\x05', '\x01ST0.000\r'],
    ['\x01ST29\r\x05', '\x01?3\r'],
    ['noise\x01ST\x01ST25\r', '\x01ST0\r'],
  ])('to %j the last answer is %j', async (words, last) => {
    const { client } = await start();
    let answer = '';
    for (const word of words.split('|')) answer = await client.ask(word);
    expect(answer).toBe(last);
  });

  test('the status has 28 fields, and what is not there stays empty', async () => {
    const { client } = await start();
    expect(await client.ask('\x01ST\r\x05')).toBe('\x01ST0.000,0.000,0.000,0.000,,,,,,0,,0.000,0.000,0,,,,27151,0,0,0,0,0,0,0,,,,\r');
  });

  test('without initialisation angles are dashes and nothing moves until the reference run', async () => {
    const { client } = await start({ initialised: 'no' });
    expect(await client.ask('\x01ST1\r')).toBe('\x01ST--.---\r');
    await client.ask('\x01RC1\r');
    expect(await client.ask('\x01GO20.000,1\r')).toBe('\x01?10\r');
    expect(await client.ask('\x01IN1\r')).toBe('\x01\r');
    await waitFor(client, (field) => field(1) === '0.000');
    expect(await client.ask('\x01GO20.000,1\r')).toBe('\x01\r');
  });

  test('a later ENQ asks for the last answer again, one that comes with its word does not', async () => {
    const { client } = await start();
    expect(await client.ask('\x01ST25\r\x05')).toBe('\x01ST0\r');
    await clock.sleep(80);
    expect(client.heard).toBe('');
    expect(await client.ask('\x05')).toBe('\x01ST0\r');
  });

  test('XOFF from the host holds the answer back until XON', async () => {
    const { client } = await start();
    client.send('\x13\x01ST25\r');
    await clock.sleep(60);
    expect(client.heard).toBe('');
    expect(await client.ask('\x11')).toBe('\x01ST0\r');
  });
});

describe('a scan', () => {
  test('starts where the axes stand, has one point more than steps, and is fetched and deleted', async () => {
    const { client, notes } = await start();
    await prepare(client);
    expect(await client.ask('\x01SS50,1,0.02,10,0\r\x05')).toBe('\x01\r');
    expect(await client.ask('\x01SS50,1,0.02,10,0\r\x05')).toBe('\x01?12\r');
    const done = await waitFor(client, (field) => field(23) === '0');
    expect([done(1), done(2), done(24), done(25), done(26)]).toEqual(['21.000', '10.500', '0', '51', '']);
    const first = await client.ask('\x01MV20\r\x05');
    const rest = await client.ask('\x01MV100\r\x05');
    expect(first.slice(1)).toMatch(/^MV(\d+\.0000,){19}\d+\.0000\r$/);
    const values = [first, rest].flatMap((answer) => answer.slice(3, -1).split(',').map(Number));
    expect(values).toHaveLength(51);
    expect(values.every((value) => value > 0)).toBe(true);
    expect(await client.ask('\x01MV1\r\x05')).toBe('\x01MV\r');
    expect(notes.find(({ kind }) => kind === 'execution')!.fields).toMatchObject({ fromUdeg: 20e6, stepUdeg: 20_000, pointCount: 51 });
    expect(executions(notes)).toBe(1);
    const counted = notes.filter(({ kind }) => kind === 'chunk').reduce((sum, { fields }) => sum + Number(fields['countsSum']), 0);
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(counted);
  });

  test('with a closed shutter counts nothing', async () => {
    const { client } = await start();
    await prepare(client);
    await client.ask('\x01TW0\r\x05');
    await client.ask('\x01SC10,1,0.02,10,0\r\x05');
    await waitFor(client, (field) => field(25) === '11');
    expect(await client.ask('\x01MV11\r\x05')).toBe(`\x01MV${Array(11).fill('0.0000').join(',')}\r`);
  });

  test('that is called to a halt has lost its values', async () => {
    const { client } = await start({ speed: 20 });
    await prepare(client);
    await client.ask('\x01SS500,1,0.02,10,0\r\x05');
    await waitFor(client, (field) => Number(field(25)) > 3);
    expect(await client.ask('\x01HT10\r\x05')).toBe('\x01\r');
    const field = await waitFor(client, (one) => one(23) === '0');
    expect([field(24), field(25), field(26)]).toEqual(['0', '0', '4']);
  });

  test('of too short a dwell is refused where the instrument says so', async () => {
    const { client } = await start({ minDwell: 0.8 });
    await prepare(client);
    expect(await client.ask('\x01SS50,0.79,0.02,10,0\r\x05')).toBe('\x01?3\r');
    expect(await client.ask('\x01SS50,0.8,0.02,10,0\r\x05')).toBe('\x01\r');
  });

  test('begun while an axis travels is aborted with the missing ready bits', async () => {
    const { client, notes } = await start({ speed: 1 });
    await client.ask('\x01RC1\r\x05');
    await client.ask('\x01GO20.000,1\r\x05');
    expect(await client.ask('\x01SS50,1,0.02,10,0\r\x05')).toBe('\x01\r');
    const field = await status(client);
    expect([field(23), field(26), field(27)]).toEqual(['0', '1', '1']);
    expect(executions(notes)).toBe(0);
  });
});

describe('the D8 dialect, byte by byte', () => {
  test.each([
    ['RC1\r', '\r'],
    ['RV\r', 'RVD8-Diffractometer V2.0 simulated\r'],
    ['AV1\r', 'AV0.0000\r'],
    ['GO1,20.0,1\r', '?4\r'],
    ['RC1\r|GO1,20.0,100\r', '\r'],
    ['RC1\r|GO1,20.0,100\r|ST6\r', 'ST1\r'],
    ['RC1\r|AV1,5.5\r|AV1\r', 'AV5.5000\r'],
    ['RC1\r|FR1,U\r', '\r'],
    ['RC1\r|FR1,X\r', '?3\r'],
    ['RC1\r|HT\r', '\r'],
  ])('to %j the last answer is %j', async (words, last) => {
    const { client } = await start({ dialect: 'd8', speed: 1 });
    let answer = '';
    for (const word of words.split('|')) answer = await client.ask(word);
    expect(answer).toBe(last);
  });

  test('without initialisation a position is 0.--', async () => {
    const { client } = await start({ dialect: 'd8', initialised: 'no' });
    expect(await client.ask('AV1\r')).toBe('AV0.--\r');
  });
});

describe('faults', () => {
  const took = (simulator: RunningSimulator): string[] =>
    simulator.faultRecords().flatMap((record) => record.effects.map(({ effect }) => effect));

  test('a door that opens during a scan aborts it, and the shutter is not where it was sent', async () => {
    const { client, simulator, notes } = await start({}, '- {fault: door-opens, atPoint: 20}');
    await prepare(client);
    await client.ask('\x01SS500,1,0.02,10,0\r\x05');
    const field = await waitFor(client, (one) => one(26) !== '');
    expect([field(20), field(25), field(26), field(28)]).toEqual(['64', '21', '2', '64']);
    expect(Number(field(18)) & (1 << 14)).toBe(0);
    expect(await client.ask('\x01TW1\r\x05')).toBe('\x01?20\r');
    expect(notes.some(({ kind, fields }) => kind === 'beam' && fields['unsafe'] === true)).toBe(false);
    expect(took(simulator)).toEqual(['the door opened while the shutter was open']);
  });

  test.each([
    ['generator-trip', '144'],
    ['water-alarm', '48'],
    ['high-voltage-alarm', '1'],
  ])('%s shows in the alarm word', async (fault, alarms) => {
    const { client } = await start({}, `- {fault: ${fault}, atPoint: 20}`);
    await prepare(client);
    await client.ask('\x01SS500,1,0.02,10,0\r\x05');
    expect((await waitFor(client, (one) => one(26) !== ''))(20)).toBe(alarms);
  });

  test('an operator who takes local control ends the scan and remote control', async () => {
    const { client } = await start({}, '- {fault: local-control, atPoint: 20}');
    await prepare(client);
    await client.ask('\x01SS500,1,0.02,10,0\r\x05');
    expect((await waitFor(client, (one) => one(26) !== ''))(22)).toBe('0');
    expect(await client.ask('\x01GO20.000,1\r\x05')).toBe('\x01?4\r');
    expect(await client.ask('\x01RC1\r\x05')).toBe('\x01?13\r');
  });

  test('a second master and the service switch keep remote control', async () => {
    const { client } = await start({}, '- {fault: second-master, atS: 0}');
    await clock.sleep(60);
    expect(await client.ask('\x01RC1\r\x05')).toBe('\x01?15\r');
    const other = await start({}, '- {fault: service-switch, atS: 0}');
    await clock.sleep(60);
    expect(await other.client.ask('\x01RC1\r\x05')).toBe('\x01?13\r');
  });

  test('the reply to a scan gets lost: it runs once, and a blind repetition is refused', async () => {
    const { client, notes, simulator } = await start({}, '- {fault: lost-reply, atS: 0, options: {to: SS}}');
    await prepare(client);
    await expect(client.ask('\x01SS500,1,0.02,10,0\r\x05', 200)).rejects.toThrow('in vain');
    expect(await client.ask('\x01SS500,1,0.02,10,0\r\x05')).toBe('\x01?12\r');
    expect(executions(notes)).toBe(1);
    expect(took(simulator)).toEqual(['the reply to SS500,1,0.02,10,0 was lost']);
  });

  test.each([
    ['- {fault: lost-command, atS: 0, options: {to: ST25}}', ''],
    ['- {fault: repeated-reply, atS: 0, options: {to: ST25}}', '\x01ST0\r\x01ST0\r'],
    ['- {fault: garbled-reply, atS: 0, options: {to: ST25, how: cut}}', '\x01S'],
    ['- {fault: garbled-reply, atS: 0, options: {to: ST25}}', '\x01\x13\x14p\r'],
    ['- {fault: foreign-reply, atS: 0, options: {to: ST25}}', '\x01\r'],
    ['- {fault: half-open-link, atS: 0}', ''],
  ])('%s', async (schedule, heard) => {
    const { client, simulator } = await start({}, schedule);
    await clock.sleep(60);
    client.send('\x01RC1\r');
    await clock.sleep(40);
    client.heard = '';
    client.send('\x01ST25\r');
    await clock.sleep(60);
    expect(client.heard).toBe(heard);
    expect(took(simulator)).toHaveLength(1);
  });

  test('a late reply comes late', async () => {
    const { client } = await start({}, '- {fault: late-reply, atS: 0, options: {to: ST25, byWallS: 0.2}}');
    await clock.sleep(60);
    client.send('\x01ST25\r');
    await clock.sleep(100);
    expect(client.heard).toBe('');
    await client.until(() => client.heard === '\x01ST0\r', 'the late reply');
  });

  test('axes that stop at a switch, lose themselves, freeze, miss, or are ready too early', async () => {
    const limit = await start({}, '- {fault: limit-switch, atPoint: 20}');
    await prepare(limit.client);
    await limit.client.ask('\x01SS500,1,0.02,10,0\r\x05');
    expect((await waitFor(limit.client, (one) => one(26) !== ''))(26)).toBe('3');
    expect(await limit.client.ask('\x01GO50.000,1\r\x05')).toBe('\x01?11\r');
    expect(await limit.client.ask('\x01GO10.000,1\r\x05')).toBe('\x01\r');

    const miss = await start({}, '- {fault: off-target, atS: 0, options: {byDeg: 0.25}}');
    await clock.sleep(60);
    await prepare(miss.client);
    expect((await status(miss.client))(1)).toBe('20.250');
    expect(took(miss.simulator)).toHaveLength(1);

    const lost = await start({}, '- {fault: lost-initialisation, atS: 0}');
    await clock.sleep(60);
    expect((await status(lost.client))(1)).toBe('--.---');

    const frozen = await start({}, '- {fault: encoder-freeze, atS: 0}');
    await clock.sleep(60);
    await prepare(frozen.client);
    expect((await status(frozen.client))(1)).toBe('0.000');

    const early = await start({ speed: 10 }, '- {fault: early-ready, atS: 0, options: {byS: 3}}');
    await clock.sleep(60);
    await early.client.ask('\x01RC1\r');
    await early.client.ask('\x01GO20.000,1\r');
    const field = await waitFor(early.client, (one) => (Number(one(18)) & 1) === 1);
    expect(Number(field(1))).toBeLessThan(19);
  });

  test('an unplugged port is gone for its driver and comes back, under another name where that is asked for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ewald-pty-'));
    cleanUps.push(() => rmSync(folder, { recursive: true }));
    const link = join(folder, 'ttyD5000');
    const { client, simulator } = await start({ link }, '- {fault: unplugged-port, atS: 20, options: {forWallS: 0.3, renamed: true}}');
    expect(await client.ask('\x01ST25\r')).toBe('\x01ST0\r');
    await client.until(() => client.isGone, 'the end of the line');
    expect(existsSync(link)).toBe(false);
    await client.until(() => took(simulator).length === 2, 'the plug');
    expect(simulator.address()['path']).toBe(`${link}-1`);
    const again = open(simulator);
    expect(await again.ask('\x01ST25\r')).toBe('\x01ST0\r');
  });

  test('XOFF for ever and a short buffer leave words without an answer', async () => {
    const { client } = await start({}, '- {fault: endless-xoff, atS: 20}');
    await client.until(() => client.heard === '\x13', 'the XOFF');
    await expect(client.ask('\x01ST25\r', 100)).rejects.toThrow('in vain');
    const short = await start({}, '- {fault: short-buffer, atS: 0}');
    await clock.sleep(60);
    await expect(short.client.ask('\x01SS500,1,0.02,10,0\r\x05', 100)).rejects.toThrow('in vain');
    expect(took(short.simulator)).toEqual(['4 bytes did not fit into the buffer and were lost']);
  });

  test('a fault that this wire does not have is refused in one sentence', async () => {
    await expect(start({}, '- {fault: lost-chunk, atS: 0}')).rejects.toMatchObject({
      code: 'badInput',
      message: 'the fault lost-chunk needs the messages of the native contract',
    });
  });
});
