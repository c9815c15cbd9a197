import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Diffractometer } from '../../../../src/ports/diffractometer.ts';
import { collect, expectWhole } from '../../../contract/diffractometer.ts';
import { asciiOf, layWhole } from '../../../support/fake-lablims.ts';
import { type LabLimsRig, labLimsRig } from '../../../support/lablims-rig.ts';
import { scanCommand } from '../../../support/scan-command.ts';

let rig: LabLimsRig;
let instrument: Diffractometer;

beforeEach(async () => {
  rig = await labLimsRig();
  rig.far.mood.lastsMs = 30;
  instrument = rig.make();
  await instrument.open(new AbortController().signal);
});
afterEach(() => rig.close());

const command = (requestId = 'r1', attempt = 1) => scanCommand({ requestId, attempt, expectedS: 0.1, notAfterS: 1e12 });
const measure = (requestId = 'r1') => collect(instrument.scan(command(requestId)));
const OTHER = { fromDeg: 40, stepDeg: 0.02, points: 101 };

test('the order is written as the public description says, and cleared away', async () => {
  expectWhole(await measure(), command());
  expect(rig.far.params[0]!.split(/\r?\n/)).toEqual(['start_angle;end_angle;step_size;time_per_step;', '20.0;22.0;0.02;0.1;', '']);
  expect(rig.far.jobs[0]).toBe(
    '<MeasurementJob><SamplePosition>1A01</SamplePosition><Priority>50</Priority><Permanent>false</Permanent>' +
      '<ExperimentFileOrID>25C.bsml</ExperimentFileOrID><ScriptFile>FullScanScript.cs</ScriptFile></MeasurementJob>',
  );
  expect(readdirSync(rig.resultFolder)).toEqual([]);
  expect(readdirSync(rig.labLimsFolder).sort()).toEqual(['Results', 'ScanParams.txt', 'ewald-archive']);
});

test('old results are moved away before a job is handed over, and nothing is deleted', async () => {
  writeFileSync(join(rig.resultFolder, 'XRD.ascii'), asciiOf({ fromDeg: 20, stepDeg: 0.02, points: 101 }));
  expectWhole(await measure(), command());
  const archived = readdirSync(join(rig.labLimsFolder, 'ewald-archive'));
  expect(archived).toHaveLength(2);
  expect(rig.far.jobs).toHaveLength(1);
});

