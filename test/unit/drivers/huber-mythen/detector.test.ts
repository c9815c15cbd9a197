import { afterEach, describe, expect, test } from '@jest/globals';
import { failureOf, joined } from '../../../support/driver-rig.ts';
import { expectLine, HuberMythenRig } from '../../../support/huber-mythen-rig.ts';

let rig: HuberMythenRig;
const open = async (...made: ConstructorParameters<typeof HuberMythenRig>) => {
  rig = await new HuberMythenRig(...made).open();
};
afterEach(() => rig.close());

describe('the detector', () => {
  const exact = async (dwellS = 1) => expectLine(await rig.measure('scan', { dwellS }));

  test.each([
    ['the readout fails once', () => rig.mythen.mood.readoutErrors.push(-6)],
    ['it says that it still counts', () => rig.mythen.mood.readoutErrors.push(-7)],
    ['a frame is four bytes too long at its beginning', () => Object.assign(rig.mythen.mood, { frameExcess: 4 })],
    ['a frame is cut short', () => Object.assign(rig.mythen.mood, { frameExcess: -4 })],
    ['four bytes come late', () => Object.assign(rig.mythen.mood, { lateBytes: 4 })],
    ['an exposure is ended early by somebody else', () => Object.assign(rig.mythen.mood, { share: 0.3 })],
    ['a frame of somebody else is left over', () => rig.mythen.occupy()],
  ])('%s: every count is still in its place', async (what, spoil) => {
    await open();
    if (what.includes('left over')) {
      spoil();
      // A stopped exposure leaves a frame behind.
      await rig.clock.during(rig.driver.find('nobody', 1));
    } else spoil();
    await exact();
  });

  test('the frame before comes once more: it is not counted twice', async () => {
    await open();
    const watched = rig.scan(rig.command('again'));
    await rig.clock.until(() => rig.mythen.finished === 1);
    rig.mythen.mood.oldFrames = 1;
    await rig.over(watched);
    expect(watched.outcome).toBe('whole');
    // Two exposures at each place, and one that was made anew.
    expect(rig.mythen.mood.oldFrames).toBe(0);
    expect(rig.mythen.heard.filter((text) => text === '-start')).toHaveLength(rig.smc.gotos.length + 1);
  });

  test('it counts for somebody else: busy, and it is left alone', async () => {
    await open();
    rig.mythen.occupy();
    expect(failureOf(await rig.measure()).code).toBe('busy');
    expect(rig.mythen.heard).not.toContain('-stop');
  });

  test('it never gives a frame: the scan fails within a bounded time', async () => {
    await open();
    rig.mythen.mood.readoutErrors.push(...new Array(20).fill(-6));
    const error = failureOf(await rig.measure());
    expect([error.code, error.message]).toEqual(['deviceFault', expect.stringMatching(/readout failed/)]);
  });

  test('a setting that does not take is not measured with', async () => {
    await open();
    rig.mythen.mood.stubborn.set('ratecorrection', 1);
    expect(failureOf(await rig.measure()).message).toMatch(/told ratecorrection 0 and reads back 1/);
    expect(rig.mythen.finished).toBe(0);
  });

  test.each([
    ['hot', 90_000],
    ['dead', 0],
  ])('a %s strip is left out and told', async (kind, counts) => {
    await open();
    rig.mythen.mood.strips.set(500, counts);
    await exact(2);
    expect(rig.alerts).toMatchObject([{ kind: 'device', message: `strip 500 of the detector left out: ${kind}` }]);
  });

  test.each([
    ['dark', 0, /counts nothing at all/],
    ['weaker', 0.7, /the beam has changed/],
    ['stronger', 1.5, /the beam has changed/],
  ])('the beam is %s after the first snapshot: unsafe, and what it spoils is not used', async (_, light, why) => {
    await open();
    const watched = rig.scan(rig.command('dimmed'));
    await rig.clock.until(() => rig.mythen.finished > 0);
    rig.mythen.mood.light = light;
    const error = failureOf(await rig.over(watched));
    expect([error.code, error.message]).toEqual(['unsafe', expect.stringMatching(why)]);
    expect(joined(watched).deg.every((deg) => deg < 28)).toBe(true);
  });

  test('a row of dead strips is left out from the first frame on', async () => {
    await open();
    for (let strip = 400; strip < 416; strip++) rig.mythen.mood.strips.set(strip, 0);
    await exact();
    expect(rig.alerts).toMatchObject([
      { kind: 'device', message: expect.stringMatching(/^strips 400, 401, .*, 415 of the detector left out: dead$/) },
    ]);
  });

  test('saturated points are left out, told, and end the scan as a fault', async () => {
    const rateCps = (deg: number) => 200 + 300_000 * Math.exp(-0.5 * ((deg - 28.4) / 0.05) ** 2);
    await open({}, rateCps);
    const scan = await rig.measure();
    const error = failureOf(scan);
    expect([error.code, error.message]).toEqual([
      'deviceFault',
      expect.stringMatching(/saturated at \d+ points between 28\.3\d0 and 28\.4\d0 deg/),
    ]);
    const { deg } = joined(scan);
    expect(deg.some((angle) => Math.abs(angle - 28.4) < 0.06)).toBe(false);
    expect(deg.filter((angle) => Math.abs(angle - 28.4) > 0.15)).toHaveLength(351 - 15);
    const found = await rig.driver.find('scan', 1);
    expect(found).toMatchObject({ kind: 'finished', report: { completeness: 'cut-short' } });
  });

  test('of other modules than the config says is refused', async () => {
    rig = new HuberMythenRig();
    rig.mythen.values.set('nmodules', 2);
    await expect(rig.open()).rejects.toMatchObject({ code: 'refused', message: expect.stringMatching(/2 modules/) });
  });

  test('without a flat field all strips are alike', async () => {
    rig = new HuberMythenRig();
    rig.mythen.flatField = null;
    await rig.open();
    await exact();
  });
});
