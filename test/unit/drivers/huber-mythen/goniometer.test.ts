import { afterEach, describe, expect, test } from '@jest/globals';
import { failureOf, joined } from '../../../support/driver-rig.ts';
import { HuberMythenRig } from '../../../support/huber-mythen-rig.ts';

let rig: HuberMythenRig;
const open = async (...made: ConstructorParameters<typeof HuberMythenRig>) => {
  rig = await new HuberMythenRig(...made).open();
};
afterEach(() => rig.close());

describe('the goniometer', () => {
  test('is not believed when it is ready too early', async () => {
    await open();
    rig.smc.mood.earlyMs = 400;
    const scan = await rig.measure();
    expect(scan.outcome).toBe('whole');
    const { deg, counts } = joined(scan);
    const top = deg[counts.indexOf(Math.max(...counts))]!;
    expect(Math.abs(top - 28.4)).toBeLessThan(0.021);
  });

  test('is told again where it did not hear, and only then', async () => {
    await open();
    rig.smc.mood.deafGotos = 1;
    expect((await rig.measure()).outcome).toBe('whole');
    expect(rig.smc.gotos).toEqual([25, 25, 32]);
  });

  test.each([
    ['it stands still on the way', { stuckAtDeg: 20 }, 'deviceFault', /sent to 25.0000 deg and stands at 20/],
    ['it reports an error', { bits: 0x8000, error: '1500 limit switch error' }, 'deviceFault', /1500 limit switch error/],
    ['the external stop is pressed', { bits: 0x10000 }, 'unsafe', /external stop/],
    ['it was never homed', { lacking: 16 }, 'deviceFault', /was not homed/],
  ])('%s: the scan fails and nothing is counted', async (_, mood, code, why) => {
    await open();
    Object.assign(rig.smc.mood, mood);
    const error = failureOf(await rig.measure());
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(why)]);
    expect(rig.mythen.finished).toBe(0);
    expect(rig.smc.heard).not.toContain('cerr1');
  });

  test('its controller starts anew in the middle of a motion: the angles it then shows are not believed', async () => {
    await open();
    const watched = rig.scan(rig.command('anew'));
    await rig.clock.until(() => rig.smc.gotos.length === 1);
    rig.smc.push(1, 0);
    rig.smc.mood.lacking = 16;
    await rig.over(watched);
    expect(failureOf(watched).message).toMatch(/was not homed/);
    expect(rig.mythen.finished).toBe(0);
  });

  test('its encoder must agree, where it is asked', async () => {
    await open({ encoder: true });
    rig.smc.mood.encoderOffDeg = 0.1;
    expect(failureOf(await rig.measure()).code).toBe('deviceFault');
    expect(rig.mythen.finished).toBe(0);
  });

  test('somebody pushes the arm during an exposure: its counts are not used', async () => {
    await open();
    const watched = rig.scan(rig.command('pushed', { dwellS: 30 }));
    await rig.clock.until(() => rig.mythen.finished > 0);
    rig.smc.push(1, 26);
    await rig.over(watched);
    expect(failureOf(watched).message).toMatch(/was parked at 25 deg and now reads 26 deg/);
    expect(watched.chunks).toEqual([]);
  });

  test.each([['1:garbage;'], ['2:177;'], ['']])('an answer %j is asked for again on a new connection', async (instead) => {
    await open();
    rig.smc.mood.instead.push(instead);
    expect((await rig.measure()).outcome).toBe('whole');
  });

  test('an unasked line does not shift the answers', async () => {
    await open();
    rig.smc.mood.stray = '1:99.0000;';
    const scan = await rig.measure();
    expect(scan.outcome).toBe('whole');
    expect(joined(scan).deg).toHaveLength(351);
  });

  test('its silence raises an alert and lets the safety data run out; its voice ends it', async () => {
    await open();
    rig.smc.mood.silent = true;
    await rig.clock.advance(12_000);
    expect(rig.alerts).toMatchObject([{ kind: 'link', active: true }]);
    expect(rig.states.at(-1)!.validUntilMs).toBeLessThan(rig.clock.monotonicMs());
    rig.smc.mood.silent = false;
    await rig.clock.advance(8000);
    expect(rig.alerts.at(-1)).toMatchObject({ kind: 'link', active: false });
    expect(rig.states.at(-1)!.validUntilMs).toBeGreaterThan(rig.clock.monotonicMs());
  });

  test('its external stop is an emergency stop', async () => {
    await open();
    rig.smc.mood.bits = 0x10000;
    await rig.clock.advance(1500);
    expect(rig.states.at(-1)!.emergencyStop).toBe(true);
    expect(rig.alerts).toMatchObject([{ kind: 'device', active: true }]);
  });

  const lost = expect.objectContaining({
    kind: 'device',
    active: true,
    message: 'axis 1 of the goniometer: the axis did not reach its position',
  });

  test('stands at rest off its position before anything of ours has moved it: the alarm is up when the driver is open', async () => {
    rig = new HuberMythenRig();
    rig.smc.mood.bits = 512;
    await rig.open();
    expect(rig.alerts).toEqual([lost]);
    rig.smc.mood.bits = 0;
    await rig.clock.advance(1500);
    expect(rig.alerts.at(-1)).toMatchObject({ active: false });
  });

  test('loses its position while nothing moves: the alarm comes with the next look and stays', async () => {
    await open();
    rig.smc.mood.bits = 512;
    await rig.clock.advance(5000);
    expect(rig.alerts).toEqual([lost]);
  });

  test('shows that it is not there yet during a motion of ours: no alarm', async () => {
    await open();
    const watched = rig.scan(rig.command('moving'));
    await rig.clock.until(() => rig.smc.gotos.length === 1);
    rig.smc.mood.bits = 512;
    await rig.clock.advance(2200);
    expect(rig.alerts).toEqual([]);
    rig.smc.mood.bits = 0;
    await rig.over(watched);
    expect(watched.outcome).toBe('whole');
  });

  test('is moved by somebody else and shows the same: an alarm only when it lasts', async () => {
    await open();
    Object.assign(rig.smc.mood, { bits: 512 + 64, lacking: 1 });
    await rig.clock.advance(1000);
    expect(rig.alerts).toEqual([]);
    await rig.clock.advance(3000);
    expect(rig.alerts).toEqual([lost]);
  });
});
