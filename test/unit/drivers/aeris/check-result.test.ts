import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkResult } from '../../../../drivers/aeris/check-result.ts';
import { noteOf } from '../../../../drivers/file-results/job-book.ts';
import { parseRadiation } from '../../../../src/formats/radiation-names.ts';
import { programCommand } from '../../../support/aeris-rig.ts';
import { xrdmlOf } from '../../../support/fake-aeris.ts';

const PROGRAM = { name: '20-30_Low', fromDeg: 20, toDeg: 30, points: 501, dwellS: 0.5 };
const note = noteOf('job-1', programCommand('r1'), 1_000_000);
const rules = { radiation: parseRadiation('CuKa12'), clockSkewMs: 1000 };
const whole = xrdmlOf(PROGRAM, 'job-1', 1_000_000, 1_060_000);
const check = (text: string) => checkResult(new TextEncoder().encode(text), 'job-1.xrdml', note, rules);

test('a result gives its counts, live time and duration as the file has them', async () => {
  const result = await check(whole);
  if (result.kind !== 'result') throw new Error(result.kind);
  expect(result).toMatchObject({ countingS: 60, cutShort: null, warnings: [] });
  expect([...result.points.counts.slice(0, 4)]).toEqual([0, 37, 74, 10]);
  expect(result.points.liveS.every((live) => live === 0.5)).toBe(true);
  expect(result.points.twoThetaDeg[500]).toBe(30);
});

test('another counting time is believed, with a warning', async () => {
  const result = await check(whole.replace('>0.5<', '>0.8<'));
  if (result.kind !== 'result') throw new Error(result.kind);
  expect(result.points.liveS[0]).toBe(0.8);
  expect(result.warnings).toEqual(['the program 20-30_Low counts 0.8 s per point, not 0.5 s as the config says: the file is believed']);
});

test('clocks may differ by as much as was said, and no more', async () => {
  expect((await check(xrdmlOf(PROGRAM, 'job-1', 990_000, 999_500))).kind).toBe('result');
  expect(await check(xrdmlOf(PROGRAM, 'job-1', 900_000, 940_000))).toMatchObject({
    kind: 'foreign',
    error: { message: expect.stringMatching(/1 min before/) },
  });
});

test('an id inside another id is another sample', async () => {
  expect(await check(whole.replace('job-1', 'job-12'))).toMatchObject({ kind: 'foreign' });
  expect((await check(whole.replace('<name></name>', '<name>a name of its own</name>'))).kind).toBe('result');
});

test('smoothed or scaled intensities are no counts', async () => {
  const scaled = whole.replace(/(<counts[^>]*>)0 37/, '$10.5 37');
  expect(await check(scaled)).toMatchObject({ kind: 'foreign', error: { message: expect.stringMatching(/no raw counts/) } });
});

test('cut at any place, it is no result', async () => {
  const ends = Array.from({ length: 60 }, (_, i) => Math.floor((i * (whole.length - 2)) / 60));
  for (const end of ends) expect((await check(whole.slice(0, end))).kind).not.toBe('result');
});

test('damaged, it is a valid result or none, and never an exception', async () => {
  const bytes = new TextEncoder().encode(whole);
  const damage = fc.array(fc.record({ at: fc.nat(bytes.length - 1), byte: fc.nat(255) }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(damage, async (damages) => {
      const spoiled = Uint8Array.from(bytes);
      for (const { at, byte } of damages) spoiled[at] = byte;
      const result = await checkResult(spoiled, 'job-1.xrdml', note, rules);
      if (result.kind !== 'result') return;
      const { counts, liveS, twoThetaDeg } = result.points;
      expect(counts.every((count) => Number.isSafeInteger(count) && count >= 0)).toBe(true);
      expect(liveS.every((live) => live > 0)).toBe(true);
      expect(Math.abs(twoThetaDeg[0]! - 20)).toBeLessThanOrEqual(0.002 + 1e-9);
      expect(counts.length).toBeLessThanOrEqual(note.pointCount);
    }),
    { numRuns: 150, seed: 20261122 },
  );
});
