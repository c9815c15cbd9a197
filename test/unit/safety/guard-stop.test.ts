import { beforeEach, describe, expect, test } from '@jest/globals';
import { of, throwError } from 'rxjs';
import { EwaldError } from '../../../src/domain/errors.ts';
import type { FoundScan } from '../../../src/ports/diffractometer.ts';
import { GuardRig, openedGuard } from '../../support/guard-rig.ts';

describe('the guard over a scan that runs', () => {
  let rig: GuardRig;

  beforeEach(async () => {
    rig = await openedGuard();
  });

  test('makes the instrument safe when a door opens during a scan, and refuses from then on', async () => {
    const { outcome } = await rig.begin();
    rig.fresh({ doorsClosed: false });
    await rig.clock.advance(10);
    expect(rig.raw.madeSafe).toEqual(['a door is open']);
    expect(outcome()).toMatchObject({ code: 'unsafe' });
    rig.fresh();
    expect(await rig.tryScan()).toMatchObject({ code: 'unsafe' });
    expect(rig.raw.scans).toHaveLength(1);
  });

  test('makes the instrument safe when the safety data stop during a scan', async () => {
    const { outcome } = await rig.begin();
    await rig.clock.advance(2900);
    expect(outcome()).toBe('running');
    await rig.clock.advance(200);
    expect(rig.raw.madeSafe).toEqual(['the safety data are stale']);
    expect(outcome()).toMatchObject({ code: 'unsafe' });
  });

  test('makes the instrument safe, too, where the instrument says first that it was unsafe', async () => {
    rig.raw.chunks = throwError(() => new EwaldError('unsafe', 'x', 'interlock open', 'close it'));
    expect(await rig.tryScan()).toMatchObject({ code: 'unsafe' });
    expect(rig.raw.madeSafe).toEqual(['interlock open']);
  });

  test('says so where the safe state cannot be had', async () => {
    rig.raw.safeFails = true;
    const { outcome } = await rig.begin();
    rig.fresh({ emergencyStop: true });
    await rig.clock.advance(10);
    expect((outcome() as EwaldError).message).toContain('the shutter sticks');
  });

  test('stays quiet while fresh green data come', async () => {
    const { outcome, subscription } = await rig.begin();
    for (let s = 0; s < 60; s++) {
      await rig.clock.advance(1000);
      rig.fresh({ shutter: 'open' });
    }
    expect(outcome()).toBe('running');
    subscription.unsubscribe();
    await rig.clock.advance(10_000);
    expect(rig.raw.madeSafe).toEqual([]);
  });

  test('an interlock alert stops the scan and blocks every later one, also when it is cleared', async () => {
    const { outcome } = await rig.begin();
    rig.raw.alerted.next({ kind: 'interlock', message: 'door 2', active: true });
    await rig.clock.advance(10);
    expect(outcome()).toMatchObject({ code: 'unsafe' });
    rig.raw.alerted.next({ kind: 'interlock', message: 'door 2', active: false });
    rig.fresh();
    expect(await rig.tryScan()).toMatchObject({ code: 'unsafe' });
    expect(rig.raw.scans).toHaveLength(1);
  });

  test('a new guard, made by whoever resumes, begins when the alarm that stood is cleared', async () => {
    rig.raw.standing = [{ kind: 'interlock', message: 'door 2', active: true }];
    rig.guardAnew();
    await rig.open();
    expect(await rig.tryScan()).toMatchObject({ code: 'unsafe' });
    rig.raw.alerted.next({ kind: 'interlock', message: 'door 2', active: false });
    rig.raw.chunks = of();
    expect(await rig.tryScan()).toBe('whole');
  });

  test('a scan that takes more than twice its time, and a quarter of an hour, loses the beam', async () => {
    const { outcome } = await rig.begin();
    const limitMs = 2 * 15_100 + 900_000;
    for (let ms = 0; ms < limitMs - 1000; ms += 1000) {
      await rig.clock.advance(1000);
      rig.fresh({ shutter: 'open' });
    }
    expect(outcome()).toBe('running');
    await rig.clock.advance(2000);
    expect(rig.raw.madeSafe).toEqual(['the scan takes more than twice its time']);
    expect(outcome()).toMatchObject({ code: 'unsafe' });
  });

  const passFor = async (durationMs: number) => {
    for (let ms = 0; ms < durationMs; ms += 1000) {
      await rig.clock.advance(1000);
      rig.fresh({ shutter: 'open' });
    }
  };

  test('a link that fails again and again does not renew the lease', async () => {
    const minutes = [];
    for (let minute = 1; minute <= 20; minute++) {
      const { outcome, subscription } = await rig.begin();
      await passFor(60_000);
      if (outcome() !== 'running') minutes.push(minute);
      subscription.unsubscribe();
    }
    expect(minutes[0]).toBe(16);
    expect(rig.raw.madeSafe).toEqual(['the scan takes more than twice its time']);
  });

  test('points of a scan that has ended are fetched, however long that was ago', async () => {
    const { subscription } = await rig.begin();
    subscription.unsubscribe();
    await passFor(1_000_000);
    rig.raw.fate = { kind: 'finished', chunks: [], report: {} as Extract<FoundScan, { kind: 'finished' }>['report'] };
    expect((await rig.guard.find('run-1', 1)).kind).toBe('finished');
    rig.raw.chunks = of();
    expect(await rig.tryScan()).toBe('whole');
    expect(rig.raw.madeSafe).toEqual([]);
  });

  test('a driver that waits longer for its scans is waited for', async () => {
    rig = new GuardRig();
    rig.raw.overdue = { leastMs: 3_600_000, graceMs: 5000 };
    await rig.open();
    rig.fresh();
    const { outcome } = await rig.begin();
    await passFor(3_600_000 + 890_000);
    expect(outcome()).toBe('running');
    await passFor(20_000);
    expect(outcome()).toMatchObject({ code: 'unsafe' });
  });

  test('makeSafe passes always', async () => {
    rig.guardAnew();
    await rig.guard.makeSafe('before it is open');
    expect(rig.raw.madeSafe).toEqual(['before it is open']);
  });
});
