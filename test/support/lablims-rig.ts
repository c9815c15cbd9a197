import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { labLimsDriver, type labLimsOptionsSchema } from '../../drivers/bruker-lablims/plug-in.ts';
import type { Diffractometer } from '../../src/ports/diffractometer.ts';
import { removeFolder } from './fake-aeris.ts';
import { FakeLabLims } from './fake-lablims.ts';
import { madeDrivers } from './made-drivers.ts';
import { realRuntime } from './manual-runtime.ts';

const TIMING = { pollMs: 15, resultGraceMs: 400, partialWaitMs: 80, linkGraceMs: 300, statusIntervalMs: 100, safetyValidMs: 1000 };

export interface LabLimsRig {
  readonly far: FakeLabLims;
  readonly labLimsFolder: string;
  readonly resultFolder: string;
  readonly jobFolder: string;
  make(changes?: Partial<z.input<typeof labLimsOptionsSchema>>): Diffractometer;
  close(): Promise<void>;
}

export async function labLimsRig(): Promise<LabLimsRig> {
  const folder = mkdtempSync(join(tmpdir(), 'ewald-lablims-'));
  const labLimsFolder = join(folder, 'LabLims');
  const resultFolder = join(labLimsFolder, 'Results');
  mkdirSync(resultFolder, { recursive: true });
  const jobFolder = join(folder, 'jobs');
  const far = new FakeLabLims(labLimsFolder, resultFolder);
  const drivers = madeDrivers(labLimsDriver, realRuntime());
  return {
    far,
    labLimsFolder,
    resultFolder,
    jobFolder,
    make: (changes = {}) =>
      drivers.make({
        labLimsFolder,
        resultFolder,
        samplePosition: '1A01',
        experimentFile: '25C.bsml',
        radiation: 'CuKa12',
        limits: { fromDeg: 5, toDeg: 140 },
        jobFolder,
        wireTellsNoSafety: true,
        simulated: true,
        timing: TIMING,
        ...changes,
      }),
    close: async () => {
      await drivers.close();
      far.stop();
      removeFolder(folder);
    },
  };
}
