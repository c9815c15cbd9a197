import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { configSchema } from '../../config/schema.ts';
import { instrumentFileText } from '../../models/references/instrument-file.ts';
import { planOutcome } from '../../src/app/plan-outcome.ts';
import { runSession } from '../../src/app/run-session.ts';
import { makeRuntime } from '../../src/app/runtime.ts';
import { parseRadiation } from '../../src/formats/radiation-names.ts';
import { memoryRunStore } from '../support/memory-run-store.ts';
import { CALIBRATION } from '../unit/analysis/calibration/sample-calibration.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

test('a run and its plan with the instrument file of another radiation are refused before anything is measured', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ewald-instrument-file-'));
  folders.push(folder);
  const file = join(folder, 'cobalt.json');
  writeFileSync(file, instrumentFileText({ ...CALIBRATION, radiation: parseRadiation('CoKa12') }, file));
  const config = configSchema.parse({
    instrument: { driver: 'mqtt', calibration: file },
    simulator: { seed: 5, speed: 'max' },
    model: { id: 'solid-state-precursors', method: 'search' },
  });
  const store = memoryRunStore();
  const [runtime, { signal }] = [makeRuntime(1, silentLog), new AbortController()];
  const session = { config, runtime, store, signal, runId: 'r', resume: false };
  await expect(runSession({ ...session, onProgress: () => undefined })).rejects.toMatchObject({
    code: 'badInput',
    subject: file,
    message: expect.stringMatching(/is of another radiation than sim1/),
    remedy: expect.stringContaining('instrument.calibration'),
  });
  expect(store.journal('r')).toEqual([]);
  const plan = planOutcome(config, { runtime, signal, json: true, interactive: false, progress: () => undefined });
  await expect(plan).rejects.toMatchObject({ code: 'badInput', subject: file });
}, 90_000);
