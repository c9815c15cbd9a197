import { beforeEach, describe, expect, test } from '@jest/globals';
import { firstValueFrom, NEVER, Observable, of, ReplaySubject, Subject, throwError, toArray } from 'rxjs';
import { FREE_INSTRUMENT } from '../../../src/app/bench/free-instrument.ts';
import { EwaldError } from '../../../src/domain/errors.ts';
import type { ScanChunk, ScanCommand } from '../../../src/domain/scan.ts';
import type { Capabilities, Diffractometer, FoundScan, InstrumentAlert, SafetyState } from '../../../src/ports/diffractometer.ts';
import { guardDiffractometer } from '../../../src/safety/guard.ts';
import { ManualClock, manualRuntime } from '../../support/manual-runtime.ts';
import { scanCommand } from '../../support/scan-command.ts';

const capabilities: Capabilities = {
  ...FREE_INSTRUMENT,
  twoThetaLimits: { fromDeg: 5, toDeg: 120 },
  stepDeg: { min: 0.005, max: 0.1, rasterDeg: 0.001 },
  dwellS: { min: 0.01, max: 100 },
  minWindowDeg: 0.1,
  cost: { apertureDeg: 0, perScanS: 5, perPointS: 0, slewDegPerS: 10, settleS: 0, shutterS: 0 },
  modes: ['continuous'],
};
const rules = { limits: { fromDeg: 10, toDeg: 90 }, maxDwellS: 10, maxScanS: 3600, collisionZones: [{ fromDeg: 60, toDeg: 62 }] };

class RawStub implements Diffractometer {
  readonly scans: ScanCommand[] = [];
  readonly madeSafe: string[] = [];
  readonly states = new ReplaySubject<SafetyState>(1);
  readonly alerted = new Subject<InstrumentAlert>();
  standing: InstrumentAlert[] = [];
  clockS = 100;
  fate: FoundScan = { kind: 'lost' };
  chunks: Observable<ScanChunk> = NEVER;
  safeFails = false;
  open = async () => capabilities;
  safety = () => this.states;
  alerts = () =>
    new Observable<InstrumentAlert>((subscriber) => {
      for (const alert of this.standing) subscriber.next(alert);
      return this.alerted.subscribe(subscriber);
    });
  identity = async () => ({
    instrumentId: 'x',
    title: 'x',
    software: 'x',
    simulated: true,
    radiation: { anode: null, lines: [] },
    sampleId: 's1',
    bootId: 'b',
    clockS: this.clockS,
    clockSpeed: 1,
  });
  scan = (command: ScanCommand) => {
    this.scans.push(command);
    return this.chunks;
  };
  acknowledge = async () => undefined;
  find = async () => this.fate;
  makeSafe = async (reason: string) => {
    this.madeSafe.push(reason);
    if (this.safeFails) throw new EwaldError('unsafe', 'shutter', 'the shutter sticks', 'look at it');
  };
  close = async () => undefined;
}

const green = { interlockClosed: true, doorsClosed: true, emergencyStop: false, generatorOn: true, shutter: 'closed' as const };

