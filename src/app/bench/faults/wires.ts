import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningSimulator } from '../../../../simulators/main.ts';
import type { SimulatorOptionsInput } from '../../../../simulators/options.ts';
import { hurriedAeris, hurriedDaco, hurriedLabLims, programsFile } from './hurried-instruments.ts';

/** Instrument seconds per wall second of the simulated instruments here. */
export const SPEED = 100;

export const PROGRAMS = [{ name: '20-30_Low', fromDeg: 20, toDeg: 30, stepDeg: 0.02, dwellS: 10 }];

/** Options of the simulated instrument of one wire and of the driver before it; `folder` belongs to the pair alone. */
export interface HurriedWire {
  readonly simulator: (folder: string) => SimulatorOptionsInput;
  readonly driver: (simulator: RunningSimulator, folder: string) => Readonly<Record<string, unknown>>;
}

/** Every wire, with waits that fit an instrument `SPEED` times as fast as a real one. */
export const hurriedWires: Readonly<Record<string, HurriedWire>> = {
  mqtt: {
    simulator: () => ({}),
    driver: ({ url, root }) => ({ url, topicRoot: root, replyTimeoutMs: 1000 }),
  },
  'daco-mp': {
    simulator: () => ({ minDwell: 0 }),
    driver: (simulator) => hurriedDaco({ address: simulator.address(), speed: SPEED }),
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
  },
  'bruker-lablims': {
    simulator: (folder) => ({ folder: join(folder, 'shared') }),
    driver: (_, folder) => hurriedLabLims({ labLimsFolder: join(folder, 'shared'), jobFolder: join(folder, 'jobs'), speed: SPEED }),
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
  },
};

function programs(folder: string): string {
  const file = join(folder, 'programs.yaml');
  writeFileSync(file, programsFile(PROGRAMS));
  return file;
}
