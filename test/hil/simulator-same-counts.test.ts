import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { type RunningSimulator, runSimulator } from '../../simulators/main.ts';
import type { SimulatorOptionsInput } from '../../simulators/options.ts';
import { readRecordedFile } from '../../src/formats/registry.ts';
import { patientClock } from '../support/patient-clock.ts';
import { temporaryFolders } from '../support/wires/temporary-folders.ts';
import { TerminalClient } from '../support/wires/terminal-client.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';

const clock = patientClock();

const POINTS = 51;
const folders = temporaryFolders('ewald-same-counts-');
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  folders.clear();
});

async function start(options: SimulatorOptionsInput): Promise<{ simulator: RunningSimulator; ended: () => Promise<void> }> {
  let results = 0;
  const simulator = await runSimulator(
    { phases: [{ phaseId: 'MgO_225', height: 1 }], speed: 'max', seed: 9, ...options },
    { log: silentLog, clock, journal: (kind) => (kind === 'result' || (kind === 'end' && options.as === 'daco-mp')) && results++ },
  );
  cleanUps.push(() => simulator.close());
  const ended = async (): Promise<void> => {
    for (let tries = 0; tries < 800 && results === 0; tries++) await clock.sleep(5);
    expect(results).toBe(1);
  };
  return { simulator, ended };
}

async function throughDaco(): Promise<number[]> {
  const { simulator, ended } = await start({ as: 'daco-mp' });
  const client = new TerminalClient(String(simulator.address()['path']));
  cleanUps.push(() => client.close());
  for (const word of ['RC1', 'GO42.000,1', 'GO21.000,2', 'TW1']) await client.ask(`\x01${word}\r`);
  while (!(await client.ask('\x01ST\r')).startsWith('\x01ST42.000,21.000')) await clock.sleep(5);
  expect(await client.ask(`\x01SC${POINTS - 1},1.0,0.02,10,0\r`)).toBe('\x01\r');
  await ended();
  return (await client.ask(`\x01MV${POINTS}\r`)).slice(3, -1).split(',').map(Number);
}

async function throughAeris(): Promise<number[]> {
  const programs = folders.write('programs.yaml', '- {name: p, fromDeg: 42, toDeg: 43, stepDeg: 0.02, dwellS: 1}');
  const folder = folders.make();
  const { simulator, ended } = await start({ as: 'aeris', programs, folder });
  const socket = connect(Number(simulator.address()['port']), '127.0.0.1', () =>
    socket.write('@SAMPLE@ADD@SAMPLE_ID=s@APPLICATION=p@AT=0,2@MEASURE=yes@END'),
  );
  socket.resume();
  await ended();
  const file = await readRecordedFile(readFileSync(join(folder, 's.xrdml')), 's.xrdml');
  return [...file.scans[0]!.counts];
}

async function throughLabLims(): Promise<number[]> {
  const folder = folders.make();
  const { ended } = await start({ as: 'bruker-lablims', folder });
  writeFileSync(join(folder, 'ScanParams.txt'), 'start_angle;end_angle;step_size;time_per_step;\n42.0;43.0;0.02;1.0;\n');
  const fields = { SamplePosition: '1A01', Priority: '50', Permanent: 'false', ExperimentFileOrID: 'e.bsml', ScriptFile: 's.cs' };
  const inner = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`);
  writeFileSync(join(folder, 'Job.new'), `<MeasurementJob>${inner.join('')}</MeasurementJob>`);
  renameSync(join(folder, 'Job.new'), join(folder, 'Job.xml'));
  await ended();
  const rows = readFileSync(join(folder, 'Results', 'XRD.ascii'), 'utf8')
    .trimEnd()
    .split('\r\n')
    .slice(3);
  return rows.map((row) => Number(row.split(';').at(-1)));
}

test('the same scan of the same sample gives the same counts through every wire', async () => {
  const counts = await throughDaco();
  expect(counts).toHaveLength(POINTS);
  expect(Math.max(...counts)).toBeGreaterThan(100);
  expect(await throughAeris()).toEqual(counts);
  expect(await throughLabLims()).toEqual(counts);
});
