import { describe, expect, test } from '@jest/globals';
import { strToU8 } from 'fflate';
import { readRecordedFile } from '../../../src/formats/registry.ts';
import { archiveOf, axesView, brmlOf, counterView, FACTOR_VIEW, type MadeBrml, TIME_VIEW, USUAL_VIEWS } from '../../support/made-brml.ts';

const COUNTS = [40, 44, 60, 300, 950, 1210, 1000, 310];
const angle = (i: number): number => 30 + i / 50;
const rowsOf = (counts: readonly number[], factor: (i: number) => number = () => 1) =>
  counts.map((count, i) => [96, factor(i), angle(i), angle(i) / 2, count]);
const MADE: MadeBrml = { rows: rowsOf(COUNTS), views: USUAL_VIEWS };

const read = (bytes: Uint8Array) => readRecordedFile(bytes, 'a.brml');
const only = async (made: MadeBrml) => (await read(brmlOf([made]))).scans[0]!;
const refusal = (bytes: Uint8Array): Promise<unknown> => read(bytes).catch((error: unknown) => error);

describe('brml', () => {
  test('what the archive says comes across', async () => {
    const scan = await only(MADE);
    expect(scan).toMatchObject({ unit: 'counts', stepTimeS: 96, liveS: null, attenuationApplied: false, sampleName: 'made up' });
    expect(scan).toMatchObject({ startedAt: '2030-01-02T03:04:05+00:00', endedAt: '2030-01-02T03:06:05+00:00', status: 'Measured' });
    expect(scan).toMatchObject({ apertureDeg: 2.93, radiusMm: 280, scanAxis: 'LockedCoupled' });
    expect([...scan.counts]).toEqual(COUNTS);
    expect([...scan.twoThetaDeg]).toEqual(COUNTS.map((_, i) => angle(i)));
    const lines = [
      { wavelengthA: 1.5406, weight: 1 },
      { wavelengthA: 1.54439, weight: 0.5 },
    ];
    expect(scan.radiation).toEqual({ anode: 'Cu', lines });
  });

  test('columns are found by what the views say, not by their place', async () => {
    const rows = COUNTS.map((count, i) => [angle(i) / 2, 0.1, count, angle(i), 96]);
    const time = TIME_VIEW.replace('Start="0"', 'Start="4"');
    const scan = await only({ rows, views: axesView(0, 'Theta') + axesView(3, 'TwoTheta') + time + counterView(2) });
    expect([...scan.counts]).toEqual(COUNTS);
    expect(scan.twoThetaDeg[7]).toBe(angle(7));
    expect(scan).toMatchObject({ stepTimeS: 96, unit: 'counts' });
  });

  test('angles that no column holds come from start and increment', async () => {
    const scanAxes = '<ScanAxisInfo AxisId="TwoTheta"><Start>30</Start><Increment>0.02</Increment></ScanAxisInfo>';
    const scan = await only({ rows: COUNTS.map((count) => [96, 1, count]), views: TIME_VIEW + FACTOR_VIEW + counterView(2), scanAxes });
    expect(scan.twoThetaDeg[7]).toBeCloseTo(30.14, 9);
  });

  test('counts that the writer multiplied by the absorber are divided again, and the live time is shortened', async () => {
    const factor = (i: number): number => (i >= 4 && i <= 6 ? 8.3 : 1);
    const scan = await only({
      ...MADE,
      rows: rowsOf(
        COUNTS.map((count, i) => Number((count * factor(i)).toFixed(1))),
        factor,
      ),
    });
    expect([...scan.counts]).toEqual(COUNTS);
    expect([...scan.liveS!]).toEqual(COUNTS.map((_, i) => 96 / factor(i)));
    expect(scan).toMatchObject({ unit: 'counts', attenuationApplied: true, stepTimeS: 96 });
  });

  test('whole counts that no division explains are raw', async () => {
    const factor = (i: number): number => (i >= 2 && i <= 6 ? 10 : 1);
    const raw = [40, 44, 61, 303, 957, 1211, 1003, 310];
    const scan = await only({ ...MADE, rows: rowsOf(raw, factor) });
    expect([...scan.counts]).toEqual(raw);
    expect(scan).toMatchObject({ unit: 'counts', attenuationApplied: false });
    expect(scan.liveS![2]).toBe(9.6);
  });

  test('other values have lost their statistics, and are those of the open beam', async () => {
    const file = await read(brmlOf([{ ...MADE, rows: rowsOf(COUNTS.map((count) => count + 0.37)) }]));
    expect(file.scans[0]).toMatchObject({ unit: 'arbitrary', liveS: null });
    expect(file.warnings).toEqual([expect.stringContaining('no whole counts')]);
    expect((await only({ ...MADE, views: USUAL_VIEWS.replace('Base="Counts"', 'Base="CountsPerSecond"') })).unit).toBe('cps');
  });

  test('times may differ from point to point', async () => {
    const scan = await only({ ...MADE, rows: rowsOf(COUNTS).map((row, i) => [i + 1, ...row.slice(1)]) });
    expect(scan).toMatchObject({ stepTimeS: null, liveS: Float64Array.from(COUNTS, (_, i) => i + 1) });
  });

  test('several scans, the tenth behind the second; scans over other axes and images are left out', async () => {
    const still: MadeBrml = { ...MADE, rows: rowsOf(COUNTS).map((row) => [row[0]!, 1, 30, row[3]!, row[4]!]), scanName: 'RockingCurve' };
    const image: MadeBrml = { ...MADE, views: TIME_VIEW + axesView(2, 'TwoTheta') + counterView(3, 192) };
    const numbered = Array.from({ length: 11 }, (_, i): MadeBrml => ({ ...MADE, rows: rowsOf([i + 1, 2, 3, 4]) }));
    const file = await read(brmlOf([...numbered, still, image]));
    expect(file.scans.map(({ counts }) => counts[0])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(file.warnings).toEqual([
      'scan 12 is left out: "RockingCurve" does not run over 2theta',
      'scan 13 is left out: it holds images of a line or area detector',
    ]);
  });

  test('points that were not measured are no counts', async () => {
    const file = await read(brmlOf([{ ...MADE, rows: rowsOf([...COUNTS, -9999, -9999]), status: 'Aborted' }]));
    expect([...file.scans[0]!.counts]).toEqual(COUNTS);
    expect(file.warnings).toEqual(['scan 1 has the status "Aborted" and may stop short', 'scan 1 has 2 points that were not measured']);
  });

  test('one line where the ratio is 0, a warning where a crystal is mounted, none where there is no tube', async () => {
    expect((await only({ ...MADE, ratio: 0 })).radiation!.lines).toHaveLength(1);
    const file = await read(brmlOf([{ ...MADE, optics: '<InfoData LogicName="Ge022ACC" />' }]));
    expect(file.warnings).toEqual([expect.stringContaining('a monochromator (Ge022ACC)')]);
    expect((await only({ ...MADE, tube: false })).radiation).toBeNull();
  });

  test.each([
    ['cut short', () => brmlOf([MADE]).subarray(0, -40), /no directory at its end/],
    ['without raw data', () => archiveOf({ 'Experiment0/DataContainer.xml': strToU8('<DataContainer/>') }), /no raw data of a scan/],
    ['with another root', () => brmlOf([MADE], (xml) => xml.replaceAll('RawData', 'Other')), /root of Experiment0\/RawData0.xml/],
    ['with broken XML', () => brmlOf([MADE], (xml) => xml.slice(0, -20)), /XML is damaged/],
    ['with entities', () => brmlOf([MADE], (xml) => xml.replace('?>', '?><!DOCTYPE x [<!ENTITY a "aaaa">]>')), /document type or entities/],
    ['with a row that does not end', () => brmlOf([MADE], (xml) => xml.slice(0, xml.indexOf('</Datum>'))), /row 1 .* does not end/],
    ['with a short row', () => brmlOf([{ ...MADE, rows: [...rowsOf(COUNTS), [96, 1]] }]), /row 9 holds 2 numbers and the first 5/],
    ['with a word in a row', () => brmlOf([MADE], (xml) => xml.replace(',950<', ',x<')), /row 5 holds "x"/],
    ['with a factor of 0', () => brmlOf([{ ...MADE, rows: rowsOf(COUNTS, () => 0) }]), /attenuation factor is 0/],
    ['without a counter', () => brmlOf([{ ...MADE, views: TIME_VIEW + axesView(2, 'TwoTheta') }]), /left out: it holds no counts/],
    ['without rows', () => brmlOf([{ ...MADE, rows: [] }]), /points are not in the XML/],
    [
      'of a bomb of elements',
      () => brmlOf([MADE], (xml) => xml.replace('<DataViews>', `${'<a/>'.repeat(1_100_000)}<DataViews>`)),
      /larger than any/,
    ],
    ['of a bomb of rows', () => brmlOf([MADE], (xml) => `${xml}${' '.repeat(49 * 2 ** 20)}`), /would unpack to/],
  ])('refuses an archive %s', async (_what, make, message) => {
    expect(await refusal(make())).toMatchObject({ code: 'badInput', subject: 'a.brml', message: expect.stringMatching(message) });
  });
});
