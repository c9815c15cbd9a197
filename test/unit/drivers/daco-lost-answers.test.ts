import { afterEach, describe, expect, test } from '@jest/globals';
import { ANGLES, dacoRigs, TEN } from '../../support/daco-rig.ts';
import { joined } from '../../support/driver-rig.ts';

const rigs = dacoRigs();

afterEach(rigs.close);

describe('lost answers', () => {
  test.each(['SS', 'GO', 'TW1'])('a lost answer to %s is settled by reading the state, and nothing is done twice', async (letters) => {
    const rig = await rigs.opened();
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
    const rig = await rigs.opened();
    let lost = 0;
    rig.fake.react = (command) => (command === 'TW1' && lost++ === 0 ? 'not carried out' : 'as usual');
    const watched = rig.scan(rig.command('a'));
    await rig.clock.until(() => rig.fake.executed.length === 1);
    expect(rig.fake.shutterOpen).toBe(true);
    expect((await rig.over(watched)).outcome).toBe('whole');
  });

  test('a start that the instrument did not take is sent once more', async () => {
    const rig = await rigs.opened();
    let lost = 0;
    rig.fake.react = (command) => (command.startsWith('SS') && lost++ === 0 ? 'not carried out' : 'as usual');
    expect((await rig.over(rig.scan(rig.command('a')))).outcome).toBe('whole');
    expect(rig.fake.count('SS')).toBe(2);
    expect(rig.fake.executed).toHaveLength(1);
  });

  test.each(['no answer', 'garbled', 'late'] as const)(
    'values in an answer that is lost (%s) are a gap, and no later count moves',
    async (how) => {
      const rig = await rigs.opened();
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
    const rig = await rigs.opened();
    rig.fake.react = (command) => (command.startsWith('MV') ? 'garbled' : 'as usual');
    const { outcome, chunks } = await rig.over(rig.scan(rig.command('a')));
    expect(outcome).toMatchObject({ code: 'deviceFault', message: expect.stringMatching(/not one answer/) });
    expect(chunks).toEqual([]);
  });

  test('an old answer with values that comes again is not taken for new ones', async () => {
    const rig = await rigs.opened({ pollMs: 3000 });
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
    const rig = await rigs.opened({ pollMs: 3000 });
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
    const rig = await rigs.opened();
    let fetches = 0;
    rig.fake.react = (command) => (command.startsWith('MV') && ++fetches === 10 ? 'no answer' : 'as usual');
    const eleven = { pointCount: 11, range: { fromDeg: 20, toDeg: 20.2 } };
    const watched = await rig.over(rig.scan(rig.command('a', eleven)));
    expect(watched.outcome).toBe('whole');
    expect(joined(watched).counts).toEqual(TEN.slice(0, 9));
    expect(await rig.driver.find('a', 1)).toMatchObject({ report: { reason: '2 values were lost inside a read' } });
  });

  test('values whose command was lost are still there, and are fetched', async () => {
    const rig = await rigs.opened();
    let fetches = 0;
    rig.fake.react = (command) => (command.startsWith('MV') && ++fetches === 4 ? 'not carried out' : 'as usual');
    const watched = await rig.over(rig.scan(rig.command('a')));
    expect(joined(watched).counts).toEqual(TEN);
    expect(joined(watched).deg).toEqual(ANGLES);
  });

  test('a status that comes twice changes nothing', async () => {
    const rig = await rigs.opened();
    rig.fake.react = (command, index) => (index % 3 === 0 && !command.startsWith('MV') ? 'twice' : 'as usual');
    const watched = await rig.over(rig.scan(rig.command('a')));
    expect(watched.outcome).toBe('whole');
    expect(joined(watched).counts).toEqual(TEN);
    expect(rig.driver.counters().strays).toBeGreaterThan(0);
  });
});
