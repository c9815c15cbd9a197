import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drivers } from '../../drivers/registry.ts';
import { type RunningSimulator, runSimulator } from '../../simulators/main.ts';
import type { SimulatorOptionsInput } from '../../simulators/options.ts';
import { wallClock } from '../../simulators/wall-runtime.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import { asEwaldError } from '../../src/domain/errors.ts';
import type { ScanCommand } from '../../src/domain/scan.ts';
import type { Diffractometer } from '../../src/ports/diffractometer.ts';
import { guardDiffractometer } from '../../src/safety/guard.ts';
import { silentLog } from '../unit/simulators/manual-clock.ts';
import { programCommand } from './aeris-rig.ts';
import { hurriedAeris, hurriedLabLims, programsFile } from './hurried-instruments.ts';
import { scanCommand } from './scan-command.ts';

/** A driver behind its guard before the simulated instrument of its wire, with faults on a schedule. */
export interface FaultScene {
  readonly instrument: Diffractometer;
  readonly simulator: RunningSimulator;
  /** What the instrument truly did. */
  readonly notes: readonly Readonly<Record<string, unknown>>[];
  readonly command: ScanCommand;
  close(): Promise<void>;
}

interface Wire {
  readonly simulator: (folder: string) => SimulatorOptionsInput;
  readonly driver: (simulator: RunningSimulator, folder: string) => Readonly<Record<string, unknown>>;
  readonly command: ScanCommand;
}

const SPEED = 100;
const PROGRAMS = [{ name: '20-30_Low', fromDeg: 20, toDeg: 30, stepDeg: 0.02, dwellS: 10 }];
const runtime = { clock: wallClock, log: silentLog, random: seededRandom(1) };
const programs = (folder: string): string => {
  const file = join(folder, 'programs.yaml');
  writeFileSync(file, programsFile(PROGRAMS));
  return file;
};

/** Every wire, with waits that fit an instrument a hundred times as fast as a real one. */
const wires: Readonly<Record<string, Wire>> = {
  mqtt: {
    simulator: () => ({}),
    driver: ({ url, root }) => ({ url, topicRoot: root, replyTimeoutMs: 1000 }),
    command: scanCommand({ requestId: 'a', sample: { sampleId: 'sample-4', slot: null }, dwellS: 20, expectedS: 60, notAfterS: 1e9 }),
  },
  'daco-mp': {
    simulator: () => ({ minDwell: 0 }),
    driver: (simulator) => ({
      path: simulator.address()['path'],
      instrumentId: 'd5000',
      radiation: 'CuKa12',
      limits: { fromDeg: 10, toDeg: 100 },
      clockSpeed: SPEED,
      pollMs: 20,
      replyTimeoutMs: 300,
      writeTimeoutMs: 300,
      quietMs: 50,
      linkGraceMs: 1500,
      safetyValidMs: 2000,
      shutterTimeoutMs: 600,
      moveTimeoutMs: 2500,
      scanStartMs: 1000,
      safeTimeoutMs: 2500,
    }),
    command: scanCommand({
      requestId: 'a',
      range: { fromDeg: 42, toDeg: 43.18 },
      pointCount: 60,
      dwellS: 2,
      expectedS: 300,
      notAfterS: 1e9,
      how: { kind: 'step' },
    }),
  },
  aeris: {
    simulator: (folder) => ({ folder: join(folder, 'shared'), programs: programs(folder), slot: 2 }),
    driver: (simulator, folder) =>
      hurriedAeris({
        address: simulator.address(),
        programs: PROGRAMS,
        jobFolder: join(folder, 'jobs'),
        resultFolder: join(folder, 'shared'),
        speed: SPEED,
      }),
    command: programCommand('a', { dwellS: 10, expectedS: 55 }),
  },
  'bruker-lablims': {
    simulator: (folder) => ({ folder: join(folder, 'shared') }),
    driver: (_, folder) => hurriedLabLims({ labLimsFolder: join(folder, 'shared'), jobFolder: join(folder, 'jobs'), speed: SPEED }),
    command: scanCommand({ requestId: 'a', dwellS: 20, expectedS: 60, notAfterS: 1e12 }),
  },
  'huber-mythen': {
    simulator: () => ({}),
    driver: (simulator) => ({
      instrumentId: 'huber',
      radiation: 'CuKa12',
      wireTellsNoSafety: true,
      goniometer: {
        host: '127.0.0.1',
        port: simulator.address()['port'],
        limits: { fromDeg: 8, toDeg: 110 },
        settleMs: 30,
        moveStartMs: 300,
        moveTimeoutMs: 2000,
        encoder: true,
      },
      detector: { host: '127.0.0.1', port: simulator.address()['detectorPort'], modules: [{ radiusMm: 240 }], exposureGraceMs: 1000 },
      timing: {
        clockSpeed: SPEED,
        pollMs: 5,
        bannerMs: 200,
        replyTimeoutMs: 300,
        statusIntervalMs: 50,
        safetyValidMs: 2000,
        safeTimeoutMs: 2500,
      },
    }),
    command: scanCommand({
      requestId: 'a',
      range: { fromDeg: 32, toDeg: 50 },
      pointCount: 901,
      dwellS: 20,
      expectedS: 300,
      notAfterS: 1e9,
      how: { kind: 'snapshot' },
    }),
  },
};

/** Starts both ends of a wire; `folder` is the test's own. The driver is open. */
export async function faultScene(as: string, faultSchedule: string, folder: string, more: SimulatorOptionsInput = {}): Promise<FaultScene> {
  const wire = wires[as]!;
  const notes: Readonly<Record<string, unknown>>[] = [];
  const simulator = await runSimulator(
    { as, seed: 4, phases: [{ phaseId: 'MgO_225', height: 1 }], speed: SPEED, ...wire.simulator(folder), ...more },
    { log: silentLog, faultSchedule, journal: (kind, fields) => void notes.push({ kind, ...fields }) },
  );
  const plugIn = drivers.find(({ id }) => id === as)!;
  const raw = plugIn.make(wire.driver(simulator, folder), runtime, { secret: () => undefined, readText: () => '' });
  const rules = { limits: { fromDeg: 10, toDeg: 100 }, maxDwellS: 60, maxScanS: 7200, collisionZones: [] };
  const instrument = guardDiffractometer(raw, rules, runtime);
  const close = async (): Promise<void> => {
    await instrument.close();
    await simulator.close();
  };
  try {
    await instrument.open(new AbortController().signal);
  } catch (error) {
    await close();
    throw error;
  }
  return { instrument, simulator, notes, command: wire.command, close };
}

/** The scan of a scene: how it ended, and the points that came. */
export function scanOf({ instrument, command }: FaultScene): Promise<{ outcome: string; message: string; points: number }> {
  let points = 0;
  return new Promise((resolve) => {
    instrument.scan(command).subscribe({
      next: (chunk) => {
        points += chunk.counts.length;
      },
      error: (error) => resolve({ outcome: asEwaldError(error).code, message: asEwaldError(error).message, points }),
      complete: () => resolve({ outcome: 'whole', message: '', points }),
    });
  });
}
