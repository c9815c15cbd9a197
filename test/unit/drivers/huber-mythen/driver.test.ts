import { afterEach, describe, expect, test } from '@jest/globals';
import { EwaldError } from '../../../../src/domain/errors.ts';
import { joined } from '../../../support/driver-rig.ts';
import { HuberMythenRig, lineRateCps, stripDeg } from '../../../support/huber-mythen-rig.ts';

let rig: HuberMythenRig;
const open = async (...made: ConstructorParameters<typeof HuberMythenRig>) => {
  rig = await new HuberMythenRig(...made).open();
  return rig;
};
afterEach(() => rig.close());

const failure = (outcome: unknown): EwaldError => {
  expect(outcome).toBeInstanceOf(EwaldError);
  return outcome as EwaldError;
};
const measure = async (id = 'scan', changes = {}) => rig.over(rig.scan(rig.command(id, changes)));

describe('a scan', () => {
  test('finds the line where it is, with whole counts and live times that fit', async () => {
    await open();
    const scan = await measure();
    expect(scan.outcome).toBe('whole');
    const { deg, counts, liveS } = joined(scan);
    expect(deg).toHaveLength(351);
    expect(counts.every(Number.isInteger)).toBe(true);
    deg.forEach((angle, i) => {
      // Within half a step the rate of the flank changes.
      const around = [-0.01, 0, 0.01].map((by) => lineRateCps(angle + by));
      expect(counts[i]! / liveS[i]!).toBeGreaterThanOrEqual(Math.min(...around) * 0.99 - 1);
      expect(counts[i]! / liveS[i]!).toBeLessThanOrEqual(Math.max(...around) * 1.01 + 1);
    });
    const sorted = [...liveS].sort((a, b) => a - b);
    expect(sorted[Math.floor(0.1 * sorted.length)]).toBeGreaterThanOrEqual(0.999);
  });

  test('is measured with everything switched off that would change counts, read back', async () => {
    await open({ settings: 'Cu', thresholdKeV: 6.4 });
    expect((await measure()).outcome).toBe('whole');
    const { values } = rig.mythen;
    expect(['ratecorrection', 'flatfieldcorrection', 'badchannelinterpolation', 'trigen'].map((name) => values.get(name))).toEqual([
      0, 0, 0, 0,
    ]);
    expect([values.get('nbits'), values.get('frames')]).toEqual([24, 1]);
    expect(rig.mythen.heard).toEqual(expect.arrayContaining(['-settings Cu', '-kthresh 6.400']));
  });

  test('never moves the arm out of its range, and stops long exposures short of a roll-over', async () => {
    await open();
    await measure('long', { dwellS: 40 });
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
    const { deg, counts, liveS } = joined(await measure());
    expect(deg).toHaveLength(351);
    for (const [i, count] of counts.entries()) expect(count / liveS[i]!).toBeCloseTo(400, -1);
    expect(Math.min(...liveS)).toBeLessThan(0.75 * Math.max(...liveS));
  });

  test('weighs live times by the flat field', async () => {
    rig = new HuberMythenRig({}, () => 1000);
    rig.mythen.flatField!.fill(950, 0, 640).fill(1050, 640);
    await rig.open();
    const { counts, liveS } = joined(await measure());
    // Strips that count alike and are told to be of 0.9 and 1 of the median: the live time tells them apart.
    expect(Math.max(...counts.map((count, i) => count / liveS[i]!))).toBeGreaterThan(1030);
  });

  test('takes the dead time off the live time', async () => {
    await open({ rules: { hopDeg: 180, deadTimeS: 1e-6, maxStripRateCps: 1e5, minExposureS: 0.01, maxExposureS: 3 } }, () => 50_000);
    const { counts, liveS } = joined(await measure());
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
    expect((await measure()).outcome).toBe('whole');
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
    const { code, message } = failure((await measure('no', changes)).outcome);
    expect([code, message]).toEqual(['refused', expect.stringMatching(why)]);
    expect(rig.smc.gotos).toEqual([]);
  });
});

describe('the goniometer', () => {
  test('is not believed when it is ready too early', async () => {
    await open();
    rig.smc.mood.earlyMs = 400;
    const scan = await measure();
    expect(scan.outcome).toBe('whole');
    const { deg, counts } = joined(scan);
    const top = deg[counts.indexOf(Math.max(...counts))]!;
    expect(Math.abs(top - 28.4)).toBeLessThan(0.021);
  });

  test('is told again where it did not hear, and only then', async () => {
    await open();
    rig.smc.mood.deafGotos = 1;
    expect((await measure()).outcome).toBe('whole');
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
    const error = failure((await measure()).outcome);
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
    expect(failure(watched.outcome).message).toMatch(/was not homed/);
    expect(rig.mythen.finished).toBe(0);
  });

  test('its encoder must agree, where it is asked', async () => {
    await open({ encoder: true });
    rig.smc.mood.encoderOffDeg = 0.1;
    expect(failure((await measure()).outcome).code).toBe('deviceFault');
    expect(rig.mythen.finished).toBe(0);
  });

  test('somebody pushes the arm during an exposure: its counts are not used', async () => {
    await open();
    const watched = rig.scan(rig.command('pushed', { dwellS: 30 }));
    await rig.clock.until(() => rig.mythen.finished > 0);
    rig.smc.push(1, 26);
    await rig.over(watched);
    expect(failure(watched.outcome).message).toMatch(/was parked at 25 deg and now reads 26 deg/);
    expect(watched.chunks).toEqual([]);
  });

  test.each([['1:garbage;'], ['2:177;'], ['']])('an answer %j is asked for again on a new connection', async (instead) => {
    await open();
    rig.smc.mood.instead.push(instead);
    expect((await measure()).outcome).toBe('whole');
  });

  test('an unasked line does not shift the answers', async () => {
    await open();
    rig.smc.mood.stray = '1:99.0000;';
    const scan = await measure();
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
});

describe('the detector', () => {
  const exact = async (dwellS = 1) => {
    const { deg, counts, liveS } = joined(await measure('scan', { dwellS }));
    expect(deg).toHaveLength(351);
    for (const [i, angle] of deg.entries()) {
      const around = [-0.01, 0, 0.01].map((by) => lineRateCps(angle + by));
      expect(counts[i]! / liveS[i]!).toBeGreaterThanOrEqual(Math.min(...around) * 0.99 - 1);
      expect(counts[i]! / liveS[i]!).toBeLessThanOrEqual(Math.max(...around) * 1.01 + 1);
    }
  };

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
    expect(failure((await measure()).outcome).code).toBe('busy');
    expect(rig.mythen.heard).not.toContain('-stop');
  });

  test('it never gives a frame: the scan fails within a bounded time', async () => {
    await open();
    rig.mythen.mood.readoutErrors.push(...new Array(20).fill(-6));
    const error = failure((await measure()).outcome);
    expect([error.code, error.message]).toEqual(['deviceFault', expect.stringMatching(/readout failed/)]);
  });

  test('a setting that does not take is not measured with', async () => {
    await open();
    rig.mythen.mood.stubborn.set('ratecorrection', 1);
    expect(failure((await measure()).outcome).message).toMatch(/told ratecorrection 0 and reads back 1/);
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
    const error = failure((await rig.over(watched)).outcome);
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
    const scan = await measure();
    const error = failure(scan.outcome);
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
      expect(failure(watched.outcome).code).toBe('unsafe');
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
