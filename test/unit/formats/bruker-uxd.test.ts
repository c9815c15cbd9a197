import { expect, test } from '@jest/globals';
import { patternOf } from '../../../src/formats/to-pattern.ts';
import { firstScan, readChanged } from './fixture-bytes.ts';

const LINES = 'bruker-uxd/counts-in-lines.uxd';

test('several counts stand in a line', async () => {
  const scan = await firstScan(LINES);
  expect(scan.counts).toHaveLength(24);
  expect(scan.counts.subarray(7, 11)).toEqual(new Float64Array([129, 241, 378, 434]));
  expect(scan.twoThetaDeg[23]).toBeCloseTo(20.46, 9);
  expect(scan).toMatchObject({
    unit: 'counts',
    stepTimeS: 2,
    sampleName: 'made up for tests',
    startedAt: '05-Mar-2024 10:00:00',
    radiusMm: 217.5,
  });
  expect(scan.radiation).toEqual({
    anode: 'Cu',
    lines: [
      { wavelengthA: 1.5406, weight: 1 },
      { wavelengthA: 1.54439, weight: 0.5 },
    ],
  });
});

test('every kind of data, range by range', async () => {
  const { scans, warnings } = await readChanged('bruker-uxd/four-ranges.uxd');
  expect(scans.map(({ unit, twoThetaDeg, counts, scanAxis }) => [unit, twoThetaDeg[0], counts[5], scanAxis])).toEqual([
    ['counts', 20, 39, 'COUPLED'],
    ['cps', 30, 61, '2THETA'],
    ['cps', 40, 61, 'COUPLED'],
    ['counts', 50, 122, 'COUPLED'],
  ]);
  expect(scans[3]).toMatchObject({ stepTimeS: null, liveS: new Float64Array(12).map((_, i) => 2 + (i % 2)) });
  expect(patternOf(scans[1]!, { radiation: null })).toMatchObject({ unit: 'counts', liveS: new Float64Array(12).fill(2) });
  expect(warnings).toEqual(['range 3 is left out: it moves THETA and not 2theta']);
});

test('decimal commas give the same pattern', async () => {
  const scan = await firstScan('bruker-uxd/decimal-commas.uxd');
  const plain = await firstScan('bruker-uxd/four-ranges.uxd');
  expect([scan.counts, scan.twoThetaDeg, scan.radiation, scan.stepTimeS]).toEqual([
    plain.counts,
    plain.twoThetaDeg,
    plain.radiation,
    plain.stepTimeS,
  ]);
});

test('wavelengths: nanometres, one line, none', async () => {
  const inNm = await firstScan(LINES, ["_WL_UNIT='A'", "_WL_UNIT='nm'"], ['1.540600', '0.15406'], ['1.544390', '0.154439']);
  expect(inNm.radiation!.lines[0]!.wavelengthA).toBeCloseTo(1.5406, 9);
  expect((await firstScan(LINES, ['_WLRATIO=0.500000', '_WLRATIO=0'])).radiation!.lines).toHaveLength(1);
  const silent = await readChanged(LINES, ['_WL1=1.540600', '_OTHER=1']);
  expect(silent.scans[0]!.radiation).toBeNull();
  expect(silent.warnings).toEqual([expect.stringContaining('anode Cu but no wavelength')]);
});

test.each([
  ['counts without a start', LINES, '_START=20.000000\r\n_2THETA=20.000000', '_OTHER=1', 'gives no start and step'],
  ['counts without a step', LINES, '_STEPSIZE', '_OTHER', 'gives no start and step'],
  ['pairs of which one is half', 'bruker-uxd/decimal-commas.uxd', '\t434', '', 'no rows of 2'],
  ['a word among the counts', LINES, '434', '4x4', '"4x4" stands where a number should'],
  ['no data', LINES, '_COUNTS', '_PEAKS=1', 'holds no scan over 2theta'],
])('refuses %s', async (_what, path, from, to, message) => {
  await expect(readChanged(path, [from, to])).rejects.toMatchObject({ code: 'badInput', message: expect.stringContaining(message) });
});
