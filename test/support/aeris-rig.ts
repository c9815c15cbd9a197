import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { aerisDriver, type aerisOptionsSchema } from '../../drivers/aeris/plug-in.ts';
import type { ScanCommand } from '../../src/domain/scan.ts';
import type { Diffractometer } from '../../src/ports/diffractometer.ts';
import { FakeAeris, type FakeProgram, removeFolder } from './fake-aeris.ts';
import { madeDrivers } from './made-drivers.ts';
import { realRuntime } from './manual-runtime.ts';
import { scanCommand } from './scan-command.ts';

const FAST: FakeProgram = { name: '20-30_Low', fromDeg: 20, toDeg: 30, points: 501, dwellS: 0.5, lastsMs: 250 };
const SLOW: FakeProgram = { name: '20-30_High', fromDeg: 20, toDeg: 30, points: 501, dwellS: 5, lastsMs: 600 };

/** Waits short enough for a test; the proportions are those of the real ones. */
const TIMING = {
  startWaitMs: 60,
  pollMs: 15,
  gripperMs: 10,
  fileWaitMs: 100,
  scanTimeoutMs: 3000,
  connectTimeoutMs: 500,
  replyTimeoutMs: 150,
  quietMs: 30,
  linkGraceMs: 400,
  statusIntervalMs: 100,
  safetyValidMs: 1000,
  safeTimeoutMs: 60,
};

export interface AerisRig {
  readonly far: FakeAeris;
  readonly resultFolder: string;
  readonly jobFolder: string;
  make(changes?: Partial<z.input<typeof aerisOptionsSchema>>): Diffractometer;
  close(): Promise<void>;
}

export async function aerisRig(): Promise<AerisRig> {
  const folder = mkdtempSync(join(tmpdir(), 'ewald-aeris-'));
  const resultFolder = join(folder, 'AerisData');
  mkdirSync(resultFolder);
  const jobFolder = join(folder, 'jobs');
  const far = new FakeAeris([FAST, SLOW], resultFolder);
  const port = await far.start();
  const drivers = madeDrivers(aerisDriver, realRuntime());
  return {
    far,
    resultFolder,
    jobFolder,
    make: (changes = {}) => {
      const programs = [FAST, SLOW].map(({ lastsMs, ...program }) => ({ ...program, durationS: lastsMs / 1000 }));
      return drivers.make({
        host: '127.0.0.1',
        port,
        slot: '1',
        radiation: 'CuKa12',
        programs,
        resultFolder,
        jobFolder,
        wireTellsNoSafety: true,
        simulated: true,
        timing: TIMING,
        ...changes,
      });
    },
    close: async () => {
      await drivers.close();
      await far.stop();
      removeFolder(folder);
    },
  };
}

export function programCommand(requestId: string, changes: Partial<ScanCommand> = {}): ScanCommand {
  return scanCommand({
    requestId,
    sample: { sampleId: 'sample', slot: null },
    range: { fromDeg: 20, toDeg: 30 },
    dwellS: 0.5,
    pointCount: 501,
    expectedS: 0.25,
    notAfterS: 1e12,
    how: { kind: 'program', name: '20-30_Low' },
    ...changes,
  });
}
