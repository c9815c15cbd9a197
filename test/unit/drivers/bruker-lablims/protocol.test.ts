import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeJob, encodeParams, readAscii } from '../../../../drivers/bruker-lablims/protocol.ts';
import { sortResult } from '../../../../drivers/bruker-lablims/sort-result.ts';
import { noteOf } from '../../../../drivers/file-results/job-book.ts';
import { asciiOf } from '../../../support/fake-lablims.ts';
import { scanCommand } from '../../../support/scan-command.ts';

const SHAPE = { fromDeg: 20, stepDeg: 0.02, points: 101 };
const note = noteOf('job', scanCommand(), 0);
const sort = (text: string, unit: 'counts' | 'cps' = 'counts') => sortResult(new TextEncoder().encode(text), note, unit);

test('parameters have a decimal point and no exponent', () => {
  expect(encodeParams({ fromDeg: 10, toDeg: 60, stepDeg: 0.02, dwellS: 0.01 })).toBe(
    'start_angle;end_angle;step_size;time_per_step;\r\n10.0;60.0;0.02;0.01;\r\n',
  );
  expect(encodeParams({ fromDeg: -0.000001, toDeg: 1e-6, stepDeg: 1e-6, dwellS: 100 })).toMatch(/-0.000001;0.000001;0.000001;100.0;/);
});

test('names in the order cannot break it', () => {
  const order = encodeJob({ samplePosition: '1<A&', priority: 1, experimentFile: 'x', scriptFile: 'y' });
  expect(order).toMatch(/<SamplePosition>1&lt;A&amp;<\/SamplePosition>/);
});

describe('the table of a result', () => {
  test('2theta stands in the third column, counts in the last', () => {
    const text = 'a\r\nb\r\nc\r\n1;9;20.00;7;100\r\n2;9;20.02;7;104\r\n3;9;20.04;7;90\r\n';
    const table = readAscii(text);
    if (table.kind !== 'table') throw new Error(table.why);
    expect([...table.twoThetaDeg]).toEqual([20, 20.02, 20.04]);
    expect([...table.intensity]).toEqual([100, 104, 90]);
    expect(table).toMatchObject({ decimalComma: false, openEnd: false });
  });

  test('decimal commas are seen by the semicolons around them', () => {
    const table = readAscii(asciiOf(SHAPE).replaceAll('.', ','));
    expect(table).toMatchObject({ kind: 'table', decimalComma: true });
    expect(sort(asciiOf(SHAPE).replaceAll('.', ','))).toEqual(sort(asciiOf(SHAPE)));
  });

  test('points and commas in one table are refused', () => {
    const text = asciiOf(SHAPE);
    const at = text.lastIndexOf('22.0000');
    expect(sort(`${text.slice(0, at)}22,0000${text.slice(at + 7)}`)).toMatchObject({
      kind: 'unreadable',
      why: expect.stringMatching(/points and decimal commas/),
    });
  });

  test('thousands are not decimals', () => {
    expect(sort(asciiOf(SHAPE).replace(/;\d+\r\n$/, ';1.234,5\r\n'))).toMatchObject({ kind: 'unreadable' });
  });

  test.each([
    ['half a count', (text: string) => text.replace(/(\d+)\r\n$/, '0.5\r\n'), /0.5 at 22 deg is no number of counts/],
    ['a word', (text: string) => text.replace(/(\d+)\r\n$/, 'NaN\r\n'), /line 104 is no row of numbers/],
    ['an angle out of line', (text: string) => text.replace('21.0200', '21.0280'), /21.028 deg is out of line/],
    ['an angle twice', (text: string) => text.replace('22.0000', '21.9800'), /2theta does not increase in line 104/],
    ['bytes', () => '\u0000\u0001\u0002', /no text/],
  ])('%s is refused', (_, spoil, why) => {
    expect(sort(spoil(asciiOf(SHAPE)))).toMatchObject({ kind: 'unreadable', why: expect.stringMatching(why) });
  });

  test('rates become counts where they are counts over the time', () => {
    const result = sort(asciiOf(SHAPE), 'cps');
    expect(result.kind).toBe('unreadable');
    const counts = Array.from({ length: 101 }, (_, i) => i * 10);
    const whole = sort(asciiOf(SHAPE, counts), 'cps');
    if (whole.kind !== 'whole') throw new Error(whole.kind);
    expect([...whole.points.counts]).toEqual(counts.map((count) => count / 10));
  });
});

describe('whatever happens to a result', () => {
  const whole = new TextEncoder().encode(asciiOf(SHAPE));
  const truth = sortResult(whole, note, 'counts');
  if (truth.kind !== 'whole') throw new Error(truth.kind);

  test('cut anywhere, it gives no point that was not measured', () => {
    for (let end = 0; end < whole.length; end++) {
      const cut = sortResult(whole.slice(0, end), note, 'counts');
      expect(cut.kind === 'whole' && cut.points.counts.length < 100).toBe(false);
      if (!('points' in cut)) continue;
      expect([...cut.points.counts]).toEqual([...truth.points.counts.slice(0, cut.points.counts.length)]);
    }
  });

  test('damaged, it is sorted and never throws', () => {
    const damage = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255), drop: fc.nat(40), add: fc.string({ maxLength: 10 }) });
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 8 }), (damages) => {
        let bytes = Uint8Array.from(whole);
        for (const { at, byte, drop, add } of damages) {
          const where = Math.min(at, Math.max(0, bytes.length - 1));
          bytes[where] = byte;
          bytes = Uint8Array.from([...bytes.slice(0, where), ...new TextEncoder().encode(add), ...bytes.slice(where + drop)]);
        }
        const sorted = sortResult(bytes, note, 'counts');
        if (!('points' in sorted)) return;
        const { twoThetaDeg, counts, liveS } = sorted.points;
        expect(counts.every((count) => Number.isSafeInteger(count) && count >= 0)).toBe(true);
        expect([twoThetaDeg.length, liveS.length]).toEqual([counts.length, counts.length]);
        expect(counts.length).toBeLessThanOrEqual(note.pointCount);
      }),
      { numRuns: 300, seed: 20261122 },
    );
  });

  test('any text is read or refused', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        expect(['table', 'unreadable']).toContain(readAscii(text).kind);
      }),
      { numRuns: 500, seed: 20261122 },
    );
  });
});
