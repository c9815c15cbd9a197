import { describe, expect, test } from '@jest/globals';
import { BLANK_SCAN } from '../../../src/formats/blank-scan.ts';
import type { RecordedScan } from '../../../src/formats/format-reader.ts';
import { parseRadiation } from '../../../src/formats/radiation-names.ts';
import { patternOf } from '../../../src/formats/to-pattern.ts';

const SCAN: RecordedScan = {
  ...BLANK_SCAN,
  unit: 'counts',
  twoThetaDeg: new Float64Array([10, 11, 12]),
  counts: new Float64Array([4, 8, 6]),
  stepTimeS: 2,
};
const USER = { radiation: parseRadiation('CuKa12') };

const WHOLE_RATES = {
  twoThetaDeg: new Float64Array(30).map((_, i) => 10 + i),
  counts: new Float64Array(30).map((_, i) => 40 + ((i * 7) % 13)),
};

describe('patternOf', () => {
  test('counts keep their live time', () => {
    expect(patternOf(SCAN, USER)).toMatchObject({ unit: 'counts', counts: SCAN.counts, liveS: new Float64Array([2, 2, 2]), scanIds: [] });
    expect(patternOf({ ...SCAN, stepTimeS: null }, USER).liveS).toEqual(new Float64Array([1, 1, 1]));
    expect(patternOf({ ...SCAN, liveS: new Float64Array([2, 0.1, 2]) }, USER).liveS).toEqual(new Float64Array([2, 0.1, 2]));
  });

  test('rates become counts where that gives integers', () => {
    const cps = { ...SCAN, unit: 'cps' as const, stepTimeS: 0.3, counts: new Float64Array([10, 3.3333, 0]) };
    expect(patternOf(cps, USER)).toMatchObject({
      unit: 'counts',
      counts: new Float64Array([3, 1, 0]),
      liveS: new Float64Array([0.3, 0.3, 0.3]),
    });
  });

  test.each([
    ['without a time', { unit: 'cps' as const, stepTimeS: null }],
    ['with a time that gives no integers', { unit: 'cps' as const, stepTimeS: 0.3 }],
    ['with a negative value', { unit: 'cps' as const, stepTimeS: 1, counts: new Float64Array([1, -2, 3]) }],
    ['that are whole rates over a time of 2 s', { unit: 'cps' as const, ...WHOLE_RATES }],
    ['of unknown unit', { unit: 'arbitrary' as const }],
  ])('intensities %s stay arbitrary, with a live time of 1', (_what, part) => {
    const pattern = patternOf({ ...SCAN, ...part }, USER);
    expect(pattern.unit).toBe('arbitrary');
    expect(pattern.liveS).toEqual(pattern.counts.map(() => 1));
  });

  test('a few whole rates may be counts by chance', () => {
    const few = { unit: 'cps' as const, twoThetaDeg: WHOLE_RATES.twoThetaDeg.slice(0, 3), counts: WHOLE_RATES.counts.slice(0, 3) };
    expect(patternOf({ ...SCAN, ...few }, USER)).toMatchObject({ unit: 'counts', counts: few.counts.map((rate) => 2 * rate) });
    const half = WHOLE_RATES.counts.map((rate, i) => (i === 7 ? rate + 0.5 : rate));
    expect(patternOf({ ...SCAN, ...WHOLE_RATES, unit: 'cps', counts: half }, USER).unit).toBe('counts');
  });

  test('the user goes before the file, and one of them must name the wavelength', () => {
    const ofFile = parseRadiation('CoKa12');
    expect(patternOf({ ...SCAN, radiation: ofFile }, { radiation: null }).radiation).toBe(ofFile);
    expect(patternOf({ ...SCAN, radiation: ofFile }, USER).radiation).toBe(USER.radiation);
    let error: unknown = null;
    try {
      patternOf(SCAN, { radiation: null, fileName: 'a.xy' });
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code: 'badInput', subject: 'a.xy', remedy: expect.stringContaining('--radiation CuKa12') });
  });

  test('the id follows the data', () => {
    const id = patternOf(SCAN, USER).patternId;
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(patternOf({ ...SCAN, sampleName: 'other' }, USER).patternId).toBe(id);
    expect(patternOf({ ...SCAN, counts: new Float64Array([4, 8, 7]) }, USER).patternId).not.toBe(id);
    expect(patternOf(SCAN, { radiation: parseRadiation('CuKa1') }).patternId).not.toBe(id);
    expect(patternOf({ ...SCAN, stepTimeS: 3 }, USER).patternId).not.toBe(id);
    expect(patternOf(SCAN, { ...USER, patternId: 'mine' }).patternId).toBe('mine');
  });

  test('the pattern does not share its arrays with the scan', () => {
    const pattern = patternOf(SCAN, USER);
    expect(pattern.counts).not.toBe(SCAN.counts);
    expect(pattern.twoThetaDeg).not.toBe(SCAN.twoThetaDeg);
  });
});
