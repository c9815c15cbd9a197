import { expect, test } from '@jest/globals';
import { readRecordedFile } from '../../../src/formats/registry.ts';
import { firstScan, readChanged } from './fixture-bytes.ts';

const D1A = 'range-columns/d1a.dat';

test('intensities of the D1A, without the errors that follow them', async () => {
  const { formatId, scans, warnings } = await readChanged(D1A);
  expect([formatId, scans[0]!.unit, scans[0]!.counts.length, scans[0]!.twoThetaDeg[0]]).toEqual(['range-columns', 'arbitrary', 24, -10]);
  expect(scans[0]!.counts[10]).toBeCloseTo(43.4, 9);
  expect(scans[0]!.twoThetaDeg[23]).toBeCloseTo(-7.7, 9);
  expect(scans[0]!.radiation).toBeNull();
  expect(warnings).toContainEqual(expect.stringContaining('--radiation 1.9100'));
});

test('counts after a range with a title', async () => {
  const scan = await firstScan('range-columns/lhpm.dat');
  expect([scan.unit, scan.counts.length, scan.counts[10]]).toEqual(['counts', 24, 434]);
  expect(scan.radiation!.lines).toEqual([{ wavelengthA: 1.5406, weight: 1 }]);
});

test('a table of angle, intensity and error is none of these', async () => {
  const table = '10 0.5 20\n10.5 0.6 1\n11 0.7 1\n11.5 0.8 1\n';
  expect((await readRecordedFile(new TextEncoder().encode(table), 'a.xye')).formatId).toBe('columns');
});

test.each([
  ['fewer intensities than the range', '-7.7000', '157.9000', 'promises 1680 points but the file holds 48'],
  ['a range for a thousand million points', '0.1000   -7.7000', '0.0000001  90.0000', 'promises 1000000001 points'],
  ['a word among the intensities', '43.4', '4x.4', '"4x.4" stands where a number should'],
])('refuses %s', async (_what, from, to, message) => {
  await expect(readChanged(D1A, [from, to])).rejects.toMatchObject({ code: 'badInput', message: expect.stringContaining(message) });
});
