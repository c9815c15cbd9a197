import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { SimulatorOptionsInput } from '../../simulators/options.ts';
import { readRecordedFile } from '../../src/formats/registry.ts';
import { patientClock } from '../support/patient-clock.ts';
import { executions, type StartedSimulator, startedSimulators, took } from '../support/wires/started-simulators.ts';
import { temporaryFolders } from '../support/wires/temporary-folders.ts';
import { waitUntil } from '../support/wires/wait-until.ts';

interface Aeris extends StartedSimulator {
  readonly folder: string;
  /** Sends the text on a connection of its own; null where nothing comes within `withinMs`. */
  readonly ask: (text: string, withinMs?: number) => Promise<string | null>;
}

const clock = patientClock();
const folders = temporaryFolders('ewald-aeris-test-');
const simulators = startedSimulators();

afterEach(async () => {
  await simulators.close();
  folders.clear();
});

async function start(options: SimulatorOptionsInput = {}, faultSchedule = ''): Promise<Aeris> {
  const folder = folders.make();
  const started = await simulators.start({ as: 'aeris', speed: 'max', folder, ...options }, faultSchedule);
  const port = Number(started.simulator.address()['port']);
  return { ...started, folder, ask: (text, withinMs = 2000) => exchange(port, text, withinMs) };
}

function exchange(port: number, text: string, withinMs: number): Promise<string | null> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    const timer = setTimeout(() => socket.destroy(), withinMs);
    socket.on('data', (bytes) => {
      heard += bytes.toString();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(heard === '' ? null : heard);
    });
  });
}

const MEASURE = '@SAMPLE@ADD@SAMPLE_ID=r1.1@APPLICATION=40-45_High@AT=0,2@MEASURE=yes@END';
const hasResult = ({ notes }: Aeris): boolean => notes.some(({ kind }) => kind === 'result');

describe('the messages, byte by byte', () => {
  test.each([
    ['@STATUS_REQUEST@UNIT=xrd@END', '@STATUS_REPLY@UNIT=xrd@READY=yes@END'],
    ['@STATUS_REQUEST@SYSTEM@END', '@STATUS_REPLY@SYSTEM=remote@END'],
    ['@STATUS_REQUEST@LOCATION=0,2@END', '@STATUS_REPLY@LOCATION=0,2@STATE=occupied@END'],
    ['@STATUS_REQUEST@LOCATION=0,3@END', '@STATUS_REPLY@LOCATION=0,3@STATE=free@END'],
    ['@SAMPLE@ADD@APPLICATION=10-80_Low@SAMPLE_ID=a@AT=0,2@END', '@SAMPLE_REPLY@ADD@RESULT=ok@END'],
    ['@SAMPLE@MOVE@SAMPLE_ID@AT=0,2@TO=0,5@END', '@SAMPLE_REPLY@MOVE@RESULT=ok@END'],
  ])('%s', async (message, reply) => {
    expect(await (await start()).ask(message)).toBe(reply);
  });

  test.each([
    ['@STATUS_REQUEST@LOCATION=0,9@END'],
    ['@STATUS_REQUEST@END'],
    ['@SAMPLE@ADD@APPLICATION=nothing@SAMPLE_ID=a@AT=0,2@END'],
    ['@SAMPLE@ADD@APPLICATION=10-80_Low@SAMPLE_ID=a@END'],
    ['@SAMPLE@MEASURE@SAMPLE_ID=a@APPLICATION=10-80_Low@END'],
    ['@SAMPLE@ADD@APPLICATION=10-80_Low@SAMPLE_ID=a@AT=0,3@MEASURE=yes@END'],
    ['@SAMPLE@REMOVE@SAMPLE_ID=a@END'],
    ['@SAMPLE@ADD@APPLICATION=10-80_Low@SAMPLE_ID=../a@AT=0,2@END'],
    ['@SAMPLE@MOVE@SAMPLE_ID@AT=0,3@TO=0,5@END'],
    ['@SAMPLE@ADD@SAMPLE_ID=a@SAMPLE_ID=b@APPLICATION=10-80_Low@AT=0,2@END'],
  ])('%s is answered with a fatal error', async (message) => {
    expect(await (await start()).ask(message)).toMatch(/^@REPLY@ERROR=fatal@TEXT=[^@=]+@END$/);
  });

  test('a list of samples is kept: twice the same is refused, removing frees the place', async () => {
    const { ask } = await start();
    const add = '@SAMPLE@ADD@APPLICATION=10-80_Low@SAMPLE_ID=a@AT=0,2@END';
    expect(await ask(add)).not.toContain('fatal');
    expect(await ask(add)).toContain('fatal');
    expect(await ask('@SAMPLE@REMOVE@SAMPLE_ID@AT=0,2@END')).not.toContain('fatal');
    expect(await ask(add)).not.toContain('fatal');
    expect(await ask('@SAMPLE@REMOVE@SAMPLE_ID=a@END')).not.toContain('fatal');
  });
});

