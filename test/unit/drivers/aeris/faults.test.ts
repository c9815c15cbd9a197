import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import type { Diffractometer, InstrumentAlert } from '../../../../src/ports/diffractometer.ts';
import { collect, expectWhole } from '../../../contract/diffractometer.ts';
import { type AerisRig, aerisRig, programCommand } from '../../../support/aeris-rig.ts';

let rig: AerisRig;
let instrument: Diffractometer;

beforeEach(async () => {
  rig = await aerisRig();
  instrument = rig.make();
  await instrument.open(new AbortController().signal);
});
afterEach(() => rig.close());

const command = programCommand('r1');
const measure = () => collect(instrument.scan(command));
const sent = (what: string) => rig.far.received.filter((frame) => frame.startsWith(`@SAMPLE@${what}`));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (isIt: () => boolean) => {
  while (!isIt()) await pause(5);
};

test('everything that was added is removed again', async () => {
  expectWhole(await measure(), command);
  expect(rig.far.samples.size).toBe(0);
  expect([sent('ADD').length, sent('MEASURE').length, sent('REMOVE').length]).toEqual([1, 1, 1]);
});

test('under local control nothing is begun, and the alert lifts when control comes back', async () => {
  const alerts: InstrumentAlert[] = [];
  instrument.alerts().subscribe((alert) => alerts.push(alert));
  rig.far.mood.remote = false;
  await expect(measure()).rejects.toMatchObject({ code: 'refused', message: expect.stringMatching(/not under remote control/) });
  expect(sent('ADD')).toEqual([]);
  expect(alerts).toMatchObject([{ kind: 'localControl', active: true }]);
  rig.far.mood.remote = true;
  await until(() => alerts.length > 1);
  expect(alerts[1]).toMatchObject({ kind: 'localControl', active: false });
});

test('the safety state runs out when the operator takes over', async () => {
  rig.far.mood.remote = false;
  await pause(150);
  const before = await firstValueFrom(instrument.safety());
  await pause(250);
  expect((await firstValueFrom(instrument.safety())).validUntilMs).toBe(before.validUntilMs);
});

test('an empty place and a busy instrument are told apart, and nothing is sent', async () => {
  rig.far.mood.occupied = false;
  await expect(measure()).rejects.toMatchObject({ code: 'refused', message: expect.stringMatching(/no sample in place 1/) });
  rig.far.mood.occupied = true;
  rig.far.mood.say.set('UNIT=xrd', '@STATUS@UNIT=xrd@READY=no@END');
  await expect(measure()).rejects.toMatchObject({ code: 'busy' });
  expect([sent('ADD'), sent('MEASURE')]).toEqual([[], []]);
});

test.each(['ADD', 'MEASURE'])('a fatal reply to %s is told in its words, and what was added is removed', async (order) => {
  rig.far.mood.say.set(`@SAMPLE@${order}`, '@fatal: no such application@END');
  await expect(measure()).rejects.toMatchObject({ code: 'refused', message: expect.stringMatching(/fatal: no such application/) });
  expect(sent('REMOVE')).toHaveLength(1);
  expect(readdirSync(rig.jobFolder)).toEqual([]);
});

test('a start whose reply is lost is not sent again: the state is read', async () => {
  rig.far.mood.mute.add('MEASURE');
  expectWhole(await measure(), command);
  expect(sent('MEASURE')).toHaveLength(1);
  expect(rig.far.measured).toHaveLength(1);
});

test('a start that never arrived ends as lost, and the next attempt measures', async () => {
  rig.far.mood.deaf.add('MEASURE');
  await expect(measure()).rejects.toMatchObject({ code: 'timeout', message: expect.stringMatching(/never began the program 20-30_Low/) });
  expect(sent('MEASURE')).toHaveLength(1);
  expect(await instrument.find('r1', 1)).toEqual({ kind: 'lost' });
  expect(rig.far.samples.size).toBe(0);
  rig.far.mood.deaf.delete('MEASURE');
  const again = { ...command, attempt: 2 };
  expectWhole(await collect(instrument.scan(again)), again);
});

test('a registration whose reply is lost is taken back and made again', async () => {
  rig.far.mood.mute.add('ADD');
  setTimeout(() => rig.far.mood.mute.delete('ADD'), 100);
  expectWhole(await measure(), command);
  expect([sent('ADD').length, sent('MEASURE').length]).toEqual([2, 1]);
});

test('ready that comes too early ends nothing', async () => {
  rig.far.mood.readyLies = true;
  expectWhole(await measure(), command);
});

test('garbled status is asked again, and garbled for long is a fault of the link', async () => {
  const whole = measure();
  await until(() => rig.far.busy);
  rig.far.mood.say.set('UNIT=xrd', '@STATUS@UNIT=xrd@REA');
  setTimeout(() => rig.far.mood.say.clear(), 150);
  expectWhole(await whole, command);
  rig.far.mood.say.set('SYSTEM', '\u0001\u0002');
  await expect(collect(instrument.scan(programCommand('r2')))).rejects.toMatchObject({ code: 'garbled' });
});

