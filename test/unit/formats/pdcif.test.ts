import { expect, test } from '@jest/globals';
import { readRecordedFile } from '../../../src/formats/registry.ts';
import { firstScan, readChanged } from './fixture-bytes.ts';

const SCAN = 'pdcif/scan-with-times.cif';
const RANGE = 'pdcif/range.cif';

async function readText(text: string) {
  return readRecordedFile(new TextEncoder().encode(text), 'a.cif');
}

test('counts with the time of each point, and the radiation of another block', async () => {
  const scan = await firstScan(SCAN);
  expect(scan).toMatchObject({ unit: 'counts', stepTimeS: null, sampleName: 'made up for tests', startedAt: '2024-03-05T10:00:00' });
  expect([scan.counts.length, scan.counts[10], scan.liveS![12], scan.liveS![13]]).toEqual([24, 434, 2, 3]);
  expect(scan.radiation!.lines).toEqual([
    { wavelengthA: 1.540598, weight: 1 },
    { wavelengthA: 1.544426, weight: 0.5 },
  ]);
});

test('a range instead of angles, a point without a value, numbers with their uncertainty', async () => {
  const scan = await firstScan(RANGE);
  expect([scan.unit, scan.counts.length, scan.stepTimeS]).toEqual(['counts', 23, 2.5]);
  expect(scan.twoThetaDeg[3]).toBeCloseTo(20.08, 9);
  expect(scan.counts[9]).toBe(434);
  expect(scan.radiation).toEqual({ anode: 'Cu', lines: [{ wavelengthA: 1.5406, weight: 1 }] });
});

test('what was processed is arbitrary, and what was calculated is left out', async () => {
  const { scans, warnings } = await readChanged('pdcif/processed.cif');
  expect(scans).toHaveLength(1);
  expect([scans[0]!.unit, scans[0]!.twoThetaDeg[0], scans[0]!.counts[5]]).toEqual(['arbitrary', 30, 134.2]);
  expect(warnings).toContainEqual(expect.stringContaining('named as calculated'));
});

test('intensities that are no counts by name are none, however whole', async () => {
  expect((await firstScan(RANGE, ['_pd_meas_counts_total', '_pd_meas_intensity_total'])).unit).toBe('arbitrary');
});

test('an anode without a wavelength is said and not assumed', async () => {
  const { scans, warnings } = await readChanged(RANGE, ['_diffrn_radiation_wavelength 1.5406', '_other 1']);
  expect(scans[0]!.radiation).toBeNull();
  expect(warnings).toContainEqual(expect.stringContaining('anode Cu but no wavelength'));
});

test.each([
  [
    'a structure',
    'data_x\n_cell_length_a 5.4\nloop_\n_atom_site_label\n_atom_site_fract_x\nSi1 0\n',
    'holds a crystal structure and no measured pattern',
  ],
  ['time of flight', 'data_x\nloop_\n_pd_meas_time_of_flight\n_pd_meas_x\n1 2\n3 4\n', 'time of flight'],
  ['a calculated pattern', 'data_x\nloop_\n_pd_proc_2theta_corrected\n_pd_calc_intensity_total\n1 2\n3 4\n', 'calculated pattern only'],
  ['an empty block', 'data_x\n', 'holds no measured pattern'],
  ['counts without angles', 'data_x\nloop_\n_pd_meas_counts_total\n1\n2\n3\n', 'no 2theta'],
])('refuses %s', async (_what, text, message) => {
  await expect(readText(text)).rejects.toMatchObject({ code: 'badInput', subject: 'a.cif', message: expect.stringContaining(message) });
});

test.each([
  [
    'fewer points than promised',
    SCAN,
    '_pd_meas_number_of_points 24',
    '_pd_meas_number_of_points 1000000000',
    'promises 1000000000 points',
  ],
  ['a range that does not fit', RANGE, 'range_max 20.46', 'range_max 90', 'holds 3501 points but there are 24 intensities'],
  ['a word among the counts', SCAN, ' 434 ', ' 4x4 ', '"4x4" stands where a number should'],
])('refuses %s', async (_what, path, from, to, message) => {
  await expect(readChanged(path, [from, to])).rejects.toMatchObject({ code: 'badInput', message: expect.stringContaining(message) });
});
