import { expect, test } from '@jest/globals';
import { firstScan, readChanged } from './fixture-bytes.ts';

const STD = 'gsas/two-banks.gsas';

test('standard records: counts, and zeros that only fill the line', async () => {
  const scan = await firstScan(STD);
  expect(scan).toMatchObject({ unit: 'counts', sampleName: 'made up for tests', radiation: null });
  expect([scan.counts.length, scan.counts[10], scan.counts[23]]).toEqual([24, 434, 37]);
  expect(scan.twoThetaDeg[23]).toBeCloseTo(20.46, 9);
});

test('an average over several counters is no count', async () => {
  const { scans, warnings } = await readChanged(STD);
  expect([scans[1]!.unit, scans[1]!.twoThetaDeg[0], scans[1]!.counts[1]]).toEqual(['arbitrary', 30, 43]);
  expect(warnings).toEqual([expect.stringContaining('bank 2 holds averages over several counters')]);
});

test('errors tell counts from what was scaled', async () => {
  expect((await firstScan('gsas/pairs.gsa')).unit).toBe('counts');
  expect((await firstScan('gsas/counted.fxye')).unit).toBe('counts');
  expect((await firstScan('gsas/no-errors.fxy')).unit).toBe('counts');
  expect((await firstScan('gsas/counted.fxye', ['122 11.0454', '122 5.5'])).unit).toBe('arbitrary');
  expect((await firstScan('gsas/free.fxye')).unit).toBe('arbitrary');
});

test('free rows are in hundredths of a degree, and the header may name wavelength and time', async () => {
  const scan = await firstScan('gsas/free.fxye');
  expect([scan.twoThetaDeg[0], scan.stepTimeS]).toEqual([0.5, 0.1]);
  expect(scan.twoThetaDeg[11]).toBeCloseTo(0.522, 9);
  expect(scan.counts[5]).toBeCloseTo(122 * 1.37, 6);
  expect(scan.radiation).toEqual({ anode: null, lines: [{ wavelengthA: 0.413263, weight: 1 }] });
});

test('pairs of intensity and error', async () => {
  const scan = await firstScan('gsas/pairs.gsa');
  expect([scan.counts.length, scan.counts[5], scan.counts[11]]).toEqual([12, 122, 30]);
});

test.each([
  ['time of flight', STD, 'CONST', 'RALF', 'binned as RALF'],
  ['the compressed type', STD, '0 0 STD', '0 0 ALT', 'type ALT is not read'],
  ['less than one channel', STD, 'BANK 1 24', 'BANK 1 -1', 'does not say how many points'],
  ['more channels than counts', STD, 'BANK 1 24', 'BANK 1 1000000000', 'promises 1000000000 points but the file holds 30'],
  ['more rows than promised', 'gsas/free.fxye', 'BANK 1 12', 'BANK 1 11', 'promises 11 points but the file holds 12'],
  ['free rows without errors', 'gsas/no-errors.fxy', 'FXY', 'FXYE', 'has 2 columns'],
  ['a bank without a step', STD, 'CONST 2000 2 0', 'CONST 2000 0 0', 'no start and step'],
  ['a word among the counts', STD, '     434', '     4x4', '"4x4" stands where a number should'],
])('refuses %s', async (_what, path, from, to, message) => {
  await expect(readChanged(path, [from, to])).rejects.toMatchObject({ code: 'badInput', message: expect.stringContaining(message) });
});
