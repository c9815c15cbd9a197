import { describe, expect, test } from '@jest/globals';
import { readRecordedFile } from '../../../src/formats/registry.ts';
import { type MadeRange, type MadeRaw, rawV1, rawV2, rawV3, rawV4 } from '../../support/bruker-raw-bytes.ts';

const COUNTS = [40, 44, 60, 300, 950, 1210, 1000, 310, 62, 45, 41];
const RANGE: MadeRange = { startDeg: 30, stepDeg: 0.02, stepTimeS: 2.5, counts: COUNTS };
const MADE: MadeRaw = { sample: 'made up', kAlphaA: [1.5406, 1.54439], ratio: 0.5, ranges: [RANGE] };
const SECOND: MadeRange = { ...RANGE, startDeg: 50, stepDeg: 0.05, stepTimeS: 4, counts: [7, 8, 9, 10] };

const read = (bytes: Uint8Array) => readRecordedFile(bytes, 'a.raw');
const refusal = (bytes: Uint8Array): Promise<unknown> => read(bytes).catch((error: unknown) => error);
const withRanges = (...ranges: MadeRange[]): MadeRaw => ({ ...MADE, ranges });

describe.each([
  ['1', rawV1, null, ['the file gives no ratio of K alpha 2 to K alpha 1: 0.5 is used']],
  ['2', rawV2, 'Cu', []],
  ['3', rawV3, 'Cu', []],
  ['4', rawV4, 'Cu', []],
] as const)('Bruker RAW version %s', (_version, write, anode, always) => {
  test('gives points, time, wavelengths and sample', async () => {
    const { scans, warnings, formatId } = await read(write(MADE));
    expect({ formatId, warnings, count: scans.length }).toEqual({ formatId: 'bruker-raw', warnings: always, count: 1 });
    const scan = scans[0]!;
    expect(scan).toMatchObject({ unit: 'counts', stepTimeS: 2.5, liveS: null, sampleName: 'made up', attenuationApplied: false });
    expect([...scan.counts]).toEqual(COUNTS);
    expect(scan.twoThetaDeg[0]).toBe(30);
    expect(scan.twoThetaDeg[10]).toBeCloseTo(30.2, 9);
    const lines = [
      { wavelengthA: 1.5406, weight: 1 },
      { wavelengthA: 1.54439, weight: 0.5 },
    ];
    expect(scan.radiation).toEqual({ anode, lines });
  });

  test('gives one scan for each range', async () => {
    const { scans } = await read(write(withRanges(RANGE, SECOND)));
    expect(scans.map(({ stepTimeS, twoThetaDeg, counts }) => [stepTimeS, twoThetaDeg[0], [...counts]])).toEqual([
      [2.5, 30, COUNTS],
      [4, 50, [7, 8, 9, 10]],
    ]);
  });

  test('tells rates from counts by the time per step, and either from what lost its statistics', async () => {
    const rates = await read(write(withRanges({ ...RANGE, counts: COUNTS.map((count) => count / 2.5) })));
    expect(rates.scans[0]!.unit).toBe('cps');
    const smoothed = await read(write(withRanges({ ...RANGE, counts: COUNTS.map((count) => count + 0.37) })));
    expect(smoothed.scans[0]!.unit).toBe('arbitrary');
    expect(smoothed.warnings).toEqual([expect.stringContaining('no whole counts'), ...always]);
    const negative = await read(write(withRanges({ ...RANGE, counts: COUNTS.map((count) => count - 100) })));
    expect(negative.scans[0]!.unit).toBe('arbitrary');
  });

  test('names no radiation where the file has no wavelength', async () => {
    expect((await read(write({ ...MADE, kAlphaA: [0, 0] }))).scans[0]!.radiation).toBeNull();
  });

  test('leaves a range of fewer than three points out', async () => {
    const { scans, warnings } = await read(write(withRanges({ ...SECOND, counts: [5] }, RANGE)));
    expect(scans).toHaveLength(1);
    expect(warnings).toEqual(['range 1 is left out: it has 1 points', ...always]);
  });

  test.each([
    ['cut short', () => write(MADE).subarray(0, -6), /ends after \d+ bytes, but its header promises more/],
    ['of one word', () => write(MADE).subarray(0, 8), /ends after 8 bytes|no known format/],
    ['without a step', () => write(withRanges({ ...RANGE, stepDeg: 0 })), /header of range 1 gives no range of angles/],
    ['with an angle that is no number', () => write(withRanges({ ...RANGE, startDeg: Number.NaN })), /no range of angles/],
    ['with a count that is no number', () => write(withRanges({ ...RANGE, counts: [1, Number.NaN, 3] })), /point 2/],
    ['with falling angles', () => write(withRanges({ ...RANGE, stepDeg: -0.02 })), /does not increase/],
  ])('refuses a file %s', async (_what, make, message) => {
    expect(await refusal(make())).toMatchObject({ code: 'badInput', subject: 'a.raw', message: expect.stringMatching(message) });
  });
});

