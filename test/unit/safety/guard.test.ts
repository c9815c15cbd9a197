import { beforeEach, describe, expect, test } from '@jest/globals';
import { of } from 'rxjs';
import type { ScanCommand } from '../../../src/domain/scan.ts';
import type { SafetyState } from '../../../src/ports/diffractometer.ts';
import { GuardRig, openedGuard } from '../../support/guard-rig.ts';
import { scanCommand } from '../../support/scan-command.ts';

describe('the guard', () => {
  let rig: GuardRig;

  beforeEach(async () => {
    rig = await openedGuard();
  });

  test('narrows what the instrument offers to what the rules allow', async () => {
    const seen = await rig.open();
    expect(seen.twoThetaLimits).toEqual({ fromDeg: 10, toDeg: 90 });
    expect(seen.dwellS).toEqual({ min: 0.01, max: 10 });
    expect(seen.maxScanS).toBe(3600);
  });

  test('lets a legal scan through, unchanged', async () => {
    rig.raw.chunks = of();
    expect(await rig.tryScan()).toBe('whole');
    expect(rig.raw.scans).toEqual([scanCommand()]);
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
    expect(await rig.tryScan(changes)).toMatchObject({ code: 'refused' });
    expect(rig.raw.scans).toEqual([]);
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
    rig.fresh(changes);
    expect(await rig.tryScan()).toMatchObject({ code: 'unsafe' });
    expect(rig.raw.scans).toEqual([]);
  });

  test('begins nothing before there are safety data, or before it is open', async () => {
    const rig = new GuardRig();
    expect(await rig.tryScan()).toMatchObject({ code: 'unsafe' });
    await rig.open();
    expect(await rig.tryScan()).toMatchObject({ code: 'unsafe' });
    expect(rig.raw.scans).toEqual([]);
  });

  test('begins nothing after notAfterS, but watches what was begun before', async () => {
    expect(await rig.tryScan({ notAfterS: 99 })).toMatchObject({ code: 'refused' });
    expect(rig.raw.scans).toEqual([]);
    rig.raw.fate = { kind: 'running' };
    rig.raw.chunks = of();
    expect(await rig.tryScan({ notAfterS: 99 })).toBe('whole');
  });

  test('the beam time of a sample is bounded over all its scans, also those before a restart', async () => {
    rig.raw.chunks = of();
    const earlier = [{ scanId: 'run-0.1', sampleId: 's1', beamS: 20 }];
    rig.guardAnew({ maxBeamS: 40 }, earlier);
    expect(rig.guard.beamLeftS?.('s1')).toBe(20);
    await rig.open();
    expect(await rig.tryScan()).toBe('whole');
    expect(await rig.tryScan()).toBe('whole');
    expect(await rig.tryScan({ requestId: 'run-2' })).toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/s of beam, at most 40 s/),
    });
  });

  test('no way leads through a collision zone, though both ends are free', async () => {
    rig.raw.chunks = of();
    expect(await rig.tryScan()).toBe('whole');
    expect(await rig.tryScan({ requestId: 'run-2', range: { fromDeg: 70, toDeg: 72 } })).toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/leads through the collision zone 60 to 62 deg/),
    });
  });

  test('what is no command at all is refused and not thrown', async () => {
    for (const command of [null, 7, {}, () => 1, { ...scanCommand(), range: undefined }, { ...scanCommand(), requestId: ['run-1'] }]) {
      expect(await rig.tryCommand(command as never)).toMatchObject({ code: 'refused' });
    }
    expect(rig.raw.scans).toEqual([]);
  });

  test('only plain names are asked for at the instrument', async () => {
    await expect(rig.guard.find('a/+', 1)).rejects.toMatchObject({ code: 'refused' });
    await expect(rig.guard.acknowledge('../x', 1, 0)).rejects.toMatchObject({ code: 'refused' });
  });
});