test('a result of another sample is not taken', async () => {
  rig.far.mood.result = (xrdml) => xrdml.replace(/<id>.*<\/id>/, '<id>somebody-elses</id>');
  await expect(measure()).rejects.toMatchObject({ code: 'deviceFault', message: expect.stringMatching(/of the sample somebody-elses/) });
});

test('a result of another range names what the program truly measures', async () => {
  rig.far.mood.result = (xrdml) => xrdml.replace('<endPosition>30</endPosition>', '<endPosition>35</endPosition>');
  await expect(measure()).rejects.toMatchObject({
    code: 'deviceFault',
    message: expect.stringMatching(/20.0000 to 35.0000 deg in 501 points of 0.03000 deg/),
  });
});

test('an old result is not taken', async () => {
  rig.far.mood.result = (xrdml) => xrdml.replace(/20\d\d-\d\d-\d\dT/g, '2001-01-01T');
  await expect(measure()).rejects.toMatchObject({ code: 'deviceFault', message: expect.stringMatching(/\d+ min before it was asked for/) });
});

test('a result of another tube is not taken', async () => {
  rig.far.mood.result = (xrdml) => xrdml.replace('1.5405980', '1.7889960');
  await expect(measure()).rejects.toMatchObject({
    message: expect.stringMatching(/measured with 1.788996 angstrom, but the config says 1.540598/),
  });
});

test('a result that is being written is waited for; one that stays cut off is called damaged', async () => {
  rig.far.mood.result = (xrdml) => {
    const half = xrdml.slice(0, xrdml.length / 2);
    setTimeout(() => writeFileSync(join(rig.resultFolder, `${rig.far.measured[0]}.xrdml`), xrdml), 80);
    return half;
  };
  expectWhole(await measure(), command);
  rig.far.mood.result = (xrdml) => xrdml.slice(0, xrdml.length / 2);
  await expect(collect(instrument.scan(programCommand('r2')))).rejects.toMatchObject({
    code: 'deviceFault',
    message: expect.stringMatching(/cut off or damaged/),
  });
});

test('an aborted program is kept as far as it came', async () => {
  rig.far.mood.result = (xrdml) =>
    xrdml
      .replace(/<counts[^>]*>[^<]*/, (counts) => counts.split(' ').slice(0, 252).join(' '))
      .replace('<endPosition>30</endPosition>', '<endPosition>25</endPosition>')
      .replaceAll('status="Completed"', 'status="Aborted"');
  await expect(measure()).rejects.toMatchObject({
    code: 'deviceFault',
    message: expect.stringMatching(/ends at 25.00 deg with 251 of 501 points/),
  });
  const found = await instrument.find('r1', 1);
  if (found.kind !== 'finished') throw new Error(found.kind);
  expect(found.report.completeness).toBe('cut-short');
  expect(found.chunks.reduce((sum, chunk) => sum + chunk.counts.length, 0)).toBe(251);
});

test('no result at all is told with the folder in which it was looked for', async () => {
  rig.far.mood.result = () => null;
  await expect(measure()).rejects.toMatchObject({
    code: 'deviceFault',
    message: expect.stringMatching(/ready again, but there is no .*xrdml in .*AerisData/),
  });
});

test('a result lying there before anything was begun is found, and not measured again', async () => {
  expectWhole(await measure(), command);
  const [id] = rig.far.measured;
  const note = join(rig.jobFolder, `${id}.json`);
  expect(JSON.parse(readFileSync(note, 'utf8'))).toMatchObject({ jobId: id, phase: 'over', program: '20-30_Low' });
  const heir = rig.make({ jobFolder: `${rig.jobFolder}-lost` });
  await heir.open(new AbortController().signal);
  const found = await heir.find('r1', 1);
  expect(found.kind).toBe('finished');
  expectWhole(await collect(heir.scan(command)), command);
  expect(rig.far.measured).toHaveLength(1);
});

test('a job noted before a crash and never sent is lost and leaves nothing behind', async () => {
  rig.far.mood.result = () => null;
  const note = { requestId: 'r1', attempt: 1, phase: 'planned', begunMs: Date.now(), endedMs: null, fromDeg: 20, toDeg: 30, stepDeg: 0.02 };
  const more = { dwellS: 0.5, pointCount: 501, expectedS: 0.25, program: '20-30_Low', slot: '1', farMs: null };
  await measure().catch(() => undefined);
  const [id] = rig.far.measured;
  writeFileSync(join(rig.jobFolder, `${id}.json`), JSON.stringify({ jobId: id, ...note, ...more }));
  const heir = rig.make();
  await heir.open(new AbortController().signal);
  expect(await heir.find('r1', 1)).toEqual({ kind: 'lost' });
  expect(existsSync(join(rig.jobFolder, `${id}.json`))).toBe(false);
  expect(rig.far.measured).toHaveLength(1);
});

test('a peer that accepts and says nothing, and none at all, end in time', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', () => resolve());
  });
  const { port } = silent.address() as { port: number };
  await expect(rig.make({ port }).open(new AbortController().signal)).rejects.toMatchObject({ code: 'timeout' });
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => silent.close(resolve));
  await expect(rig.make({ port }).open(new AbortController().signal)).rejects.toMatchObject({ code: 'link' });
}, 10_000);
