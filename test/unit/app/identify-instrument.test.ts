import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startingOptics } from '../../../models/mixture-identifier.ts';
import { instrumentFileText } from '../../../models/references/instrument-file.ts';
import { identifyFile } from '../../../src/app/identify-command.ts';
import type { OpenIdentifier } from '../../../src/app/open-identifier.ts';
import { parseRadiation } from '../../../src/formats/radiation-names.ts';
import { CALIBRATION } from '../analysis/calibration/sample-calibration.ts';
import { claims, columns, environment, fakeIdentifier } from './fake-identifier.ts';

let folder: string;
let scan: string;
let instrument: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ewald-identify-instrument-'));
  [scan, instrument] = [join(folder, 'scan.xy'), join(folder, 'lab.yaml')];
  writeFileSync(scan, columns(30));
  writeFileSync(instrument, instrumentFileText(CALIBRATION, instrument));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('identify hands the instrument file to the identifier and names it in the document', async () => {
  const specs: Parameters<OpenIdentifier>[0][] = [];
  const open: OpenIdentifier = async (spec) => {
    specs.push(spec);
    return fakeIdentifier(['MgO_225'], () => claims('MgO_225'));
  };
  const options = { model: 'fake', method: 'search', radiation: 'CuKa12' };
  const { result } = await identifyFile(scan, { ...options, instrument }, environment(), open, null);
  expect(specs[0]!.calibration).toEqual(CALIBRATION);
  expect(result['instrumentFile']).toBe(instrument);
  await identifyFile(scan, options, environment(), open, null);
  expect(specs[1]!.calibration).toBeNull();
  await expect(identifyFile(scan, { ...options, radiation: 'CoKa12', instrument }, environment(), open, null)).rejects.toThrow(
    /another radiation/,
  );
  expect(specs).toHaveLength(2);
});

test('the search starts from the calibrated optics, or from what is usual; a calibration of another radiation is refused', () => {
  const copper = startingOptics(parseRadiation('CuKa12'), CALIBRATION);
  expect(copper).toMatchObject({ caglioti: { wDeg2: 0.0045 }, radiusMm: 240, monochromatorTwoThetaDeg: 26.6, calibratedZeroDeg: 0.01 });
  expect(copper.radiation.lines).toHaveLength(3);
  const cobalt = parseRadiation('CoKa12');
  expect(startingOptics(cobalt)).toMatchObject({ radiation: cobalt, radiusMm: 200 });
  expect(() => startingOptics(cobalt, CALIBRATION)).toThrow(
    expect.objectContaining({ code: 'badInput', subject: 'lab-1', message: expect.stringContaining('another radiation') }),
  );
});
