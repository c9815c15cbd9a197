import { afterEach, describe, expect, test } from '@jest/globals';
import { DacoRig } from '../../support/daco-rig.ts';
import { joined } from '../../support/driver-rig.ts';

const rigs: DacoRig[] = [];
async function opened(options: ConstructorParameters<typeof DacoRig>[0] = {}): Promise<DacoRig> {
  const rig = new DacoRig(options);
  rigs.push(rig);
  return rig.open();
}
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

const TEN = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const ANGLES = TEN.map((n) => Math.round((20 + (n - 1) * 0.02) * 1e9) / 1e9);

describe('a scan', () => {
  test('moves both axes, opens the shutter, scans once, closes the shutter, and every count stands at its angle', async () => {
    const rig = await opened();
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
    const rig = await opened();
    const next = await new Promise<ReturnType<DacoRig['scan']>>((resolve, reject) => {
      rig.driver.scan(rig.command('first')).subscribe({ complete: () => resolve(rig.scan(rig.command('second'))), error: reject });
      void rig.clock.advance(120_000);
    });
    expect((await rig.over(next)).outcome).toBe('whole');
  });

  test('of continuous kind is sent as SC', async () => {
    const rig = await opened({ scanModes: ['continuous'] });
    const watched = await rig.over(rig.scan(rig.command('c', { how: { kind: 'continuous' } })));
    expect(watched.outcome).toBe('whole');
    expect(rig.fake.executed).toEqual(['SC9,1.000,0.0200,10,0']);
  });

  test('stored rates become the counts that they were', async () => {
    const rig = await opened({ values: 'countsPerS' });
    const watched = rig.scan(rig.command('r', { dwellS: 3 }));
    await rig.clock.until(() => rig.fake.executed.length === 1);
    const push = rig.fake.stored.push.bind(rig.fake.stored);
    rig.fake.stored.push = (...values) => push(...values.map((value) => value / 3));
    expect(joined(await rig.over(watched)).counts).toEqual(TEN);
  });

  test('values that an earlier scan left are dropped', async () => {
    const rig = await opened();
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
    const rig = await opened();
    const { outcome } = await rig.over(rig.scan(rig.command('no', changes)));
    expect(outcome).toMatchObject({ code: 'refused', message: expect.stringMatching(message) });
    expect(rig.fake.count('GO')).toBe(0);
    expect(await rig.driver.find('no', 1)).toEqual({ kind: 'lost' });
  });

  test('axes that are not initialised, with the remedy; a reference run only where it is allowed', async () => {
    const rig = await opened();
    rig.fake.twoThetaDeg = '--.---';
    const { outcome } = await rig.over(rig.scan(rig.command('no')));
    expect(outcome).toMatchObject({ code: 'deviceFault', remedy: expect.stringContaining('reference run') });
    expect(rig.fake.count('IN')).toBe(0);

    const allowed = await opened({ autoInitialise: true });
    allowed.fake.twoThetaDeg = '--.---';
    expect((await allowed.over(allowed.scan(allowed.command('yes')))).outcome).toBe('whole');
    expect(allowed.fake.count('IN')).toBe(1);
  });

  test('an instrument under local control', async () => {
    const rig = await opened();
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
    const rig = new DacoRig();
    rigs.push(rig);
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

describe('lost answers', () => {
  test.each(['SS', 'GO', 'TW1'])('a lost answer to %s is settled by reading the state, and nothing is done twice', async (letters) => {
    const rig = await opened();
    let lost = 0;
    rig.fake.react = (command) => (command.startsWith(letters) && lost++ === 0 ? 'no answer' : 'as usual');
    const watched = await rig.over(rig.scan(rig.command('a')));
    expect(watched.outcome).toBe('whole');
    expect(joined(watched).counts).toEqual(TEN);
    expect(rig.fake.executed).toHaveLength(1);
    expect(rig.fake.count('GO')).toBe(2);
    expect(rig.driver.counters().timeouts).toBe(1);
  });

  test('a lost command to open the shutter is given again: "in position" would else be taken for open, and nothing be counted', async () => {
    const rig = await opened();
    let lost = 0;
    rig.fake.react = (command) => (command === 'TW1' && lost++ === 0 ? 'not carried out' : 'as usual');
    const watched = rig.scan(rig.command('a'));
    await rig.clock.until(() => rig.fake.executed.length === 1);
    expect(rig.fake.shutterOpen).toBe(true);
    expect((await rig.over(watched)).outcome).toBe('whole');
  });

  test('a start that the instrument did not take is sent once more', async () => {
    const rig = await opened();
    let lost = 0;
    rig.fake.react = (command) => (command.startsWith('SS') && lost++ === 0 ? 'not carried out' : 'as usual');
    expect((await rig.over(rig.scan(rig.command('a')))).outcome).toBe('whole');
    expect(rig.fake.count('SS')).toBe(2);
    expect(rig.fake.executed).toHaveLength(1);
  });

  test.each(['no answer', 'garbled', 'late'] as const)(
    'values in an answer that is lost (%s) are a gap, and no later count moves',
    async (how) => {
      const rig = await opened();
      let fetches = 0;
      rig.fake.react = (command) => (command.startsWith('MV') && ++fetches === 4 ? how : 'as usual');
      const watched = await rig.over(rig.scan(rig.command('a')));
      expect(watched.outcome).toBe('whole');
      const counts = joined(watched).counts;
      expect(counts).toHaveLength(9);
      expect(joined(watched).deg).toEqual(counts.map((count) => ANGLES[count - 1]));
      const found = await rig.driver.find('a', 1);
      expect(found).toMatchObject({ kind: 'finished', report: { completeness: 'cut-short', reason: '1 values were lost inside a read' } });
    },
  );

  test('where not one answer with values can be believed, the scan fails: to measure it again would go on for ever', async () => {
    const rig = await opened();
    rig.fake.react = (command) => (command.startsWith('MV') ? 'garbled' : 'as usual');
    const { outcome, chunks } = await rig.over(rig.scan(rig.command('a')));
    expect(outcome).toMatchObject({ code: 'deviceFault', message: expect.stringMatching(/not one answer/) });
    expect(chunks).toEqual([]);
  });

  test('an old answer with values that comes again is not taken for new ones', async () => {
    const rig = await opened({ pollMs: 3000 });
    const watched = rig.scan(rig.command('a'));
    await rig.clock.until(() => rig.fake.executed.length === 1);
    const push = rig.fake.stored.push.bind(rig.fake.stored);
    rig.fake.stored.push = (...values) => push(...values.map((value) => value * 1000));
    const say = rig.fake.say.bind(rig.fake);
    const answers: string[] = [];
    rig.fake.say = (text) => {
      if (text.startsWith('\u0001MV')) answers.push(answers.length === 2 ? answers[1]! : text);
      say(text.startsWith('\u0001MV') ? answers.at(-1)! : text);
    };
    const { outcome } = await rig.over(watched);
    expect(outcome).toBe('whole');
    expect(answers[2]).toBe(answers[1]);
    const counts = joined(watched).counts;
    expect(counts.length).toBeLessThan(10);
    expect(joined(watched).deg).toEqual(counts.map((count) => ANGLES[count / 1000 - 1]));
    expect(await rig.driver.find('a', 1)).toMatchObject({ kind: 'finished', report: { completeness: 'cut-short' } });
  });

  test('an answer that comes when another with values is waited for is not taken for that one', async () => {
    const rig = await opened({ pollMs: 3000 });
    const watched = rig.scan(rig.command('a', { pointCount: 40, range: { fromDeg: 20, toDeg: 20.78 } }));
    await rig.clock.until(() => rig.fake.executed.length === 1);
    const say = rig.fake.say.bind(rig.fake);
    let late: string | null = null;
    let answers = 0;
    const values = (text: string) => text.split(',').length;
    // The second answer stays on the way until one with as many values is due, or the seventh, and that one stays away.
    rig.fake.say = (text) => {
      if (!text.startsWith('\u0001MV')) return say(text);
      answers++;
      if (answers === 2) late = text;
      else if (late !== null && (values(text) === values(late) || answers === 7)) {
        say(late);
        late = null;
      } else say(text);
    };
    const { outcome } = await rig.over(watched);
    expect(outcome).toBe('whole');
    const { counts, deg } = joined(watched);
    expect(counts.length).toBeGreaterThan(30);
    expect(counts.length).toBeLessThan(40);
    expect(deg).toEqual(counts.map((count) => Math.round((20 + (count - 1) * 0.02) * 1e9) / 1e9));
  });

  test('a single value that can be asked for only like one that was lost stays where it is', async () => {
    const rig = await opened();
    let fetches = 0;
    rig.fake.react = (command) => (command.startsWith('MV') && ++fetches === 10 ? 'no answer' : 'as usual');
    const eleven = { pointCount: 11, range: { fromDeg: 20, toDeg: 20.2 } };
    const watched = await rig.over(rig.scan(rig.command('a', eleven)));
    expect(watched.outcome).toBe('whole');
    expect(joined(watched).counts).toEqual(TEN.slice(0, 9));
    expect(await rig.driver.find('a', 1)).toMatchObject({ report: { reason: '2 values were lost inside a read' } });
  });

  test('values whose command was lost are still there, and are fetched', async () => {
    const rig = await opened();
    let fetches = 0;
    rig.fake.react = (command) => (command.startsWith('MV') && ++fetches === 4 ? 'not carried out' : 'as usual');
    const watched = await rig.over(rig.scan(rig.command('a')));
    expect(joined(watched).counts).toEqual(TEN);
    expect(joined(watched).deg).toEqual(ANGLES);
  });

  test('a status that comes twice changes nothing', async () => {
    const rig = await opened();
    rig.fake.react = (command, index) => (index % 3 === 0 && !command.startsWith('MV') ? 'twice' : 'as usual');
    const watched = await rig.over(rig.scan(rig.command('a')));
    expect(watched.outcome).toBe('whole');
    expect(joined(watched).counts).toEqual(TEN);
    expect(rig.driver.counters().strays).toBeGreaterThan(0);
  });
});

describe('faults during a scan', () => {
  test('a door: the scan is cut short, the alert is up, no count of the closed beam is kept', async () => {
    const rig = await opened();
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
    const rig = await opened();
    const watched = rig.scan(rig.command('a'));
    await rig.clock.until(() => rig.fake.count('MV') > 2);
    rig.fake.alarms = 16;
    expect((await rig.over(watched)).outcome).toMatchObject({ code: 'unsafe', message: expect.stringContaining('generator') });
    expect(rig.states.at(-1)?.generatorOn).toBe(false);
  });

  test('an axis that says ready and stands elsewhere is not believed', async () => {
    const rig = await opened();
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
    const rig = await opened({ shutterReadBack: 'open' });
    rig.fake.ready &= ~(1 << 14);
    const { outcome } = await rig.over(rig.scan(rig.command('a')));
    expect(outcome).toMatchObject({ code: 'unsafe', message: expect.stringContaining('reads back closed') });
    expect(rig.fake.executed).toEqual([]);
  });

  test('an unplugged port: link alert, stale safety data, and the scan ends with what was counted', async () => {
    const rig = await opened();
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
    const rig = await opened();
    rig.fake.react = () => 'not carried out';
    await rig.clock.advance(6000);
    expect(rig.states.at(-1)!.validUntilMs).toBeLessThan(rig.clock.monotonicMs());
    expect(rig.alerts).toContainEqual(expect.objectContaining({ kind: 'link', active: true }));
  });
});

describe('the safe state', () => {
  test('closes the shutter, stops, reads back, and ends the scan', async () => {
    const rig = await opened();
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
    const rig = await opened();
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
    const rig = await opened({ shutterReadBack: 'open' });
    const startMs = rig.clock.monotonicMs();
    await expect(rig.clock.during(rig.driver.makeSafe('stuck'))).rejects.toMatchObject({ code: 'unsafe', subject: 'd5000-test' });
    expect(rig.clock.monotonicMs() - startMs).toBeLessThan(20_000);
  });

  test('is tried on a line that takes nothing, and ends', async () => {
    const rig = await opened();
    rig.fake.held = true;
    await expect(rig.clock.during(rig.driver.makeSafe('held'))).rejects.toMatchObject({ code: 'unsafe' });
    rig.fake.held = false;
    await rig.clock.during(rig.driver.makeSafe('released'));
  });
});
