import { afterEach, describe, expect, test } from '@jest/globals';
import { ANGLES, type DacoRig, dacoRigs, TEN } from '../../support/daco-rig.ts';
import { joined } from '../../support/driver-rig.ts';

const rigs = dacoRigs();

afterEach(rigs.close);

describe('a scan', () => {
  test('moves both axes, opens the shutter, scans once, closes the shutter, and every count stands at its angle', async () => {
    const rig = await rigs.opened();
    const watched = await rig.over(rig.scan(rig.command('a')));
    expect(watched.outcome).toBe('whole');
    expect(joined(watched).counts).toEqual(TEN);
    expect(joined(watched).deg).toEqual(ANGLES);
    expect(watched.chunks.every((chunk) => chunk.liveS.every((liveS) => liveS === 1))).toBe(true);
    const order = rig.fake.heard.filter((command) => /^(RC|GO|TW|SS)/.test(command));
    expect(order).toEqual(['RC1', 'TW0', 'RC1', 'GO20.000,1', 'GO10.000,2', 'TW1', 'SS9,1.000,0.0200,10,0', 'TW0']);
    expect(rig.fake.shutterOpen).toBe(false);
    expect(await rig.driver.find('a', 1)).toMatchObject({ kind: 'finished', report: { completeness: 'whole', reason: null } });
  });

  test('may be followed by the next in the moment it ends', async () => {
    const rig = await rigs.opened();
    const next = await new Promise<ReturnType<DacoRig['scan']>>((resolve, reject) => {
      rig.driver.scan(rig.command('first')).subscribe({ complete: () => resolve(rig.scan(rig.command('second'))), error: reject });
      void rig.clock.advance(120_000);
    });
    expect((await rig.over(next)).outcome).toBe('whole');
  });

  test('of continuous kind is sent as SC', async () => {
    const rig = await rigs.opened({ scanModes: ['continuous'] });
    const watched = await rig.over(rig.scan(rig.command('c', { how: { kind: 'continuous' } })));
    expect(watched.outcome).toBe('whole');
    expect(rig.fake.executed).toEqual(['SC9,1.000,0.0200,10,0']);
  });

  test('stored rates become the counts that they were', async () => {
    const rig = await rigs.opened({ values: 'countsPerS' });
    const watched = rig.scan(rig.command('r', { dwellS: 3 }));
    await rig.clock.until(() => rig.fake.executed.length === 1);
    const push = rig.fake.stored.push.bind(rig.fake.stored);
    rig.fake.stored.push = (...values) => push(...values.map((value) => value / 3));
    expect(joined(await rig.over(watched)).counts).toEqual(TEN);
  });

  test('values that an earlier scan left are dropped', async () => {
    const rig = await rigs.opened();
    rig.fake.stored = [900, 901, 902];
    expect(joined(await rig.over(rig.scan(rig.command('a')))).counts).toEqual(TEN);
  });
});

describe('what the driver refuses before it moves', () => {
  test.each([
    ['limits', { range: { fromDeg: 139.9, toDeg: 140.08 } }, /limits/],
    ['dwell', { dwellS: 0.5 }, /dwell/],
    ['raster', { range: { fromDeg: 20.0005, toDeg: 20.1805 } }, /finer/],
    ['mode', { how: { kind: 'continuous' as const } }, /mode/],
    ['lateness', { notAfterS: -1 }, /not to begin after/],
  ])('%s', async (_, changes, message) => {
    const rig = await rigs.opened();
    const { outcome } = await rig.over(rig.scan(rig.command('no', changes)));
    expect(outcome).toMatchObject({ code: 'refused', message: expect.stringMatching(message) });
    expect(rig.fake.count('GO')).toBe(0);
    expect(await rig.driver.find('no', 1)).toEqual({ kind: 'lost' });
  });

  test('axes that are not initialised, with the remedy; a reference run only where it is allowed', async () => {
    const rig = await rigs.opened();
    rig.fake.twoThetaDeg = '--.---';
    const { outcome } = await rig.over(rig.scan(rig.command('no')));
    expect(outcome).toMatchObject({ code: 'deviceFault', remedy: expect.stringContaining('reference run') });
    expect(rig.fake.count('IN')).toBe(0);

    const allowed = await rigs.opened({ autoInitialise: true });
    allowed.fake.twoThetaDeg = '--.---';
    expect((await allowed.over(allowed.scan(allowed.command('yes')))).outcome).toBe('whole');
    expect(allowed.fake.count('IN')).toBe(1);
  });

  test('an instrument under local control', async () => {
    const rig = await rigs.opened();
    rig.fake.react = (command) => {
      if (command === 'RC1') rig.fake.say('\u0001?13\r');
      return command === 'RC1' ? 'no answer' : 'as usual';
    };
    const { outcome } = await rig.over(rig.scan(rig.command('no')));
    expect(outcome).toMatchObject({ code: 'busy', message: expect.stringContaining('SERVICE') });
    expect(rig.alerts).toContainEqual(expect.objectContaining({ kind: 'localControl', active: true }));
    expect(rig.fake.count('GO')).toBe(0);
  });

  test('a scan that another program runs; only to find an own one that is lost it is stopped', async () => {
    const rig = rigs.make();
    rig.fake.sequence = 4;
    await rig.open();
    expect((await rig.over(rig.scan(rig.command('no')))).outcome).toMatchObject({ code: 'busy' });
    expect(rig.fake.count('HT')).toBe(0);
    rig.fake.react = (command) => {
      if (command.startsWith('HT')) rig.fake.sequence = 0;
      return 'as usual';
    };
    expect(await rig.clock.during(rig.driver.find('no', 1))).toEqual({ kind: 'lost' });
    expect(rig.fake.count('HT')).toBeGreaterThan(0);
    expect((await rig.over(rig.scan(rig.command('no', { attempt: 2 })))).outcome).toBe('whole');
  });
});
