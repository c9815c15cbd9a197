import { beforeEach, describe, expect, test } from '@jest/globals';
import { of, throwError } from 'rxjs';
import { EwaldError } from '../../../src/domain/errors.ts';
import { type GuardRig, openedGuard } from '../../support/guard-rig.ts';

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

  test('makeSafe passes always', async () => {
    rig.guardAnew();
    await rig.guard.makeSafe('before it is open');
    expect(rig.raw.madeSafe).toEqual(['before it is open']);
  });
});
