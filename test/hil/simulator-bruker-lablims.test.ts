import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { RunningSimulator } from '../../simulators/main.ts';
import type { SimulatorOptionsInput } from '../../simulators/options.ts';
import { patientClock } from '../support/patient-clock.ts';
import { startedSimulators, took } from '../support/wires/started-simulators.ts';
import { temporaryFolders } from '../support/wires/temporary-folders.ts';
import { waitUntil } from '../support/wires/wait-until.ts';

const clock = patientClock();

const JOB =
  '<MeasurementJob><SamplePosition>1A01</SamplePosition><Priority>50</Priority><Permanent>false</Permanent>' +
  '<ExperimentFileOrID>25C.bsml</ExperimentFileOrID><ScriptFile>FullScanScript.cs</ScriptFile></MeasurementJob>';
const PARAMS = 'start_angle;end_angle;step_size;time_per_step;\n40.0;45.0;0.02;1.0;\n';

interface Station {
  readonly simulator: RunningSimulator;
  readonly folder: string;
  readonly result: string;
  notes(kind: string): readonly Readonly<Record<string, unknown>>[];
  took(): string[];
}

const folders = temporaryFolders('ewald-lablims-test-');
const simulators = startedSimulators();

afterEach(async () => {
  await simulators.close();
  folders.clear();
});

async function start(options: SimulatorOptionsInput = {}, faultSchedule = ''): Promise<Station> {
  const folder = folders.make();
  const started = await simulators.start({ as: 'bruker-lablims', speed: 'max', folder, ...options }, faultSchedule);
  return {
    simulator: started.simulator,
    folder,
    result: join(folder, 'Results', 'XRD.ascii'),
    notes: (kind) => started.notes.filter((note) => note.kind === kind).map(({ fields }) => fields),
    took: () => took(started),
  };
}

function order({ folder }: Station, job = JOB, params = PARAMS): void {
  writeFileSync(join(folder, 'ScanParams.txt'), params);
  writeFileSync(join(folder, 'Job.tmp'), job);
  renameSync(join(folder, 'Job.tmp'), join(folder, 'Job.xml'));
}

async function finished(station: Station): Promise<void> {
  await waitUntil(() => station.notes('result').length === 1, 'the result');
}

describe('a job', () => {
  test('is taken once and leaves 2theta in the third and the counts in the last column after three lines of header', async () => {
    const station = await start();
    order(station);
    await finished(station);
    expect(existsSync(join(station.folder, 'Job.xml'))).toBe(false);
    const rows = readFileSync(station.result, 'utf8')
      .trimEnd()
      .split('\r\n')
      .slice(3)
      .map((row) => row.split(';'));
    expect(rows).toHaveLength(251);
    expect([rows[0]![2], rows[250]![2]]).toEqual(['40.00000', '45.00000']);
    const counted = station.notes('chunk').reduce((sum, { countsSum }) => sum + Number(countsSum), 0);
    expect(rows.reduce((sum, row) => sum + Number(row.at(-1)), 0)).toBe(counted);
    expect(readdirSync(join(station.folder, 'Results'))).toEqual(['XRD.ascii']);
    await clock.sleep(100);
    expect(station.notes('execution')).toMatchObject([{ requestId: 'job-1', fromUdeg: 40e6, pointCount: 251 }]);
  });

  test.each([
    ['half a job file', JOB.slice(0, 120), PARAMS],
    ['a job without its script', JOB.replace(/<ScriptFile>.*<\/ScriptFile>/, ''), PARAMS],
    ['decimal commas', JOB, PARAMS.replace('40.0', '40,0')],
    ['other parameters', JOB, 'start;end\n40.0;45.0;\n'],
    ['angles out of reach', JOB, PARAMS.replace('45.0', '179.0')],
  ])('with %s is thrown away', async (_what, job, params) => {
    const station = await start();
    order(station, job, params);
    await waitUntil(() => station.notes('given-up').length === 1, 'the end of the job');
    expect(station.notes('execution')).toEqual([]);
    expect(existsSync(join(station.folder, 'Job.xml'))).toBe(false);
  });

  test('waits while another one runs', async () => {
    const station = await start({ speed: 40 });
    order(station);
    await waitUntil(() => station.notes('execution').length === 1, 'the first scan');
    order(station);
    await clock.sleep(100);
    expect(existsSync(join(station.folder, 'Job.xml'))).toBe(true);
    await waitUntil(() => station.notes('execution').length === 2, 'the second scan');
  });
});

describe('faults', () => {
  test('a scan that is cut short leaves no file', async () => {
    const station = await start({}, '- {fault: door-opens, atPoint: 100}');
    order(station);
    await waitUntil(() => station.notes('given-up').length === 1, 'the end of the job');
    expect(existsSync(station.result)).toBe(false);
    expect(station.simulator.device.circuitState().shutter).toBe('closed');
  });

  test('under local control jobs are left lying', async () => {
    const station = await start({}, '- {fault: local-control, atS: 0}');
    await waitUntil(() => station.took().length === 1, 'the fault');
    order(station);
    await clock.sleep(120);
    expect(existsSync(join(station.folder, 'Job.xml'))).toBe(true);
  });

  test.each([
    ['partial-result', ({ result }: Station) => readFileSync(result, 'utf8').split('\r\n').length < 200],
    ['double-result', ({ folder }: Station) => readdirSync(join(folder, 'Results')).length === 2],
    ['locked-result', ({ result }: Station) => lstatSync(result).isSymbolicLink()],
    ['missing-result', ({ result }: Station) => !existsSync(result)],
    ['decimal-comma', ({ result }: Station) => readFileSync(result, 'utf8').includes(';40,00000;')],
  ])('%s', async (fault, isSo) => {
    const station = await start({}, `- {fault: ${fault}, atS: 0}`);
    await clock.sleep(60);
    order(station);
    await finished(station);
    expect(isSo(station)).toBe(true);
    expect(station.took()).toHaveLength(1);
  });

  test('what was partial or locked becomes whole where that is asked for', async () => {
    const station = await start({}, '- {fault: locked-result, atS: 0, options: {forWallS: 0.15}}');
    await clock.sleep(60);
    order(station);
    await waitUntil(() => lstatSync(station.result, { throwIfNoEntry: false })?.isSymbolicLink() === true, 'the lock');
    await finished(station);
    expect(readFileSync(station.result, 'utf8').trimEnd().split('\r\n')).toHaveLength(254);
  });

  test('the file of an earlier job is there as soon as the scan begins', async () => {
    const station = await start({ speed: 40 }, '- {fault: stale-result, atS: 0}');
    await clock.sleep(60);
    order(station);
    await waitUntil(() => existsSync(station.result), 'the stale file');
    expect(readFileSync(station.result, 'utf8')).toContain(';15.00000;');
    await finished(station);
    expect(readFileSync(station.result, 'utf8')).toContain(';45.00000;');
  });

  test('a folder that is not there is made', async () => {
    const parent = folders.make();
    mkdirSync(join(parent, 'a'));
    const { simulator } = await start({ folder: join(parent, 'a', 'b') });
    expect(existsSync(String(simulator.address()['results']))).toBe(true);
  });
});