describe('a measurement', () => {
  test('leaves an XRDML file with raw counts under the name of its sample', async () => {
    const aeris = await start();
    expect(await aeris.ask(MEASURE)).toBe('@SAMPLE_REPLY@ADD@RESULT=ok@END');
    await waitUntil(() => hasResult(aeris), 'the result');
    const file = await readRecordedFile(readFileSync(join(aeris.folder, 'r1.1.xrdml')), 'r1.1.xrdml');
    const scan = file.scans[0]!;
    expect(scan).toMatchObject({ unit: 'counts', sampleName: 'r1.1', status: 'Completed', stepTimeS: 10, apertureDeg: 2.9 });
    expect(scan.counts).toHaveLength(251);
    expect([scan.twoThetaDeg[0], scan.twoThetaDeg[250]]).toEqual([40, 45]);
    const counted = aeris.notes.filter(({ kind }) => kind === 'chunk').reduce((sum, { fields }) => sum + Number(fields['countsSum']), 0);
    expect(scan.counts.reduce((sum, count) => sum + count, 0)).toBe(counted);
    expect(readFileSync(join(aeris.folder, 'r1.1.xrdml'), 'utf8')).toMatch(
      /<positions axis="Omega" unit="deg">\s*<startPosition>20<\/startPosition>\s*<endPosition>22.5<\/endPosition>/,
    );
    expect(readdirSync(aeris.folder)).toEqual(['r1.1.xrdml']);
    expect(executions(aeris)).toBe(1);
  });

  test('says it is ready until the sample is in, then not, and ready again at the end', async () => {
    const aeris = await start({ speed: 40 });
    await aeris.ask(MEASURE);
    expect(await aeris.ask('@STATUS_REQUEST@UNIT=xrd@END')).toContain('READY=yes');
    await waitUntil(() => executions(aeris) === 1, 'the scan');
    expect(await aeris.ask('@STATUS_REQUEST@UNIT=xrd@END')).toContain('READY=no');
    expect(await aeris.ask('@SAMPLE@MEASURE@SAMPLE_ID=r1.1@END')).toContain('fatal');
    await waitUntil(() => hasResult(aeris), 'the result');
    expect(await aeris.ask('@STATUS_REQUEST@UNIT=xrd@END')).toContain('READY=yes');
  });

  test('takes its programs from a file', async () => {
    const programs = folders.write('programs.yaml', '- {name: tiny, fromDeg: 42, toDeg: 43, stepDeg: 0.02, dwellS: 1}');
    const aeris = await start({ programs });
    expect(await aeris.ask('@SAMPLE@ADD@SAMPLE_ID=a@APPLICATION=tiny@AT=0,2@MEASURE=yes@END')).not.toContain('fatal');
    await waitUntil(() => hasResult(aeris), 'the result');
    const bad = folders.write('bad.yaml', '- {name: a@b, fromDeg: 42, toDeg: 43, stepDeg: 0.02, dwellS: 1}');
    await expect(start({ programs: bad })).rejects.toMatchObject({ code: 'badInput' });
  });
});

