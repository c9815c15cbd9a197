import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeInput, evenStepDeg } from '../../../src/app/describe-input.ts';
import { identifyFile } from '../../../src/app/identify-command.ts';
import { candidate } from '../../support/identifications.ts';
import { columns, environment, fakeIdentifier } from './fake-identifier.ts';

const options = { model: 'fake', method: 'hybrid' };
let folder: string;
let file: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ewald-identify-'));
  file = join(folder, 'scan.xy');
  writeFileSync(file, columns(30));
});
afterAll(() => rmSync(folder, { recursive: true }));

const doubtful = () =>
  fakeIdentifier(['MgO_225', 'NiO_225', 'CaO_225'], () => ({
    candidates: [
      candidate('MgO_225', 0.7, { rivalId: 'NiO_225', weightFraction: 0.8 }),
      candidate('NiO_225', 0.3),
      candidate('CaO_225', 0.001),
    ],
  }));

describe('identify', () => {
  test('gives the document of the contract and closes the identifier', async () => {
    const identifier = doubtful();
    const { result, text, simulated } = await identifyFile(
      file,
      { ...options, radiation: 'CuKa12' },
      environment(),
      async () => identifier,
      null,
    );
    expect(result['input']).toEqual({
      file,
      scanIndex: 0,
      points: 101,
      twoThetaMinDeg: 10,
      twoThetaMaxDeg: 60,
      stepDeg: 0.5,
      unit: 'counts',
      liveSTotal: 101,
      radiation: expect.objectContaining({ anode: 'Cu' }),
    });
    const keys =
      'patternId modelId modelSha256 threshold verdict setProbability phases candidates rivalSets shift unexplained novelty detectionLimits disagreement timingMs';
    for (const key of keys.split(' ')) expect(result).toHaveProperty(key);
    expect((result['phases'] as { phaseId: string }[]).map(({ phaseId }) => phaseId)).toEqual(['MgO_225']);
    expect((result['candidates'] as unknown[]).length).toBe(3);
    // The fake's maps differ at 20 and 40 degrees; windows are 5 degrees wide.
    const regions = result['disagreement'] as { fromDeg: number; toDeg: number; between: string[] }[];
    expect(regions.map(({ fromDeg, toDeg }) => [fromDeg, toDeg])).toEqual([
      [17.5, 22.5],
      [37.5, 42.5],
    ]);
    expect(regions[0]!.between).toEqual(['MgO_225', 'NiO_225']);
    expect(text).toContain('MgO_225');
    expect(text).toContain('also possible: NiO_225 30.0 %');
    expect(simulated).toBe(false);
    expect(identifier.isClosed()).toBe(true);
  });

  test('writes the report that it is given', async () => {
    const report = join(folder, 'r.html');
    const draw = (input: { readonly modelSha256: string; readonly comparison: { readonly maps: readonly unknown[] } }) =>
      `${input.modelSha256.length} ${input.comparison.maps.length}`;
    await identifyFile(file, { ...options, radiation: 'CuKa1', report }, environment(), async () => doubtful(), draw);
    expect(readFileSync(report, 'utf8')).toBe('64 2');
    const nowhere = { ...options, radiation: 'CuKa1', report: join(folder, 'no', 'r.html') };
    await expect(identifyFile(file, nowhere, environment(), async () => doubtful(), draw)).rejects.toMatchObject({
      code: 'badInput',
      subject: '--report',
      message: expect.stringContaining('cannot be written'),
    });
  });

  test.each([
    [{}, 'does not name its wavelength', '--radiation'],
    [{ radiation: 'CuKa' }, 'does not say whether', 'CuKa12'],
    [{ radiation: 'CuKa1', scan: '1' }, 'has no scan 1', '--scan 0'],
    [{ radiation: 'CuKa1', scan: '-1' }, '--scan -1 is not a whole number', 'whole number'],
    [{ radiation: 'CuKa1', method: 'guess' }, "no method 'guess'", 'hybrid'],
  ])('refuses %j in one sentence with a remedy', async (more, message, remedy) => {
    const failing = identifyFile(file, { ...options, ...more }, environment(), async () => doubtful(), null);
    await expect(failing).rejects.toMatchObject({
      code: 'badInput',
      message: expect.stringContaining(message),
      remedy: expect.stringContaining(remedy),
    });
  });

  test('names a missing file, a folder and a file that is none', async () => {
    const broken = join(folder, 'broken.xy');
    writeFileSync(broken, 'PK\u0003\u0004 not a pattern');
    for (const [name, message] of [
      [join(folder, 'none.xy'), 'there is no file'],
      [folder, 'is a folder'],
      [broken, ''],
    ] as const) {
      const failing = identifyFile(name, { ...options, radiation: 'CuKa1' }, environment(), async () => doubtful(), null);
      await expect(failing).rejects.toMatchObject({ code: 'badInput', subject: name, message: expect.stringContaining(message) });
    }
  });

  test('of several scans one must be chosen', async () => {
    const several = join(folder, 'several.xrdml');
    writeFileSync(several, xrdml([10, 50]));
    await expect(identifyFile(several, options, environment(), async () => doubtful(), null)).rejects.toMatchObject({
      message: expect.stringContaining('holds 2 scans'),
      remedy: expect.stringContaining('--scan 1 (50.00 to 54.00 degrees, 5 points)'),
    });
    const { result } = await identifyFile(several, { ...options, scan: '1' }, environment(), async () => doubtful(), null);
    expect(result['input']).toMatchObject({ scanIndex: 1, twoThetaMinDeg: 50, points: 5 });
  });

  test('an uneven raster has no step, an arbitrary pattern no live time', () => {
    expect(evenStepDeg(Float64Array.of(10, 10.1, 10.3))).toBeNull();
    expect(evenStepDeg(Float64Array.of(10))).toBeNull();
    const pattern = {
      patternId: 'p',
      scanIds: [],
      unit: 'arbitrary',
      radiation: { anode: null, lines: [{ wavelengthA: 1, weight: 1 }] },
      twoThetaDeg: Float64Array.of(1, 2),
      counts: Float64Array.of(1, 2),
      liveS: Float64Array.of(1, 1),
    } as const;
    expect(describeInput('f', 0, pattern)['liveSTotal']).toBeNull();
  });
});

function xrdml(startsDeg: readonly number[]): string {
  const scans = startsDeg.map(
    (fromDeg) => `<scan scanAxis="Gonio" status="Completed"><dataPoints>
      <positions axis="2Theta" unit="deg"><startPosition>${fromDeg}</startPosition><endPosition>${fromDeg + 4}</endPosition></positions>
      <commonCountingTime unit="seconds">2</commonCountingTime><counts unit="counts">10 12 300 14 9</counts></dataPoints></scan>`,
  );
  return `<?xml version="1.0"?><xrdMeasurements xmlns="http://www.xrdml.com/XRDMeasurement/2.1"><xrdMeasurement>
    <usedWavelength intended="K-Alpha"><kAlpha1 unit="Angstrom">1.540598</kAlpha1><kAlpha2 unit="Angstrom">1.544426</kAlpha2>
    <ratioKAlpha2KAlpha1>0.5</ratioKAlpha2KAlpha1></usedWavelength>${scans.join('')}</xrdMeasurement></xrdMeasurements>`;
}
