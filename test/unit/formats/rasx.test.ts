import { describe, expect, test } from '@jest/globals';
import { readRecordedFile } from '../../../src/formats/registry.ts';
import { type MadeRasx, rasxOf } from '../../support/made-rasx.ts';

const COUNTS = [40, 44, 60, 300, 950, 1210];
const rowsOf = (values: readonly number[], factor: (i: number) => number = () => 1) =>
  values.map((value, i) => [30 + i / 100, value, factor(i)]);
const MADE: MadeRasx = { rows: rowsOf(COUNTS) };
const GUESSED_RATIO = 'the file gives no ratio of K alpha 2 to K alpha 1: 0.5 is used';

const read = (bytes: Uint8Array) => readRecordedFile(bytes, 'a.rasx');
const only = async (made: MadeRasx) => (await read(rasxOf([made]))).scans[0]!;
const refusal = (bytes: Uint8Array): Promise<unknown> => read(bytes).catch((error: unknown) => error);

describe('rasx', () => {
  test('what the archive says comes across', async () => {
    const { scans, warnings } = await read(rasxOf([MADE]));
    expect(warnings).toEqual([GUESSED_RATIO]);
    expect(scans).toHaveLength(1);
    expect(scans[0]).toMatchObject({ unit: 'counts', stepTimeS: 0.6, liveS: null, sampleName: 'made up', scanAxis: 'TwoThetaTheta' });
    expect(scans[0]).toMatchObject({ startedAt: '2030-01-02T03:04:05Z', endedAt: '2030-01-02T03:06:05Z', attenuationApplied: false });
    expect([...scans[0]!.counts]).toEqual(COUNTS);
    expect([scans[0]!.twoThetaDeg[0], scans[0]!.twoThetaDeg[5]]).toEqual([30, 30.05]);
  });

  test.each([
    ['Ka', [1.540593, 1.544414]],
    ['Ka1', [1.540593]],
    ['Kb', [1.392246]],
  ])('the wave type %s names the lines', async (waveType, wavelengths) => {
    expect((await only({ ...MADE, waveType })).radiation!.lines.map(({ wavelengthA }) => wavelengthA)).toEqual(wavelengths);
  });

  test('a crystal before the sample leaves open what is left of the doublet', async () => {
    const categories = '<Category Name="IncidentMonochromator" SelectedUnit="Ge(220)x2" />';
    expect((await read(rasxOf([{ ...MADE, categories }]))).warnings[0]).toMatch(/crystal monochromator stands before the sample/);
  });

  test('a step scan gives its time itself, and an unknown unit of speed none', async () => {
    expect((await only({ ...MADE, speed: 2, speedUnit: 'sec' })).stepTimeS).toBe(2);
    expect((await only({ ...MADE, speedUnit: 'furlong' })).stepTimeS).toBeNull();
  });

  test('counts behind the attenuator stay raw and rates become those of the open beam', async () => {
    const factor = (i: number): number => (i === 4 ? 20 : 1);
    const raw = await only({ ...MADE, rows: rowsOf(COUNTS, factor) });
    expect([...raw.counts]).toEqual(COUNTS);
    expect([raw.liveS![3], raw.liveS![4]]).toEqual([0.6, 0.03]);
    const rate = await only({ ...MADE, rows: rowsOf(COUNTS, factor), unit: 'cps' });
    expect(rate.unit).toBe('cps');
    expect([rate.counts[3], rate.counts[4]]).toEqual([300, 19000]);
  });

  test('counts that are no whole numbers have lost their statistics', async () => {
    const file = await read(rasxOf([{ ...MADE, rows: rowsOf(COUNTS.map((count) => count + 0.5)) }]));
    expect(file.scans[0]!.unit).toBe('arbitrary');
    expect(file.warnings[0]).toMatch(/scan 1 are no whole counts/);
  });

  test('several scans; one over another axis is left out; one without conditions is told', async () => {
    const file = await read(rasxOf([MADE, { ...MADE, axis: 'Omega' }, { rows: rowsOf([1, 2, 3]) }]));
    expect(file.scans.map(({ counts }) => counts.length)).toEqual([6, 3]);
    expect(file.warnings).toContain('scan 2 is left out: it runs over "Omega" and not over 2theta');
    const bare = await read(rasxOf([MADE], false));
    expect(bare.scans[0]).toMatchObject({ unit: 'arbitrary', radiation: null, stepTimeS: null });
    expect(bare.warnings[0]).toMatch(/without its conditions/);
  });

  test.each([
    ['cut short', () => rasxOf([MADE]).subarray(0, -30), /no directory at its end/],
    ['with a word among the numbers', () => rasxOf([MADE], true, (text) => text.replace('950', 'x')), /line 5 of the profile/],
    ['with a factor of 0', () => rasxOf([{ ...MADE, rows: rowsOf(COUNTS, () => 0) }]), /line 1 of the profile/],
    ['with falling angles', () => rasxOf([{ ...MADE, rows: [...MADE.rows, [29, 5, 1]] }]), /does not increase/],
    ['over another axis only', () => rasxOf([{ ...MADE, axis: 'Chi' }]), /no scan over 2theta: scan 1/],
    ['of another unit of angle', () => rasxOf([{ ...MADE, rows: MADE.rows.map(([a, ...rest]) => [a! * 100, ...rest]) }]), /180 degrees/],
  ])('refuses an archive %s', async (_what, make, message) => {
    expect(await refusal(make())).toMatchObject({ code: 'badInput', subject: 'a.rasx', message: expect.stringMatching(message) });
  });
});