describe('the guard', () => {
  let raw: RawStub;
  let clock: ManualClock;
  let guard: Diffractometer;
  const fresh = (changes: Partial<SafetyState> = {}) => raw.states.next({ ...green, validUntilMs: clock.monotonicMs() + 3000, ...changes });
  const tryScan = (changes: Partial<ScanCommand> = {}) => tryCommand(scanCommand(changes));
  const tryCommand = (command: ScanCommand) => {
    const failed = firstValueFrom(guard.scan(command).pipe(toArray()));
    return failed.then(
      () => 'whole',
      (error: EwaldError) => error,
    );
  };
  const begin = async () => {
    let outcome: EwaldError | 'running' | 'whole' = 'running';
    const end = { error: (error: EwaldError) => (outcome = error), complete: () => (outcome = 'whole') };
    const subscription = guard.scan(scanCommand()).subscribe(end);
    await clock.advance(0);
    return { outcome: () => outcome as EwaldError | string, subscription };
  };

  beforeEach(async () => {
    raw = new RawStub();
    clock = new ManualClock();
    guard = guardDiffractometer(raw, rules, manualRuntime(clock));
    await guard.open(new AbortController().signal);
    fresh();
  });

  test('narrows what the instrument offers to what the rules allow', async () => {
    const seen = await guard.open(new AbortController().signal);
    expect(seen.twoThetaLimits).toEqual({ fromDeg: 10, toDeg: 90 });
    expect(seen.dwellS).toEqual({ min: 0.01, max: 10 });
  });

  test('lets a legal scan through, unchanged', async () => {
    raw.chunks = of();
    expect(await tryScan()).toBe('whole');
    expect(raw.scans).toEqual([scanCommand()]);
  });

  const illegal: readonly (readonly [string, Partial<ScanCommand>])[] = [
    ['NaN', { dwellS: Number.NaN }],
    ['an infinite time', { notAfterS: Number.POSITIVE_INFINITY }],
    ['a range outside the rules', { range: { fromDeg: 8, toDeg: 10 } }],
    ['a range outside the instrument', { range: { fromDeg: 119, toDeg: 121 } }],
    ['a range into a collision zone', { range: { fromDeg: 59, toDeg: 61 } }],
    ['a range around a collision zone', { range: { fromDeg: 50, toDeg: 70 }, pointCount: 1001 }],
    ['a range that runs backwards', { range: { fromDeg: 22, toDeg: 20 } }],
    ['more points than the range holds', { pointCount: 5000 }],
    ['half a point', { pointCount: 100.5 }],
    ['a step too fine', { stepDeg: 0.001, pointCount: 2001 }],
    ['a dwell beyond the rules', { dwellS: 11 }],
    ['a dwell too short', { dwellS: 0.001 }],
    ['a scan longer than allowed, whatever is expected', { stepDeg: 0.005, pointCount: 401, dwellS: 9.99, expectedS: 1 }],
    ['a scan expected to be longer than allowed', { expectedS: 4000 }],
    ['a mode that the instrument has not', { how: { kind: 'snapshot' } }],
    ['a program', { how: { kind: 'program', name: 'fast' } }],
    ['an id that is a topic', { requestId: 'a/b' }],
    ['attempt 0', { attempt: 0 }],
  ];
  test.each(illegal)('refuses %s', async (_name, changes) => {
    expect(await tryScan(changes)).toMatchObject({ code: 'refused' });
    expect(raw.scans).toEqual([]);
  });

  const red: readonly (readonly [string, Partial<SafetyState>])[] = [
    ['open interlock', { interlockClosed: false }],
    ['open door', { doorsClosed: false }],
    ['emergency stop', { emergencyStop: true }],
    ['generator off', { generatorOn: false }],
    ['shutter unknown', { shutter: 'unknown' }],
    ['stale data', { validUntilMs: 1000 }],
    ['invalid validity', { validUntilMs: Number.NaN }],
  ];
  test.each(red)('begins nothing with: %s', async (_name, changes) => {
    fresh(changes);
    expect(await tryScan()).toMatchObject({ code: 'unsafe' });
    expect(raw.scans).toEqual([]);
  });

  test('begins nothing before there are safety data, or before it is open', async () => {
    raw = new RawStub();
    guard = guardDiffractometer(raw, rules, manualRuntime(clock));
    expect(await tryScan()).toMatchObject({ code: 'unsafe' });
    await guard.open(new AbortController().signal);
    expect(await tryScan()).toMatchObject({ code: 'unsafe' });
    expect(raw.scans).toEqual([]);
  });

  test('begins nothing after notAfterS, but watches what was begun before', async () => {
    expect(await tryScan({ notAfterS: 99 })).toMatchObject({ code: 'refused' });
    expect(raw.scans).toEqual([]);
    raw.fate = { kind: 'running' };
    raw.chunks = of();
    expect(await tryScan({ notAfterS: 99 })).toBe('whole');
  });

  test('makes the instrument safe when a door opens during a scan, and refuses from then on', async () => {
    const { outcome } = await begin();
    fresh({ doorsClosed: false });
    await clock.advance(10);
    expect(raw.madeSafe).toEqual(['a door is open']);
    expect(outcome()).toMatchObject({ code: 'unsafe' });
    fresh();
    expect(await tryScan()).toMatchObject({ code: 'unsafe' });
    expect(raw.scans).toHaveLength(1);
  });

  test('makes the instrument safe when the safety data stop during a scan', async () => {
    const { outcome } = await begin();
    await clock.advance(2900);
    expect(outcome()).toBe('running');
    await clock.advance(200);
    expect(raw.madeSafe).toEqual(['the safety data are stale']);
    expect(outcome()).toMatchObject({ code: 'unsafe' });
  });

  test('makes the instrument safe, too, where the instrument says first that it was unsafe', async () => {
    raw.chunks = throwError(() => new EwaldError('unsafe', 'x', 'interlock open', 'close it'));
    expect(await tryScan()).toMatchObject({ code: 'unsafe' });
    expect(raw.madeSafe).toEqual(['interlock open']);
  });

  test('says so where the safe state cannot be had', async () => {
    raw.safeFails = true;
    const { outcome } = await begin();
    fresh({ emergencyStop: true });
    await clock.advance(10);
    expect((outcome() as EwaldError).message).toContain('the shutter sticks');
  });

  test('stays quiet while fresh green data come', async () => {
    const { outcome, subscription } = await begin();
    for (let s = 0; s < 60; s++) {
      await clock.advance(1000);
      fresh({ shutter: 'open' });
    }
    expect(outcome()).toBe('running');
    subscription.unsubscribe();
    await clock.advance(10_000);
    expect(raw.madeSafe).toEqual([]);
  });

  test('an interlock alert stops the scan and blocks every later one, also when it is cleared', async () => {
    const { outcome } = await begin();
    raw.alerted.next({ kind: 'interlock', message: 'door 2', active: true });
    await clock.advance(10);
    expect(outcome()).toMatchObject({ code: 'unsafe' });
    raw.alerted.next({ kind: 'interlock', message: 'door 2', active: false });
    fresh();
    expect(await tryScan()).toMatchObject({ code: 'unsafe' });
    expect(raw.scans).toHaveLength(1);
  });

  test('a new guard, made by whoever resumes, begins when the alarm that stood is cleared', async () => {
    raw.standing = [{ kind: 'interlock', message: 'door 2', active: true }];
    guard = guardDiffractometer(raw, rules, manualRuntime(clock));
    await guard.open(new AbortController().signal);
    expect(await tryScan()).toMatchObject({ code: 'unsafe' });
    raw.alerted.next({ kind: 'interlock', message: 'door 2', active: false });
    raw.chunks = of();
    expect(await tryScan()).toBe('whole');
  });

  test('a scan that takes more than twice its time, and a quarter of an hour, loses the beam', async () => {
    const { outcome } = await begin();
    const limitMs = 2 * 15_100 + 900_000;
    for (let ms = 0; ms < limitMs - 1000; ms += 1000) {
      await clock.advance(1000);
      fresh({ shutter: 'open' });
    }
    expect(outcome()).toBe('running');
    await clock.advance(2000);
    expect(raw.madeSafe).toEqual(['the scan takes more than twice its time']);
    expect(outcome()).toMatchObject({ code: 'unsafe' });
  });

  test('the beam time of a sample is bounded over all its scans, also those before a restart', async () => {
    raw.chunks = of();
    const earlier = [{ scanId: 'run-0.1', sampleId: 's1', beamS: 20 }];
    guard = guardDiffractometer(raw, { ...rules, maxBeamS: 40 }, manualRuntime(clock), earlier);
    await guard.open(new AbortController().signal);
    expect(await tryScan()).toBe('whole');
    expect(await tryScan()).toBe('whole');
    expect(await tryScan({ requestId: 'run-2' })).toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/s of beam, at most 40 s/),
    });
  });

  test('no way leads through a collision zone, though both ends are free', async () => {
    raw.chunks = of();
    expect(await tryScan()).toBe('whole');
    expect(await tryScan({ requestId: 'run-2', range: { fromDeg: 70, toDeg: 72 } })).toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/leads through the collision zone 60 to 62 deg/),
    });
  });

  test('what is no command at all is refused and not thrown', async () => {
    for (const command of [null, 7, {}, () => 1, { ...scanCommand(), range: undefined }, { ...scanCommand(), requestId: ['run-1'] }]) {
      expect(await tryCommand(command as never)).toMatchObject({ code: 'refused' });
    }
    expect(raw.scans).toEqual([]);
  });

  test('only plain names are asked for at the instrument', async () => {
    await expect(guard.find('a/+', 1)).rejects.toMatchObject({ code: 'refused' });
    await expect(guard.acknowledge('../x', 1, 0)).rejects.toMatchObject({ code: 'refused' });
  });

  test('makeSafe passes always', async () => {
    await guardDiffractometer(raw, rules, manualRuntime(clock)).makeSafe('before it is open');
    expect(raw.madeSafe).toEqual(['before it is open']);
  });
});
