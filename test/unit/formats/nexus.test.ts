import { describe, expect, test } from '@jest/globals';
import { readRecordedFile } from '../../../src/formats/registry.ts';
import { type MadeNexus, nexusOf } from '../../support/made-nexus.ts';

const COUNTS = [40, 44, 60, 300, 950, 1210, 1000, 310];
const ANGLES = COUNTS.map((_, i) => 30 + i / 50);
const GROUPS = { entry: 'NXentry', 'entry/data': 'NXdata', 'entry/beam': 'NXbeam', 'entry/sample': 'NXsample' };
const DATA = { 'entry/data/two_theta': [ANGLES, 'deg'], 'entry/data/counts': [COUNTS] } as const;
const MADE: MadeNexus = { groups: GROUPS, datasets: DATA };

const read = (bytes: Uint8Array) => readRecordedFile(bytes, 'a.nxs');
const fileOf = async (datasets: MadeNexus['datasets'], attributes: MadeNexus['attributes'] = {}) =>
  read(await nexusOf({ ...MADE, datasets, attributes }));
const only = async (...made: Parameters<typeof fileOf>) => (await fileOf(...made)).scans[0]!;
const refusal = (bytes: Uint8Array): Promise<unknown> => read(bytes).catch((error: unknown) => error);

describe('nexus', () => {
  test('points, time, sample and stamps come across', async () => {
    const scan = await only({
      ...DATA,
      'entry/data/count_time': [2.5, 's'],
      'entry/sample/name': ['made up'],
      'entry/start_time': ['2030-01-02T03:04:05Z'],
    });
    expect(scan).toMatchObject({ unit: 'counts', stepTimeS: 2.5, liveS: null, sampleName: 'made up', startedAt: '2030-01-02T03:04:05Z' });
    expect(scan.radiation).toBeNull();
    expect([...scan.counts]).toEqual(COUNTS);
    expect([...scan.twoThetaDeg]).toEqual(ANGLES);
  });

  test('the signal that the group names goes before names that sound alike, and other axes of the same length do not matter', async () => {
    const datasets = { ...DATA, 'entry/data/monitor': [COUNTS.map(() => 7)], 'entry/data/omega': [ANGLES.map((a) => a / 2)] } as const;
    const scan = await only(datasets, { 'entry/data': { signal: 'monitor', axes: 'two_theta' } });
    expect(scan.counts[0]).toBe(7);
  });

  test('time per point is live time', async () => {
    const times = COUNTS.map((_, i) => i + 1);
    expect(await only({ ...DATA, 'entry/data/live_time': [times, 's'] })).toMatchObject({
      stepTimeS: null,
      liveS: Float64Array.from(times),
    });
  });

  test('counts per second and other units are kept apart', async () => {
    expect((await only({ ...DATA, 'entry/data/counts': [COUNTS, 'counts/s'] })).unit).toBe('cps');
    expect((await only({ ...DATA, 'entry/data/counts': [COUNTS, 'electrons'] })).unit).toBe('arbitrary');
    expect((await only({ ...DATA, 'entry/data/counts': [COUNTS.map((count) => count + 0.5)] })).unit).toBe('arbitrary');
  });

  test('attenuated intensities are divided again', async () => {
    const factors = COUNTS.map((_, i) => (i === 5 ? 8.3 : 1));
    const values = COUNTS.map((count, i) => count * factors[i]!);
    const scan = await only({ ...DATA, 'entry/data/counts': [values], 'entry/beam/beam_attenuation_factors': [factors] });
    expect([...scan.counts]).toEqual(COUNTS);
    expect(scan).toMatchObject({ unit: 'counts', attenuationApplied: true });
    expect(scan.liveS![5]).toBeCloseTo(1 / 8.3, 12);
  });

  test.each([
    ['a wavelength', { 'entry/beam/incident_wavelength': [0.8267, 'angstrom'] }, [0.8267]],
    ['a wavelength in nanometres', { 'entry/beam/wavelength': [0.08267, 'nm'] }, [0.8267]],
    ['an energy', { 'entry/beam/incident_energy': [15, 'keV'] }, [0.82656]],
    ['an energy in electronvolts', { 'entry/beam/incident_energy': [15_000, 'eV'] }, [0.82656]],
    ['a doublet', { 'entry/beam/k_alpha_one': [1.5406, 'angstrom'], 'entry/beam/k_alpha_two': [1.54443, 'angstrom'] }, [1.5406, 1.54443]],
    ['nothing plausible', { 'entry/beam/incident_wavelength': [1540, 'angstrom'] }, []],
  ] as const)('the radiation of %s', async (_what, datasets, wavelengths) => {
    const { radiation } = await only({ ...DATA, ...datasets });
    expect((radiation?.lines ?? []).map(({ wavelengthA }) => Number(wavelengthA.toFixed(5)))).toEqual(wavelengths);
  });

  test('angles in radians become degrees, and the copy of a plot is no second scan', async () => {
    const datasets = {
      'entry/data/polar_angle': [ANGLES.map((angle) => (angle * Math.PI) / 180), 'rad'],
      'entry/data/data': [COUNTS],
    } as const;
    const copy = { 'entry/beam/polar_angle': datasets['entry/data/polar_angle'], 'entry/beam/data': datasets['entry/data/data'] };
    const file = await fileOf({ ...datasets, ...copy });
    expect(file.scans).toHaveLength(1);
    expect(file.scans[0]!.twoThetaDeg[7]).toBeCloseTo(30.14, 9);
  });

  test('each entry with a plot is a scan', async () => {
    const groups = { ...GROUPS, second: 'NXentry', 'second/data': 'NXdata' };
    const other = { 'second/data/two_theta': [ANGLES, 'deg'], 'second/data/counts': [COUNTS.map((count) => 2 * count)] } as const;
    const file = await read(await nexusOf({ groups, datasets: { ...DATA, ...other, 'second/data/count_time': [4] } }));
    expect(file.scans.map(({ counts, stepTimeS }) => [counts[0], stepTimeS])).toEqual([
      [40, null],
      [80, 4],
    ]);
  });

  test('a file cut short is refused before the library sees it', async () => {
    const bytes = await nexusOf(MADE);
    expect(await refusal(bytes.subarray(0, -100))).toMatchObject({
      code: 'badInput',
      message: expect.stringMatching(/ends after \d+ bytes of \d+/),
    });
  });

  test('a file that traps the library is refused, and the next one is read by a fresh thread', async () => {
    const bytes = await nexusOf(MADE);
    const broken = bytes.slice().fill(0xff, 96, 2000);
    expect(await refusal(broken)).toMatchObject({ code: 'badInput', subject: 'a.nxs', message: expect.stringContaining('cannot be read') });
    expect((await read(bytes)).scans[0]!.counts[0]).toBe(40);
  });

  test.each([
    ['without a plot', { 'entry/data/counts': [COUNTS] }, /no group/],
    ['in other units', { ...DATA, 'entry/data/two_theta': [ANGLES, 'angstrom'] }, /angles are in "angstrom"/],
    ['with falling angles', { ...DATA, 'entry/data/two_theta': [[...ANGLES].reverse(), 'deg'] }, /does not increase/],
  ] as const)('refuses a file %s', async (_what, datasets, message) => {
    const bytes = await nexusOf({ ...MADE, datasets });
    expect(await refusal(bytes)).toMatchObject({ code: 'badInput', subject: 'a.nxs', message: expect.stringMatching(message) });
  });
});
