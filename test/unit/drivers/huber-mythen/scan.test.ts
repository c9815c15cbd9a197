import { afterEach, describe, expect, test } from '@jest/globals';
import { failureOf, joined } from '../../../support/driver-rig.ts';
import { expectLine, HuberMythenRig, stripDeg } from '../../../support/huber-mythen-rig.ts';

let rig: HuberMythenRig;
const open = async (...made: ConstructorParameters<typeof HuberMythenRig>) => {
  rig = await new HuberMythenRig(...made).open();
};
afterEach(() => rig.close());

describe('a scan', () => {
  test('finds the line where it is, with whole counts and live times that fit', async () => {
    await open();
    const scan = await rig.measure();
    expect(scan.outcome).toBe('whole');
    const { counts, liveS } = joined(scan);
    expect(counts.every(Number.isInteger)).toBe(true);
    expectLine(scan);
    const sorted = [...liveS].sort((a, b) => a - b);
    expect(sorted[Math.floor(0.1 * sorted.length)]).toBeGreaterThanOrEqual(0.999);
  });

  test('is measured with everything switched off that would change counts, read back', async () => {
    await open({ settings: 'Cu', thresholdKeV: 6.4 });
    expect((await rig.measure()).outcome).toBe('whole');
    const { values } = rig.mythen;
    expect(['ratecorrection', 'flatfieldcorrection', 'badchannelinterpolation', 'trigen'].map((name) => values.get(name))).toEqual([
      0, 0, 0, 0,
    ]);
    expect([values.get('nbits'), values.get('frames')]).toEqual([24, 1]);
    expect(rig.mythen.heard).toEqual(expect.arrayContaining(['-settings Cu', '-kthresh 6.400']));
  });

  test('never moves the arm out of its range, and stops long exposures short of a roll-over', async () => {
    await open();
    await rig.measure('long', { dwellS: 40 });
    expect(Math.min(...rig.smc.gotos)).toBeGreaterThanOrEqual(25);
    expect(Math.max(...rig.smc.gotos)).toBeLessThanOrEqual(32);
    const times = rig.mythen.heard.filter((text) => text.startsWith('-time')).map((text) => Number(text.slice(6)));
    expect(Math.max(...times)).toBeLessThanOrEqual(3e7);
    expect(rig.mythen.finished).toBeGreaterThan(2);
  });

  test('sees with other strips what the bad ones miss', async () => {
    rig = new HuberMythenRig({}, () => 400);
    rig.mythen.bad.fill(1, 600, 604);
    await rig.open();
    const { deg, counts, liveS } = joined(await rig.measure());
    expect(deg).toHaveLength(351);
    for (const [i, count] of counts.entries()) expect(count / liveS[i]!).toBeCloseTo(400, -1);
    expect(Math.min(...liveS)).toBeLessThan(0.75 * Math.max(...liveS));
  });

  test('weighs live times by the flat field', async () => {
    rig = new HuberMythenRig({}, () => 1000);
    rig.mythen.flatField!.fill(950, 0, 640).fill(1050, 640);
    await rig.open();
    const { counts, liveS } = joined(await rig.measure());
    // Strips that count alike and are told to be of 0.9 and 1 of the median: the live time tells them apart.
    expect(Math.max(...counts.map((count, i) => count / liveS[i]!))).toBeGreaterThan(1030);
  });

  test('takes the dead time off the live time', async () => {
    await open({ rules: { hopDeg: 180, deadTimeS: 1e-6, maxStripRateCps: 1e5, minExposureS: 0.01, maxExposureS: 3 } }, () => 50_000);
    const { counts, liveS } = joined(await rig.measure());
    expect(counts[100]! / liveS[100]!).toBeCloseTo(50_000 / 0.95, -1);
  });

  test('may be followed by the next in the moment it ends', async () => {
    await open();
    const next = await new Promise<ReturnType<HuberMythenRig['scan']>>((resolve, reject) => {
      rig.driver.scan(rig.command('first')).subscribe({ complete: () => resolve(rig.scan(rig.command('second'))), error: reject });
      void rig.clock.advance(60_000);
    });
    expect((await rig.over(next)).outcome).toBe('whole');
  });

  test('with the sample axis turns the sample by half', async () => {
    await open({ sampleAxis: 2 });
    expect((await rig.measure()).outcome).toBe('whole');
    expect(rig.smc.heard).toEqual(expect.arrayContaining(['goto2:12.5000', 'goto1:25.0000', 'goto2:16.0000', 'goto1:32.0000']));
  });

  test.each([
    [{ range: { fromDeg: 3, toDeg: 10 } }, /leaves the limits/],
    [{ stepDeg: 0.01 }, /points without a strip/],
    [{ dwellS: 0.01 }, /dwell/],
    [{ how: { kind: 'step' as const } }, /no mode/],
    [{ notAfterS: -1 }, /not to begin after/],
    [{ pointCount: 1 }, /1 points/],
    [{ stepDeg: Number.NaN }, /./],
  ])('%j is refused, and nothing moves', async (changes, why) => {
    await open();
    const { code, message } = failureOf(await rig.measure('no', changes));
    expect([code, message]).toEqual(['refused', expect.stringMatching(why)]);
    expect(rig.smc.gotos).toEqual([]);
  });
});

describe('the safe state', () => {
  test('is reached in the middle of a move and of an exposure, in bounded time', async () => {
    await open();
    for (const [id, when] of [
      ['moving', () => rig.smc.deg(1) > 11],
      ['counting', () => rig.mythen.heard.includes('-start')],
    ] as const) {
      const watched = rig.scan(rig.command(id, { dwellS: 60 }));
      await rig.clock.until(when);
      const beganMs = rig.clock.monotonicMs();
      await rig.clock.during(rig.driver.makeSafe('a test'));
      expect(rig.clock.monotonicMs() - beganMs).toBeLessThan(3000);
      expect(failureOf(watched).code).toBe('unsafe');
      const deg = rig.smc.deg(1);
      await rig.clock.advance(3000);
      expect(rig.smc.deg(1)).toBe(deg);
    }
    expect(rig.mythen.heard.at(-1)).not.toBe('-start');
  });

  test('is not claimed where it is not reached', async () => {
    await open();
    rig.mythen.occupy();
    rig.mythen.mood.neverStops = true;
    const safe = rig.driver.makeSafe('a test');
    safe.catch(() => undefined);
    await expect(rig.clock.during(safe)).rejects.toMatchObject({
      code: 'unsafe',
      message: expect.stringMatching(/does not stop counting/),
    });
    rig.mythen.mood.neverStops = false;
  });

  test('stops what a dead program left running', async () => {
    await open();
    rig.mythen.occupy();
    expect(await rig.clock.during(rig.driver.find('of-another-program', 1))).toEqual({ kind: 'lost' });
    expect(rig.mythen.heard).toContain('-stop');
    expect(rig.smc.heard).toContain('quit');
  });

  test('opening moves and sets nothing', async () => {
    await open();
    expect(rig.smc.heard.every((text) => text.startsWith('?'))).toBe(true);
    expect(rig.mythen.heard.every((text) => text.startsWith('-get '))).toBe(true);
    expect(stripDeg(30, 639.5)).toBe(30);
  });
});
