import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../../config/schema.ts';

type Options = Readonly<Record<string, unknown>>;

/** A simulated instrument on one wire and how its driver is set up; the address is filled in when the simulator stands. */
export interface WireSetup {
  readonly as: string;
  /** Instrument seconds per second, or 'max'. */
  readonly speed: number | 'max';
  readonly simulator: Options;
  readonly options: Options;
  /** What keeps its counts from being those of a scan that stands on any raster; null where nothing does. */
  readonly apart: string | null;
}

const STRIP = { apertureDeg: 2.9, perScanS: 10 };
const LIMITS = { fromDeg: 5, toDeg: 140 };
/** Processes share the processor with all the simulators and the identifier: late is not yet lost. */
const SAFETY_VALID_MS = 30_000;
const KNOWN = { simulated: true, radiation: 'CuKa12', wireTellsNoSafety: true };

/** One setup for each wire. Waits of drivers are on the wall's clock, so they shrink with the speed. `folder` is for what passes as files. */
export function wireSetups(folder: string): readonly WireSetup[] {
  return [
    { as: 'mqtt', speed: 'max', simulator: {}, options: {}, apart: null },
    dacoSetup(500),
    aerisSetup(200, join(folder, 'aeris')),
    labLimsSetup(200, join(folder, 'lablims')),
    huberSetup(100),
  ];
}

function dacoSetup(speed: number): WireSetup {
  const options = { instrumentId: 'd5000', radiation: 'CuKa12', simulated: true, limits: { fromDeg: -5, toDeg: 150 } };
  return {
    as: 'daco-mp',
    speed,
    simulator: {},
    options: { ...options, clockSpeed: speed, pollMs: 50, safetyValidMs: SAFETY_VALID_MS },
    apart: null,
  };
}

/** Stored programs as somebody would make them who means to go back to windows three times as long as before. */
function storedPrograms(): readonly Options[] {
  const ranges: [number, number][] = [60, 70, 80, 90, 100].map((toDeg) => [10, toDeg]);
  for (let fromDeg = 10; fromDeg < 100; fromDeg += 5)
    for (const width of [10, 20]) if (fromDeg + width <= 100) ranges.push([fromDeg, fromDeg + width]);
  return [1, 3, 9, 27].flatMap((dwellS) =>
    ranges.map(([fromDeg, toDeg]) => ({ name: `${fromDeg}-${toDeg}_${dwellS}s`, fromDeg, toDeg, stepDeg: 0.04, dwellS })),
  );
}

function aerisSetup(speed: number, folder: string): WireSetup {
  const programs = storedPrograms();
  mkdirSync(folder, { recursive: true });
  const catalogue = join(folder, 'programs.yaml');
  writeFileSync(catalogue, JSON.stringify(programs));
  const scaled = (ms: number) => Math.max(20, Math.round(ms / speed));
  const timing = {
    startWaitMs: scaled(10_000),
    pollMs: scaled(2000),
    gripperMs: scaled(5000),
    fileWaitMs: 2000,
    scanTimeoutMs: 60_000,
    statusIntervalMs: 200,
    clockSpeed: speed,
  };
  return {
    as: 'aeris',
    speed,
    simulator: { folder: join(folder, 'results'), programs: catalogue, slot: 2 },
    options: { ...KNOWN, slot: '1', programs, cost: STRIP, jobFolder: join(folder, 'jobs'), timing },
    apart: 'the wire takes stored programs only: a window that none of them has is measured by the nearest one',
  };
}

function labLimsSetup(speed: number, folder: string): WireSetup {
  const timing = {
    pollMs: 30,
    resultGraceMs: 10_000,
    partialWaitMs: 2000,
    statusIntervalMs: 200,
    safetyValidMs: SAFETY_VALID_MS,
    clockSpeed: speed,
  };
  const job = { samplePosition: '1A01', experimentFile: '25C.bsml' };
  return {
    as: 'bruker-lablims',
    speed,
    simulator: { folder: join(folder, 'shared') },
    options: { ...KNOWN, ...job, limits: LIMITS, cost: STRIP, jobFolder: join(folder, 'jobs'), timing },
    apart: null,
  };
}

function huberSetup(speed: number): WireSetup {
  const axes = { limits: LIMITS, settleMs: 20, moveStartMs: 500, moveTimeoutMs: 5000 };
  return {
    as: 'huber-mythen',
    speed,
    simulator: {},
    options: {
      ...KNOWN,
      instrumentId: 'huber',
      goniometer: axes,
      detector: { modules: [{ radiusMm: 240 }] },
      timing: { clockSpeed: speed, pollMs: 5, bannerMs: 1000, statusIntervalMs: 100, safetyValidMs: SAFETY_VALID_MS },
    },
    apart: 'a point is the sum of the strips and snapshots that saw it, each with photons of its own',
  };
}

/** The run of `base` through this wire: the same sample, goal, policy and model, angles that every wire reaches, and time enough for the slowest. */
export function configFor(setup: WireSetup, base: Config, seed: number): Config {
  const { as, speed, simulator, options } = setup;
  return {
    ...base,
    seed,
    sampleId: `sample-${seed}`,
    instrument: { driver: as, options },
    simulator: { ...base.simulator, ...simulator, seed, speed },
    goal: { ...base.goal, budgetInstrumentS: 400_000 },
    limits: { ...base.limits, fromDeg: 10, toDeg: 100, maxScanS: 100_000 },
  };
}
