import { describe, expect, test } from '@jest/globals';
import { patternOf } from '../../../src/formats/to-pattern.ts';
import { firstScan, fixtureBytes, readChanged } from './fixture-bytes.ts';

const RAS = 'rigaku-ras/attenuated.ras';
const DAT = 'rigaku-dat/two-groups.dat';

describe('Rigaku RAS', () => {
  test('counts behind the attenuator stay counts, with a shorter live time', async () => {
    const scan = await firstScan(RAS);
    expect(scan).toMatchObject({
      unit: 'counts',
      stepTimeS: 3,
      sampleName: 'made up for tests',
      scanAxis: 'TwoThetaTheta',
      attenuationApplied: false,
    });
    expect([scan.startedAt, scan.endedAt]).toEqual(['03/05/24 10:00:00', '03/05/24 10:01:12']);
    expect(scan.twoThetaDeg[23]).toBeCloseTo(20.46, 9);
    expect(scan.counts.subarray(8, 12)).toEqual(new Float64Array([241, 37, 43, 37]));
    expect(scan.liveS!.subarray(8, 12)).toEqual(new Float64Array([3, 0.3, 0.3, 0.3]));
    const pattern = patternOf(scan, { radiation: null });
    expect(pattern.counts[10]! / pattern.liveS[10]!).toBeCloseTo(430 / 3, 6);
  });

  test('both lines of the doublet, and alpha 1 alone where the file says so', async () => {
    expect((await firstScan(RAS)).radiation).toEqual({
      anode: 'Cu',
      lines: [
        { wavelengthA: 1.540593, weight: 1 },
        { wavelengthA: 1.544414, weight: 0.5 },
      ],
    });
    const { scans, warnings } = await readChanged('rigaku-ras/three-scans.ras');
    expect(scans[0]!.radiation!.lines).toEqual([{ wavelengthA: 1.540593, weight: 1 }]);
    expect(warnings).toContainEqual(expect.stringContaining('no ratio'));
    const behindCrystal = await readChanged(RAS, ['POSITION-1 "None"', 'POSITION-1 "Ge(220)x2"']);
    expect(behindCrystal.warnings).toContainEqual(expect.stringContaining('Ge(220)x2'));
    expect((await firstScan(RAS, ['WAVE_TYPE "Ka"', 'WAVE_TYPE "Kb"'])).radiation!.lines).toEqual([{ wavelengthA: 1.392246, weight: 1 }]);
    expect((await firstScan(RAS, ['ALPHA1 "1.540593"', 'ALPHA1 ""'])).radiation).toBeNull();
  });

  test('each scan of a file has its own unit and time, and another axis is left out', async () => {
    const { scans, warnings } = await readChanged('rigaku-ras/three-scans.ras');
    expect(scans.map(({ unit, stepTimeS, twoThetaDeg }) => [unit, stepTimeS, twoThetaDeg[0]])).toEqual([
      ['cps', 2, 30],
      ['arbitrary', 3, 40],
    ]);
    expect(warnings).toContainEqual('scan 2 is left out: it runs over Omega and not over 2theta');
    expect(warnings).toContainEqual(expect.stringContaining('intensities of scan 3 are no whole counts'));
  });

  test('a speed without a unit gives no time', async () => {
    expect((await firstScan(RAS, ['*MEAS_SCAN_SPEED_UNIT "deg/min"', '*OTHER "x"'])).stepTimeS).toBeNull();
  });

  test('rates behind an attenuator are those of the open beam', async () => {
    const scan = await firstScan(RAS, ['UNIT_Y "counts"', 'UNIT_Y "cps"']);
    expect([scan.unit, scan.counts[10], scan.liveS![10]]).toEqual(['cps', 430, 0.3]);
  });

  test.each([
    ['fewer points than promised', 'COUNT "24"', 'COUNT "1000000000"', 'promises 1000000000 points but there are 24'],
    ['an end that is missing', '*RAS_INT_END', '', 'ends inside the data of scan 1'],
    ['a line cut short', '37.0000 1.0000', '37.0000', 'numbers and not 3'],
    ['an attenuator of 0', '43.0000 10.0000', '43.0000 0.0000', 'attenuation factor'],
    ['millimetres', 'UNIT_X "deg"', 'UNIT_X "mm"', 'are in "mm"'],
    ['one axis that is not 2theta', 'TwoThetaTheta', 'Phi', 'holds no scan over 2theta: scan 1 is left out'],
  ])('refuses %s', async (_what, from, to, message) => {
    await expect(readChanged(RAS, [from, to])).rejects.toMatchObject({ code: 'badInput', message: expect.stringContaining(message) });
  });
});

describe("Rigaku's text", () => {
  test('each group is a scan', async () => {
    const { formatId, scans } = await readChanged(DAT);
    expect(formatId).toBe('rigaku-dat');
    expect(scans.map((scan) => [scan.unit, scan.counts.length, scan.twoThetaDeg[0], scan.stepTimeS])).toEqual([
      ['counts', 24, 20, 1],
      ['counts', 12, 30, 2],
    ]);
    expect(scans[0]!.counts[10]).toBe(434);
    expect(scans[1]!.twoThetaDeg[11]).toBeCloseTo(30.55, 9);
    expect(scans[0]).toMatchObject({ sampleName: 'made up for tests', startedAt: '05-Mar-24 10:00', scanAxis: '2 Theta / Theta' });
    expect(scans[0]!.radiation).toMatchObject({ anode: 'Co', lines: [{ wavelengthA: 1.78892 }, { wavelengthA: 1.79278, weight: 0.5 }] });
  });

  test('rates are rates, whole or not, and K-ALPHA1 alone takes no line away', async () => {
    expect((await firstScan(DAT, ['=  counts', '=  cps'])).unit).toBe('cps');
    const { scans, warnings } = await readChanged(DAT, ['K-ALPHA', 'K-ALPHA1']);
    expect(scans[0]!.radiation!.lines).toHaveLength(2);
    expect(warnings).toContainEqual(expect.stringContaining('K-ALPHA1'));
  });

  test.each([
    ['a count that is not there', '*COUNT          =  24', '*COUNT = 1e9', 'group 1 promises 1e9 points but holds 24'],
    ['an end that is missing', '30\r\n*END\r\n*EOF', '30\r\n', 'ends inside its data'],
    ['another axis', '2 Theta / Theta', 'Phi', 'holds no scan over 2theta'],
    ['a word among the counts', '434', 'abc', '"abc" stands where a number should'],
  ])('refuses %s', async (_what, from, to, message) => {
    await expect(readChanged(DAT, [from, to])).rejects.toMatchObject({ code: 'badInput', message: expect.stringContaining(message) });
  });

  test('a file cut anywhere in its data is refused', async () => {
    const text = new TextDecoder().decode(fixtureBytes(DAT));
    await expect(readChanged(DAT, [text.slice(-40), ''])).rejects.toMatchObject({ code: 'badInput' });
  });
});