test('a result that is older than the job is called stale', async () => {
  rig.far.mood.lay = (folder, text) => {
    layWhole(folder, 'XRD.ascii', text);
    utimesSync(join(folder, 'XRD.ascii'), new Date(1e12), new Date(1e12));
  };
  await expect(measure()).rejects.toMatchObject({
    code: 'deviceFault',
    message: expect.stringMatching(/XRD.ascii \(stale: it is \d+ s older/),
  });
});

test('the result of an earlier job laid once more is called stale', async () => {
  let first = '';
  rig.far.mood.lay = (folder, text) => {
    first = text;
    layWhole(folder, 'XRD.ascii', text);
  };
  await measure('r1');
  rig.far.mood.lay = (folder) => layWhole(folder, 'XRD.ascii', first);
  await expect(measure('r2')).rejects.toMatchObject({
    message: expect.stringMatching(/stale: it is the result of an earlier job once more/),
  });
});

test('a result of another range is told apart, and the right one beside it is taken', async () => {
  rig.far.mood.lay = (folder) => layWhole(folder, 'XRD.ascii', asciiOf(OTHER));
  await expect(measure('r1')).rejects.toMatchObject({
    code: 'deviceFault',
    message: expect.stringMatching(/foreign: it begins at 40 deg/),
  });
  rig.far.mood.lay = (folder, text) => {
    layWhole(folder, 'other.ascii', asciiOf(OTHER));
    layWhole(folder, 'XRD.ascii', text);
  };
  expectWhole(await measure('r2'), command('r2'));
});

test('a result that is being written is waited for', async () => {
  rig.far.mood.lay = (folder, text) => {
    writeFileSync(join(folder, 'XRD.ascii'), text.slice(0, 1000));
    setTimeout(() => writeFileSync(join(folder, 'XRD.ascii'), text), 60);
  };
  expectWhole(await measure(), command());
});

test('a result that stays cut off is kept as far as it is sure, and the scan called cut short', async () => {
  rig.far.mood.lay = (folder, text) => writeFileSync(join(folder, 'XRD.ascii'), text.slice(0, 1003));
  await expect(measure()).rejects.toMatchObject({
    code: 'deviceFault',
    message: expect.stringMatching(/cut off: it ends at 2\d\.\d+ deg with \d+ of 101/),
  });
  const found = await instrument.find('r1', 1);
  if (found.kind !== 'finished') throw new Error(found.kind);
  expect(found.report.completeness).toBe('cut-short');
  const angles = found.chunks.flatMap((chunk) => [...chunk.twoThetaDeg]);
  // The line in which the cut falls is left out, even though a number stands there.
  const text = asciiOf({ fromDeg: 20, stepDeg: 0.02, points: 101 });
  expect(angles.length).toBe(text.slice(0, 1003).split('\r\n').length - 1 - 3);
  const heir = rig.make();
  await heir.open(new AbortController().signal);
  expect(await heir.find('r1', 1)).toEqual(found);
});

test('two results are refused', async () => {
  rig.far.mood.lay = (folder, text) => {
    layWhole(folder, 'XRD.ascii', text);
    layWhole(folder, 'XRD (2).ascii', text.replace(/;1\r\n/, ';2\r\n'));
  };
  await expect(measure()).rejects.toMatchObject({
    code: 'deviceFault',
    message: expect.stringMatching(/two results, XRD \(2\).ascii and XRD.ascii/),
  });
});

test('a job that LabLims does not take is withdrawn, and may be tried again', async () => {
  rig.far.mood.awake = false;
  await expect(measure()).rejects.toMatchObject({ code: 'timeout', message: expect.stringMatching(/did not take the job/) });
  expect(existsSync(join(rig.labLimsFolder, 'Job.xml'))).toBe(false);
  expect(await instrument.find('r1', 1)).toEqual({ kind: 'lost' });
  rig.far.mood.awake = true;
  expectWhole(await collect(instrument.scan(command('r1', 2))), command('r1', 2));
});

test('a job that was not taken yet can be stopped', async () => {
  rig.far.mood.awake = false;
  const outcome = measure().then(
    () => 'whole',
    (error) => error.message,
  );
  while (!existsSync(join(rig.labLimsFolder, 'Job.xml'))) await new Promise((resolve) => setTimeout(resolve, 5));
  await instrument.makeSafe('enough');
  expect(await outcome).toMatch(/withdrawn/);
  rig.far.mood.awake = true;
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(rig.far.jobs).toEqual([]);
});

test('the job of somebody else is left alone', async () => {
  rig.far.mood.awake = false;
  writeFileSync(join(rig.labLimsFolder, 'Job.xml'), '<MeasurementJob>theirs</MeasurementJob>');
  await expect(measure()).rejects.toMatchObject({ code: 'busy' });
  await instrument.makeSafe('enough');
  expect(readFileSync(join(rig.labLimsFolder, 'Job.xml'), 'utf8')).toMatch(/theirs/);
});

test('while a result may still come, no second job is handed over', async () => {
  rig.far.mood.lastsMs = 400;
  measure('r1').catch(() => undefined);
  while (rig.far.jobs.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await expect(measure('r2')).rejects.toMatchObject({ code: 'busy', message: expect.stringMatching(/the result of r1 may still come/) });
});

test('no result at all is told with what to look at', async () => {
  rig.far.mood.lay = () => undefined;
  await expect(measure()).rejects.toMatchObject({ code: 'deviceFault', message: 'no result came in time' });
});

test('a folder that is gone is a link alert and a stale state, and comes back', async () => {
  const kinds: string[] = [];
  instrument.alerts().subscribe((alert) => kinds.push(`${alert.kind} ${alert.active}`));
  rmSync(rig.resultFolder, { recursive: true });
  while (!kinds.includes('link true')) await new Promise((resolve) => setTimeout(resolve, 10));
  mkdirSync(rig.resultFolder);
  while (!kinds.includes('link false')) await new Promise((resolve) => setTimeout(resolve, 10));
});

test('a folder that is not there is named at once', async () => {
  const missing = join(rig.labLimsFolder, 'nowhere');
  await expect(rig.make({ resultFolder: missing }).open(new AbortController().signal)).rejects.toMatchObject({
    code: 'link',
    subject: missing,
  });
});

test('a result that came while nobody looked is taken, however late', async () => {
  const outcome = measure().catch(() => undefined);
  while (rig.far.jobs.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  await instrument.close();
  await outcome;
  const [name] = readdirSync(rig.jobFolder).filter((file) => file.endsWith('.json'));
  const path = join(rig.jobFolder, name!);
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), begunMs: Date.now() - 86_400_000 }));
  while (readdirSync(rig.resultFolder).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const heir = rig.make();
  await heir.open(new AbortController().signal);
  expect((await heir.find('r1', 1)).kind).toBe('running');
  expectWhole(await collect(heir.scan(command())), command());
  expect(rig.far.jobs).toHaveLength(1);
});
