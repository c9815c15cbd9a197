import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { configSchema } from '../../../config/schema.ts';
import { instrumentFileText } from '../../../models/references/instrument-file.ts';
import { calibrationOf } from '../../../src/app/config-calibration.ts';
import { CALIBRATION } from '../analysis/calibration/sample-calibration.ts';
import { environment } from './fake-identifier.ts';

const configWith = (calibration?: string) =>
  configSchema.parse({ instrument: { driver: 'mqtt', ...(calibration === undefined ? {} : { calibration }) } });

test('the instrument file of a config is read, and its age goes to the log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ewald-config-calibration-'));
  const file = join(folder, 'lab.json');
  writeFileSync(file, instrumentFileText(CALIBRATION, file));
  const told: string[] = [];
  const { clock, log } = environment().runtime;
  const runtime = {
    clock: { ...clock, nowMs: () => Date.parse('2027-01-01T00:00:00Z') },
    log: { ...log, warn: (message: string) => void told.push(message) },
  };
  expect(calibrationOf(configWith(file), runtime)).toEqual(CALIBRATION);
  expect(told).toEqual([expect.stringMatching(/lab-1 is 365 days old/)]);
  expect(calibrationOf(configWith(), runtime)).toBeNull();
  rmSync(folder, { recursive: true });
  expect(() => calibrationOf(configWith(file), runtime)).toThrow(/there is no file/);
});