describe('faults', () => {
  test('a door that opens cuts the scan short, and its file says so', async () => {
    const aeris = await start({}, '- {fault: door-opens, atPoint: 100}');
    await aeris.ask(MEASURE);
    await waitUntil(() => hasResult(aeris), 'the result');
    const { scans } = await readRecordedFile(readFileSync(join(aeris.folder, 'r1.1.xrdml')), 'r1.1.xrdml');
    expect(scans[0]).toMatchObject({ status: 'Aborted' });
    expect(scans[0]!.counts).toHaveLength(101);
    expect(aeris.simulator.device.circuitState().shutter).toBe('closed');
  });

  test('an operator who takes local control is told by the system, and commands are refused', async () => {
    const aeris = await start({}, '- {fault: local-control, atS: 0}');
    await waitUntil(() => took(aeris).length === 1, 'the fault');
    expect(await aeris.ask('@STATUS_REQUEST@SYSTEM@END')).toBe('@STATUS_REPLY@SYSTEM=local@END');
    expect(await aeris.ask(MEASURE)).toContain('fatal');
  });

  test('the reply to a measurement gets lost: it runs once, and a blind repetition is refused', async () => {
    const aeris = await start({}, "- {fault: lost-reply, atS: 0, options: {to: '@SAMPLE@ADD'}}");
    await clock.sleep(60);
    expect(await aeris.ask(MEASURE, 100)).toBeNull();
    expect(await aeris.ask(MEASURE)).toContain('fatal');
    await waitUntil(() => hasResult(aeris), 'the result');
    expect(executions(aeris)).toBe(1);
    expect(took(aeris)).toHaveLength(1);
  });

  test.each([
    ['half-open-link', null],
    ['lost-command', null],
    ['missing-sample', '@STATUS_REPLY@LOCATION=0,2@STATE=free@END'],
  ])('%s', async (fault, reply) => {
    const aeris = await start({}, `- {fault: ${fault}, atS: 0}`);
    await clock.sleep(60);
    expect(await aeris.ask('@STATUS_REQUEST@LOCATION=0,2@END', 100)).toBe(reply);
    expect(took(aeris)).toHaveLength(1);
  });

  test('a fatal error comes as often as it was ordered', async () => {
    const aeris = await start({}, '- {fault: fatal-reply, atS: 0}');
    await clock.sleep(60);
    expect(await aeris.ask(MEASURE)).toContain('fatal');
    expect(await aeris.ask(MEASURE)).not.toContain('fatal');
  });

  test('the instrument may say it is ready while it measures', async () => {
    const aeris = await start({ speed: 40 }, '- {fault: ready-while-measuring, atS: 0}');
    await aeris.ask(MEASURE);
    await waitUntil(() => executions(aeris) === 1, 'the scan');
    expect(await aeris.ask('@STATUS_REQUEST@UNIT=xrd@END')).toContain('READY=yes');
    expect(took(aeris)).toHaveLength(1);
  });

  test.each([
    ['partial-result', (aeris: Aeris) => !readFileSync(join(aeris.folder, 'r1.1.xrdml'), 'utf8').includes('</xrdMeasurements>')],
    ['missing-result', (aeris: Aeris) => readdirSync(aeris.folder).length === 0],
    ['double-result', (aeris: Aeris) => readdirSync(aeris.folder).sort().join() === 'r1.1 (2).xrdml,r1.1.xrdml'],
    ['locked-result', (aeris: Aeris) => cannotBeRead(join(aeris.folder, 'r1.1.xrdml'))],
  ])('%s', async (fault, isSo) => {
    const aeris = await start({}, `- {fault: ${fault}, atS: 0}`);
    await clock.sleep(60);
    await aeris.ask(MEASURE);
    await waitUntil(() => hasResult(aeris), 'the result');
    expect(isSo(aeris)).toBe(true);
    expect(took(aeris)).toHaveLength(1);
  });

  test('the clock of the stamps may jump', async () => {
    const aeris = await start({}, '- {fault: clock-jump, atS: 0, options: {byS: -7200}}');
    await clock.sleep(60);
    const beforeMs = clock.nowMs();
    await aeris.ask(MEASURE);
    await waitUntil(() => hasResult(aeris), 'the result');
    const { scans } = await readRecordedFile(readFileSync(join(aeris.folder, 'r1.1.xrdml')), 'r1.1.xrdml');
    expect(Math.abs(Date.parse(scans[0]!.startedAt!) + 7200e3 - beforeMs)).toBeLessThan(60e3);
  });

  test('the file of an earlier job lies there from the beginning', async () => {
    const aeris = await start({ speed: 40 }, '- {fault: stale-result, atS: 0}');
    await clock.sleep(60);
    await aeris.ask(MEASURE);
    const path = join(aeris.folder, 'r1.1.xrdml');
    expect(existsSync(path)).toBe(true);
    const { scans } = await readRecordedFile(readFileSync(path), 'r1.1.xrdml');
    expect(scans[0]).toMatchObject({ sampleName: 'earlier-job' });
    expect(scans[0]!.twoThetaDeg[0]).toBe(15);
    await waitUntil(() => hasResult(aeris), 'the result');
    expect((await readRecordedFile(readFileSync(path), 'r1.1.xrdml')).scans[0]).toMatchObject({ sampleName: 'r1.1' });
  });
});

function cannotBeRead(path: string): boolean {
  try {
    readFileSync(path);
    return false;
  } catch {
    return lstatSync(path).isSymbolicLink();
  }
}
