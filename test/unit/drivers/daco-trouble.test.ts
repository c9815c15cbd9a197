import { afterEach, describe, expect, test } from '@jest/globals';
import { dacoRigs } from '../../support/daco-rig.ts';
import { joined } from '../../support/driver-rig.ts';

const rigs = dacoRigs();

afterEach(rigs.close);

describe('faults during a scan', () => {
  test('a door: the scan is cut short, the alert is up, no count of the closed beam is kept', async () => {
    const rig = await rigs.opened();
    const watched = rig.scan(rig.command('a', { pointCount: 100, range: { fromDeg: 20, toDeg: 21.98 } }));
    await rig.clock.until(() => rig.fake.stored.length > 0 || rig.fake.count('MV') > 8);
    rig.fake.openDoor();
    await rig.over(watched);
    expect(watched.outcome).toMatchObject({ code: 'unsafe' });
    expect(joined(watched).counts).toEqual(joined(watched).counts.map((_, i) => i + 1));
    expect(rig.alerts).toContainEqual(expect.objectContaining({ kind: 'interlock', active: true }));
    expect(rig.states.some((state) => !state.interlockClosed)).toBe(true);
    expect(rig.fake.heard.at(-1)).not.toMatch(/^TW1/);
    expect(await rig.driver.find('a', 1)).toMatchObject({ kind: 'finished', report: { completeness: 'cut-short' } });
  });

  test('a generator trip', async () => {
    const rig = await rigs.opened();
    const watched = rig.scan(rig.command('a'));
    await rig.clock.until(() => rig.fake.count('MV') > 2);
    rig.fake.alarms = 16;
    expect((await rig.over(watched)).outcome).toMatchObject({ code: 'unsafe', message: expect.stringContaining('generator') });
    expect(rig.states.at(-1)?.generatorOn).toBe(false);
  });

  test('an axis that says ready and stands elsewhere is not believed', async () => {
    const rig = await rigs.opened();
    rig.fake.react = (command) => {
      if (command.startsWith('GO')) queueMicrotask(() => (rig.fake.twoThetaDeg = '29.900'));
      return 'as usual';
    };
    const { outcome } = await rig.over(rig.scan(rig.command('a')));
    expect(outcome).toMatchObject({ code: 'deviceFault', message: expect.stringContaining('stands at 29.9 deg') });
    expect(rig.fake.executed).toEqual([]);
    expect(rig.fake.count('TW1')).toBe(0);
  });

  test('a shutter that does not open: nothing is measured', async () => {
    const rig = await rigs.opened({ shutterReadBack: 'open' });
    rig.fake.ready &= ~(1 << 14);
    const { outcome } = await rig.over(rig.scan(rig.command('a')));
    expect(outcome).toMatchObject({ code: 'unsafe', message: expect.stringContaining('reads back closed') });
    expect(rig.fake.executed).toEqual([]);
  });

  test('an unplugged port: link alert, stale safety data, and the scan ends with what was counted', async () => {
    const rig = await rigs.opened();
    const watched = rig.scan(rig.command('a'));
    await rig.clock.until(() => rig.fake.count('MV') > 4);
    rig.fake.plugged = false;
    const lastMs = rig.states.at(-1)!.validUntilMs;
    await rig.over(watched);
    expect(watched.outcome).toMatchObject({ code: 'link' });
    expect(rig.clock.monotonicMs()).toBeGreaterThan(lastMs);
    expect(rig.alerts).toContainEqual(expect.objectContaining({ kind: 'link', active: true }));
    expect(await rig.driver.find('a', 1)).toMatchObject({ kind: 'finished', report: { completeness: 'cut-short' } });
    rig.fake.plugged = true;
    await rig.clock.advance(3000);
    expect(rig.alerts.at(-1)).toMatchObject({ kind: 'link', active: false });
    expect(rig.states.at(-1)!.validUntilMs).toBeGreaterThan(rig.clock.monotonicMs());
  });

  test('a far end that dies without a sign is noticed', async () => {
    const rig = await rigs.opened();
    rig.fake.react = () => 'not carried out';
    await rig.clock.advance(6000);
    expect(rig.states.at(-1)!.validUntilMs).toBeLessThan(rig.clock.monotonicMs());
    expect(rig.alerts).toContainEqual(expect.objectContaining({ kind: 'link', active: true }));
  });
});

describe('the safe state', () => {
  test('closes the shutter, stops, reads back, and ends the scan', async () => {
    const rig = await rigs.opened();
    const watched = rig.scan(rig.command('a'));
    await rig.clock.until(() => rig.fake.count('MV') > 4);
    await rig.clock.during(rig.driver.makeSafe('enough'));
    expect(rig.fake.shutterOpen).toBe(false);
    expect(rig.fake.sequence).toBe(0);
    expect(watched.outcome).toMatchObject({ code: 'unsafe' });
    const commands = rig.fake.heard.filter((command) => command !== 'ST');
    expect(commands.slice(commands.indexOf('TW0', 5)).filter((command) => /^(TW1|SS|GO)/.test(command))).toEqual([]);
  });

  test.each(['GO', 'TW1', 'SS'])('reached while %s is under way, no beam follows', async (letters) => {
    const rig = await rigs.opened();
    const watched = rig.scan(rig.command('a'));
    const begun = new Promise<void>((resolve) => {
      rig.fake.react = (command) => {
        if (command.startsWith(letters)) resolve();
        return 'as usual';
      };
    });
    await rig.clock.during(begun);
    await rig.clock.during(rig.driver.makeSafe('enough'));
    await rig.clock.advance(10_000);
    expect(watched.outcome).toMatchObject({ code: 'unsafe' });
    expect(rig.fake.shutterOpen).toBe(false);
    expect(rig.fake.sequence).toBe(0);
  });

  test('that cannot be confirmed is said so, within its time', async () => {
    const rig = await rigs.opened({ shutterReadBack: 'open' });
    const startMs = rig.clock.monotonicMs();
    await expect(rig.clock.during(rig.driver.makeSafe('stuck'))).rejects.toMatchObject({ code: 'unsafe', subject: 'd5000-test' });
    expect(rig.clock.monotonicMs() - startMs).toBeLessThan(20_000);
  });

  test('is tried on a line that takes nothing, and ends', async () => {
    const rig = await rigs.opened();
    rig.fake.held = true;
    await expect(rig.clock.during(rig.driver.makeSafe('held'))).rejects.toMatchObject({ code: 'unsafe' });
    rig.fake.held = false;
    await rig.clock.during(rig.driver.makeSafe('released'));
  });
});
