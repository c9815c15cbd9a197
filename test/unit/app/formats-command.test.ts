import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkFolder, listFormats } from '../../../src/app/formats-command.ts';
import { formats } from '../../../src/formats/registry.ts';
import { writers } from '../../../src/formats/writers.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures', 'formats', 'xrdml');
const COUNTS = [40, 44, 60, 300, 950, 120, 1000, 310, 62, 45, 41];
const POINTS = {
  points: 11,
  two_theta_first: 30,
  two_theta_last: 30.5,
  median_step: 0.05,
  first_counts: COUNTS.slice(0, 5),
  last_counts: COUNTS.slice(-5),
  max: 1000,
  sum: COUNTS.reduce((a, b) => a + b, 0),
};
const WAVELENGTHS = { wavelength_kalpha1: 1.540598, wavelength_kalpha2: 1.54443, anode: 'Cu' };

describe('ewald formats', () => {
  test('lists every reader with what writes it', () => {
    const listed = listFormats().result['formats'] as { id: string; writes: string[]; detectsBy: string }[];
    expect(listed.map(({ id }) => id)).toEqual(formats.map(({ id }) => id));
    expect(listed.flatMap(({ writes }) => writes).sort()).toEqual(writers.map(({ id }) => id).sort());
  });
});

describe('ewald formats check', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ewald-check-'));
    copyFileSync(join(FIXTURES, 'raw-counts-attenuated-2.1.xrdml'), join(folder, 'raw.xrdml'));
    copyFileSync(join(FIXTURES, 'corrected-intensities-1.5.xrdml'), join(folder, 'corrected.xrdml'));
    writeFileSync(join(folder, 'falling.xy'), '10 1\n12 2\n11 3\n13 4\n');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const check = async (...cases: object[]) => {
    writeFileSync(join(folder, 'expected.json'), JSON.stringify(cases));
    return (await checkFolder(folder)).result as {
      n: number;
      failed: number;
      cases: { file: string; ok: boolean; reason: string | null }[];
    };
  };
  const reasonOf = async (expected: object) => (await check({ file: 'raw.xrdml', ...expected })).cases[0]!.reason;

  test('a file that is read as expected passes', async () => {
    expect(await check({ file: 'raw.xrdml', header: WAVELENGTHS, expected: POINTS })).toEqual({
      n: 1,
      failed: 0,
      cases: [{ file: 'raw.xrdml', ok: true, reason: null }],
    });
  });

  test('intensities are compared as the file holds them, attenuation factors applied by its writer included', async () => {
    const sum = POINTS.sum - 120 + 2400;
    expect((await check({ file: 'corrected.xrdml', expected: { ...POINTS, max: 2400, sum } })).failed).toBe(0);
  });

  test.each([
    ['another number of points', { expected: { ...POINTS, points: 12 } }, /number of points is 11 and should be 12/],
    ['an angle off by more than half a step', { expected: { ...POINTS, two_theta_last: 30.53 } }, /last angle is 30.5/],
    ['one count off', { expected: { ...POINTS, first_counts: [40, 45] } }, /intensity 2 is 44 and should be 45/],
    ['one count off at the end', { expected: { ...POINTS, last_counts: [45, 42] } }, /intensity 1 from the end is 41/],
    ['another maximum', { expected: { ...POINTS, max: 999 } }, /largest intensity/],
    ['another sum', { expected: { ...POINTS, sum: POINTS.sum + 1 } }, /the sum/],
    ['another wavelength', { expected: POINTS, header: { wavelength: 1.5408 } }, /wavelength 1.5408 A is missing/],
    ['a file that must be refused', {}, /must be refused/],
  ])('%s fails', async (_what, expected, reason) => {
    expect(await reasonOf(expected)).toMatch(reason);
  });

  test('an angle within half a step passes', async () => {
    expect(await reasonOf({ expected: { ...POINTS, two_theta_first: 30.024 } })).toBeNull();
  });

  test('a refusal is right where nothing is expected or the note asks for it, and wrong elsewhere', async () => {
    const file = 'falling.xy';
    const { cases } = await check({ file }, { file, expected: POINTS, note: 'must be refused or sorted' }, { file, expected: POINTS });
    expect(cases.map(({ ok }) => ok)).toEqual([true, true, false]);
    expect(cases[2]!.reason).toMatch(/^refused: 2theta does not increase/);
  });

  test('says so where there is no list to check against', async () => {
    await expect(checkFolder(folder)).rejects.toMatchObject({ code: 'badInput' });
    await expect(check(5 as never)).rejects.toMatchObject({ message: expect.stringMatching(/not a list of files/) });
  });
});