describe('Bruker RAW in detail', () => {
  test('later ranges of version 1 may lack the magic word', async () => {
    const { scans } = await read(rawV1(withRanges(RANGE, SECOND), false));
    expect(scans.map(({ counts }) => counts.length)).toEqual([11, 4]);
  });

  test.each([
    ['the ratio is 0', { ...MADE, ratio: 0 }],
    ['there is no second wavelength', { ...MADE, kAlphaA: [1.5406, 0] as const }],
  ])('the radiation is one line where %s', async (_why, made) => {
    for (const write of [rawV2, rawV3, rawV4]) expect((await read(write(made))).scans[0]!.radiation!.lines).toHaveLength(1);
  });

  test('supplements and longer records are stepped over', async () => {
    const version2 = await read(rawV2(withRanges({ ...RANGE, supplementBytes: 42 })));
    const version3 = await read(rawV3(withRanges({ ...RANGE, supplementBytes: 41, recordBytes: 12 })));
    const version4 = await read(rawV4(withRanges({ ...RANGE, recordBytes: 8 })));
    for (const { scans } of [version2, version3, version4]) expect([...scans[0]!.counts]).toEqual(COUNTS);
  });

  test('angles that version 3 stores point by point go before start and step', async () => {
    const twoThetaDeg = [30, 30.1, 30.3, 30.31];
    const { scans } = await read(rawV3(withRanges({ ...SECOND, twoThetaDeg, recordBytes: 12 })));
    expect([...scans[0]!.twoThetaDeg]).toEqual(twoThetaDeg);
  });

  test('scans over another axis are left out', async () => {
    const version3 = await read(rawV3(withRanges({ ...RANGE, scanType: 3 }, SECOND)));
    expect(version3.warnings).toEqual(['range 1 is left out: it is a "rocking curve", not a scan over 2theta']);
    expect(version3.scans).toHaveLength(1);
    expect(await refusal(rawV3(withRanges({ ...RANGE, scanType: 77 })))).toMatchObject({
      message: expect.stringContaining('no scan over 2theta: range 1 is left out: it is a "scan of type 77"'),
    });
  });

  test('version 4 goes by the drive that moves where it does not know the name of the scan', async () => {
    expect((await read(rawV4(withRanges({ ...RANGE, scanType: 'Own Script' })))).scans).toHaveLength(1);
    const still = rawV4(withRanges({ ...RANGE, scanType: 'Own Script' }));
    still[Buffer.from(still).indexOf('2Theta')] = 'X'.charCodeAt(0);
    expect(await refusal(still)).toMatchObject({ message: expect.stringContaining('"Own Script", not a scan over 2theta') });
  });

  test('zeros behind the last range of version 4 are no range', async () => {
    expect((await read(new Uint8Array([...rawV4(MADE), ...new Uint8Array(40)]))).scans).toHaveLength(1);
  });

  test('a file that was aborted says so', async () => {
    const { scans, warnings } = await read(rawV3(MADE, 3));
    expect(scans[0]).toMatchObject({ status: 'aborted', startedAt: '03/04/30 20:59:14', radiusMm: 200.5, scanAxis: 'locked coupled' });
    expect(warnings).toEqual(['the file has the status "aborted" and may stop short']);
  });

  test('a header that promises billions of points is refused before anything is allocated', async () => {
    const bytes = rawV4(MADE);
    const range = bytes.length - 4 * COUNTS.length - 2 * 92 - 160;
    new DataView(bytes.buffer).setUint32(range + 88, 0xffffffff, true);
    expect(await refusal(bytes)).toMatchObject({ code: 'badInput', message: expect.stringContaining('promises more') });
  });

  test('RAW files of others are refused by name', async () => {
    const stoe = new Uint8Array([...Buffer.from('RAW_1.06Powdat'), ...new Uint8Array(600)]);
    expect(await refusal(stoe)).toMatchObject({
      code: 'badInput',
      message: expect.stringContaining('STOE WinXPOW (RAW_1.06Powdat)'),
      remedy: expect.stringContaining('text in two columns'),
    });
    const unknown = new Uint8Array([...Buffer.from('RAW9.00'), ...new Uint8Array(600)]);
    expect(await refusal(unknown)).toMatchObject({ message: expect.stringContaining('"RAW9.00"') });
  });

  test('text that begins with the letters RAW is text', async () => {
    const bytes = new TextEncoder().encode('RAW data\n10 5\n11 6\n12 7\n');
    expect((await read(bytes)).formatId).toBe('columns');
  });
});
