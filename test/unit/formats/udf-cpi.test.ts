import { describe, expect, test } from '@jest/globals';
import { firstScan, readChanged } from './fixture-bytes.ts';

const UDF = 'philips-udf/counts.udf';
const CPI = 'sietronics-cpi/counts.cpi';

describe('Philips UDF', () => {
  test('points, time, lines and names', async () => {
    const scan = await firstScan(UDF);
    expect([scan.counts.length, scan.counts[10], scan.twoThetaDeg[0]]).toEqual([24, 434, 20]);
    expect(scan.twoThetaDeg[23]).toBeCloseTo(20.46, 9);
    expect(scan).toMatchObject({ unit: 'counts', stepTimeS: 2, sampleName: 'made up for tests', startedAt: '5-Mar-2024 10:00:00' });
    expect(scan.radiation).toMatchObject({ anode: 'Cu', lines: [{ wavelengthA: 1.5406 }, { wavelengthA: 1.54439, weight: 0.5 }] });
  });

  test('a rounded step gives way to the range', async () => {
    const scan = await firstScan(UDF, ['20.4600', '20.3841'], ['0.020', '0.017']);
    expect(scan.twoThetaDeg[23]).toBeCloseTo(20.3841, 9);
  });

  test('an anode alone is no wavelength', async () => {
    const { scans, warnings } = await readChanged(UDF, ['LabdaAlpha1', 'Other']);
    expect(scans[0]!.radiation).toBeNull();
    expect(warnings).toEqual([expect.stringContaining('anode Cu but no wavelength')]);
  });

  test.each([
    ['a missing slash', '37/', '37', 'do not end with a slash'],
    ['fewer counts than the range', '20.4600', '40.4600', 'promises 1024 points but the file holds 24'],
    [
      'a range for a thousand million points',
      '  20.4600,/\r\nScanStepSize,    0.020',
      '  180,/\r\nScanStepSize,0.00000016',
      'promises 1000000001 points',
    ],
    ['a step of 0', '0.020', '0.000', 'no range of angles'],
    ['a list of peaks', 'RawScan', 'Peaks', 'holds no RawScan'],
  ])('refuses %s', async (_what, from, to, message) => {
    await expect(readChanged(UDF, [from, to])).rejects.toMatchObject({ code: 'badInput', message: expect.stringContaining(message) });
  });
});

describe('Sietronics CPI', () => {
  test('counts, one wavelength and a doubt about the second', async () => {
    const { scans, warnings } = await readChanged(CPI);
    expect(scans[0]).toMatchObject({ unit: 'counts', stepTimeS: null, sampleName: 'made up for tests', startedAt: '5-3-2024' });
    expect([scans[0]!.counts.length, scans[0]!.counts[10]]).toEqual([24, 434]);
    expect(scans[0]!.twoThetaDeg[23]).toBeCloseTo(20.46, 9);
    expect(scans[0]!.radiation).toEqual({ anode: 'Cu', lines: [{ wavelengthA: 1.54056, weight: 1 }] });
    expect(warnings).toEqual([expect.stringContaining('--radiation CuKa12')]);
  });

  test('decimal commas, also below 0', async () => {
    const scan = await firstScan('sietronics-cpi/decimal-commas.cpi');
    expect(scan.unit).toBe('arbitrary');
    expect([scan.counts[0], scan.counts[5]]).toEqual([-0.5, 90.5]);
    expect(scan.twoThetaDeg[11]).toBeCloseTo(20.55, 9);
    expect(scan.radiation).toEqual({ anode: 'Co', lines: [{ wavelengthA: 1.78897, weight: 1 }] });
  });

  test.each([
    ['one count too few', '\n434', '', 'promises 24 points but the file holds 23'],
    ['data without a mark', 'SCANDATA', '', 'SCANDATA is missing'],
    ['an end that is no number', '20.46', 'end', 'no range of angles'],
  ])('refuses %s', async (_what, from, to, message) => {
    await expect(readChanged(CPI, [from, to])).rejects.toMatchObject({ code: 'badInput', message: expect.stringContaining(message) });
  });
});
