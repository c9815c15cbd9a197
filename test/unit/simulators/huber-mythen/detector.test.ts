import { beforeEach, describe, expect, test } from '@jest/globals';
import { AXES, SmcAxes } from '../../../../simulators/endpoints/huber-mythen/smc-axes.ts';
import { answerSmc } from '../../../../simulators/endpoints/huber-mythen/smc-commands.ts';
import { ARM, StripDetector } from '../../../../simulators/endpoints/huber-mythen/strip-detector.ts';
import { MYTHEN_STRIP_DEAD_S, StripSensor } from '../../../../simulators/endpoints/huber-mythen/strip-sensor.ts';
import { Goniometer } from '../../../../simulators/goniometer.ts';
import { noJournal } from '../../../../simulators/journal.ts';
import { seededRandom } from '../../../../src/diffraction/seeded-random.ts';
import { Bench } from '../bench.ts';
import { silentLog } from '../manual-clock.ts';

const ready = (axes: SmcAxes): boolean => (axes.state(ARM) & 129) === 129;

describe('goniometer and detector together', () => {
  let bench: Bench;
  let goniometer: Goniometer;
  let axes: SmcAxes;
  let detector: StripDetector;
  let notes: Record<string, unknown>[];

  beforeEach(() => {
    bench = new Bench();
    notes = [];
    goniometer = new Goniometer(AXES, true, bench.device.clock, noJournal);
    axes = new SmcAxes(goniometer, bench.device);
    const deadTime = { deadTimeS: MYTHEN_STRIP_DEAD_S, model: 'nonparalysable' } as const;
    const sensor = new StripSensor(1, 240, 8.05, (angles) => angles.map(() => 100), deadTime, seededRandom(2));
    detector = new StripDetector({
      device: bench.device,
      goniometer,
      sensor,
      modules: 1,
      random: seededRandom(3),
      journal: (kind, fields) => kind === 'frame' && notes.push({ ...fields }),
      log: silentLog,
      signal: new AbortController().signal,
    });
  });

  const pass = (seconds: number): Promise<void> => bench.clock.advance(seconds * 1000);

  test('a motion does not show at once, and is called finished 0.2 s before the arm has arrived', async () => {
    answerSmc(axes, 'goto1:10');
    expect([ready(axes), axes.state(ARM)]).toEqual([true, 1203]);
    await pass(0.15);
    expect([ready(axes), axes.state(ARM)]).toEqual([false, 1074]);
    await pass(1.74);
    expect(ready(axes)).toBe(false);
    await pass(0.02);
    expect(ready(axes)).toBe(true);
    expect(goniometer.trueDeg(ARM)).toBeCloseTo(9.05, 6);
    await pass(0.2);
    expect(goniometer.trueDeg(ARM)).toBe(10);
  });

  test('a frame taken too early is spread over the rest of the way', async () => {
    answerSmc(axes, 'goto1:10');
    await pass(1.9);
    detector.settings.timeTicks = 1e7;
    detector.start();
    await pass(1.1);
    expect(notes).toEqual([expect.objectContaining({ frame: 1, exposureS: 1, litS: expect.closeTo(1, 9), toDeg: 10 })]);
    expect(notes[0]!['fromDeg']).toBeCloseTo(9, 6);
  });

  test('a motion after the exposure was begun is seen too', async () => {
    detector.start();
    await pass(0.5);
    answerSmc(axes, 'goto1:1');
    await pass(0.6);
    expect(notes[0]).toMatchObject({ fromDeg: 0 });
    expect(notes[0]!['toDeg']).toBeGreaterThan(0.9);
  });

  test('a frame has the shutter open while it counts and no longer; the door ends the light, not the frame', async () => {
    detector.settings.timeTicks = 1e8;
    detector.start();
    await pass(2);
    expect([bench.device.circuitState().shutter, detector.status()]).toEqual(['open', 0x10001]);
    const alarm = { kind: 'interlock', severity: 'major', text: 'a door is open', sinceS: 2 } as const;
    bench.device.disturb({ doorsClosed: false, interlockClosed: false }, { alarmId: 'door', alarm }, 2);
    expect(bench.device.circuitState().shutter).toBe('closed');
    await pass(8.1);
    expect(notes).toEqual([expect.objectContaining({ exposureS: 10, litS: expect.closeTo(2, 9) })]);
    expect(detector.status()).toBe(0);
    const beams = bench.journal.filter(({ kind }) => kind === 'beam').map(({ fields }) => fields);
    expect(beams).toContainEqual(expect.objectContaining({ shutter: 'open', unsafe: false, idle: false }));
    expect(beams.filter(({ unsafe, idle }) => unsafe === true || idle === true)).toEqual([]);
  });

  test('while an alarm stands, frames stay dark and the detector says nothing of it', async () => {
    const alarm = { kind: 'interlock', severity: 'major', text: 'a door was open', sinceS: 0 } as const;
    bench.device.disturb({}, { alarmId: 'door', alarm }, 0);
    detector.start();
    await pass(1.1);
    expect(notes).toEqual([expect.objectContaining({ exposureS: 1, litS: 0, countsSum: 0 })]);
  });

  test('frames follow one another with the time of reading between them', async () => {
    Object.assign(detector.settings, { timeTicks: 1e6, frames: 3, ticksAfter: 5e6 });
    detector.start();
    await pass(0.3);
    expect([detector.status(), detector.frames.length]).toEqual([0b1001, 1]);
    await pass(2);
    expect(notes.map(({ atS }) => (atS as number).toFixed(3))).toEqual(['0.100', '0.700', '1.300']);
    expect(detector.isRunning()).toBe(false);
  });

  test('what is stopped gives what was counted so far, and no frame after it', async () => {
    Object.assign(detector.settings, { timeTicks: 1e9, frames: 5 });
    detector.start();
    await pass(3);
    await detector.stop();
    expect(notes).toEqual([expect.objectContaining({ exposureS: expect.closeTo(3, 9) })]);
    expect([detector.status(), detector.frames.length]).toEqual([0, 1]);
  });

  test('a counter of 8 bits rolls over, and the journal tells how many did', async () => {
    goniometer.follow(ARM, 20);
    Object.assign(detector.settings, { bits: 8, timeTicks: 5e7 });
    detector.start();
    await pass(5.1);
    const frame = (await detector.frames.next())!;
    expect(Math.max(...frame.counts)).toBeLessThan(256);
    expect(notes[0]).toMatchObject({ rolledOver: 1277 });
  });

  test('a trigger that nobody gives is waited for until it is stopped', async () => {
    detector.settings.trigger = true;
    detector.start();
    await pass(100);
    expect(detector.status()).toBe(0x10009);
    await detector.stop();
    expect([detector.status(), bench.device.circuitState().shutter]).toEqual([0x10000, 'closed']);
  });

  test('an arm that missed its target shows it by its encoder, not by its steps', async () => {
    goniometer.troubles.missNext(0.5, () => {});
    answerSmc(axes, 'goto1:10');
    await pass(5);
    expect([answerSmc(axes, '?p1'), answerSmc(axes, '?e1')]).toEqual([['1:10;'], ['1:10.5;']]);
    expect(axes.state(ARM) & 512).toBe(512);
    answerSmc(axes, 'goto1:20');
    await pass(5);
    expect([answerSmc(axes, '?e1'), axes.state(ARM)]).toEqual([['1:20;'], 1203]);
  });

  test('a frozen encoder parts from the steps', async () => {
    goniometer.freeze(ARM, true);
    answerSmc(axes, 'goto1:10');
    await pass(5);
    expect([answerSmc(axes, '?p1'), answerSmc(axes, '?e1'), axes.state(ARM) & 512]).toEqual([['1:10;'], ['1:0;'], 512]);
  });

  test('a limit switch stops the arm and is left only the way it came', async () => {
    answerSmc(axes, 'goto1:10');
    await pass(1);
    goniometer.hitLimit(ARM, 'positive');
    expect(axes.state(ARM) & (8 | 0x8000 | 129)).toBe(8 | 0x8000 | 129);
    expect(answerSmc(axes, '?err1')).toEqual(['1:22 limit switch active']);
    answerSmc(axes, 'goto1:20');
    await pass(5);
    expect(goniometer.trueDeg(ARM)).toBeCloseTo(4.5, 6);
    answerSmc(axes, 'cerr1');
    answerSmc(axes, 'goto1:0');
    await pass(5);
    expect([answerSmc(axes, '?status1'), axes.state(ARM)]).toEqual([['1:0::0:0:0:1:1:1:0:0:0:0:0:0:0:0'], 1203]);
  });

  test('an axis that moves takes no other target, and `quit` stops it where it is', async () => {
    answerSmc(axes, 'goto1:10');
    await pass(1);
    answerSmc(axes, 'goto1:30');
    expect(answerSmc(axes, '?err')).toEqual(['1:20 axis is moving', '2:0']);
    answerSmc(axes, 'quit');
    await pass(5);
    expect(answerSmc(axes, '?p1')).toEqual(['1:4.5;']);
  });
});
