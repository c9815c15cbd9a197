import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { instrumentFileText, parseInstrumentFile } from '../../../models/references/instrument-file.ts';
import { type CalibrateOptions, calibrateFile } from '../../../src/app/calibrate-command.ts';
import type { Outcome } from '../../../src/app/command.ts';
import { drawCalibration } from '../../../src/app/draw-calibration.ts';
import { checkRadiation, readInstrument } from '../../../src/app/read-instrument.ts';
import type { InstrumentCalibration } from '../../../src/domain/instrument-calibration.ts';
import { parseRadiation } from '../../../src/formats/radiation-names.ts';
import { CALIBRATION } from '../analysis/calibration/sample-calibration.ts';
import { scanOf } from '../analysis/calibration/simulated-standard.ts';
import { environment } from './fake-identifier.ts';

const options: CalibrateOptions = { standard: 'Si', instrumentId: 'lab-1', radiation: 'CuKa12', radius: '240', maxAge: '180' };
let folder: string;
let scan: string;
const calibrate = (changes: Partial<CalibrateOptions> = {}) =>
  calibrateFile(scan, { ...options, ...changes }, environment(), drawCalibration);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ewald-calibrate-'));
  scan = join(folder, 'silicon.xy');
  const { twoThetaDeg, counts } = scanOf({ standard: 'Si', stepDeg: 0.04, toDeg: 120 });
  writeFileSync(scan, Array.from(twoThetaDeg, (deg, i) => `${deg.toFixed(3)} ${counts[i]}`).join('\n'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('calibrate', () => {
  let outcome: Outcome;
  let out: string;
  let report: string;

  beforeAll(async () => {
    [out, report] = [join(folder, 'lab.yaml'), join(folder, 'lab.html')];
    const older = join(folder, 'older.json');
    writeFileSync(older, instrumentFileText({ ...CALIBRATION, calibratedAt: '2020-01-01T00:00:00.000Z' }, older));
    outcome = await calibrate({ out, report, compare: older, maxAge: '0.001' });
  });

  test('writes an instrument file that is read again as it stands in the document', () => {
    const written = parseInstrumentFile(readFileSync(out, 'utf8'), out);
    expect(written).toEqual(outcome.result['instrument']);
    expect(written).toMatchObject({ instrumentId: 'lab-1', standard: { id: 'SRM640f', aA: 5.431144 }, scan: { name: 'silicon.xy' } });
    expect(written.scan.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(outcome.result).toMatchObject({ instrumentFile: out, reportFile: report, input: { points: 2501 } });
  });

  test('draws a page with the fit, the curve of widths and every parameter', () => {
    const page = readFileSync(report, 'utf8');
    for (const words of ['Instrument lab-1', 'Line width', 'measured less fitted', 'axial divergence', 'polarisation factor'])
      expect(page).toContain(words);
    expect(page.match(/\(1 1 1\) at 28/g)).toHaveLength(2);
  });

  test('warns of what has drifted since the older file, by name', () => {
    const drift = outcome.result['drift'] as { code: string; message: string }[];
    expect(drift.map(({ message }) => message)).toEqual(expect.arrayContaining([expect.stringMatching(/^zeroDeg has changed/)]));
    expect(outcome.warnings).toEqual(expect.arrayContaining(drift));
  });

  test('tells a person every parameter and how well the fit went', () => {
    const { parameters } = outcome.result['instrument'] as InstrumentCalibration;
    for (const { name } of parameters) expect(outcome.text).toContain(name);
    expect(outcome.text).toMatch(/reduced chi-square/);
  });
});

describe('calibrate refuses', () => {
  test.each([
    ['no standard', { standard: undefined }, /standard is not named/],
    ['an unknown standard', { standard: 'salt' }, /no standard 'salt'/],
    ['a cell in the wrong form', { certified: '5.43' }, /'5.43' is no lattice constant/],
    ['a cell without a', { certified: 'c=13' }, /constant a is missing/],
    ['a radius of nothing', { radius: '0' }, /--radius 0 is not a number above 0/],
    ['a monochromator that is no angle', { monochromator: 'graphite' }, /--monochromator graphite is no angle/],
    ['an old file that is none', { compare: '/nowhere/old.yaml' }, /there is no file/],
    ['another standard', { standard: 'LaB6' }, /SRM660c/],
  ] as [string, Partial<CalibrateOptions>, RegExp][])('%s', async (_, changes, message) => {
    await expect(calibrate(changes)).rejects.toThrow(message);
  });

  test('a scan without a wavelength', async () => {
    const { radiation: _, ...without } = options;
    await expect(calibrateFile(scan, without, environment(), drawCalibration)).rejects.toThrow(/does not name its wavelength/);
  });
});

test('an instrument file is read with its age, and refused for another radiation', () => {
  const file = join(folder, 'lab-1.json');
  writeFileSync(file, instrumentFileText(CALIBRATION, file));
  const { calibration, warnings } = readInstrument(file, Date.parse('2027-01-01T00:00:00Z'));
  expect(warnings.map(({ code }) => code)).toEqual(['calibrationAge']);
  expect(() => checkRadiation(calibration, parseRadiation('CuKa12'), file)).not.toThrow();
  expect(() => checkRadiation(calibration, parseRadiation('CoKa12'), file)).toThrow(/another radiation than the pattern/);
  expect(() => checkRadiation(calibration, parseRadiation('CoKa12'), file, 'XRD-2')).toThrow(
    expect.objectContaining({
      subject: file,
      message: expect.stringContaining('than XRD-2'),
      remedy: expect.stringContaining('instrument.calibration'),
    }),
  );
});
