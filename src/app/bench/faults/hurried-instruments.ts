import { join } from 'node:path';
import { stringify } from 'yaml';

/** Options of drivers for simulated instruments that run `speed` times as fast as real ones: every wait shrinks with it. */

interface Program {
  readonly name: string;
  readonly fromDeg: number;
  readonly toDeg: number;
  readonly stepDeg: number;
  readonly dwellS: number;
}

export function programsFile(programs: readonly Program[]): string {
  return stringify(programs);
}

const STRIP = { apertureDeg: 2.9, perScanS: 10 };

export function hurriedAeris(setup: {
  readonly address: Readonly<Record<string, unknown>>;
  readonly programs: readonly Program[];
  readonly jobFolder: string;
  readonly resultFolder: string;
  readonly speed: number;
}) {
  const { address, programs, jobFolder, resultFolder, speed } = setup;
  const scaled = (ms: number) => Math.max(20, Math.round(ms / speed));
  return {
    host: address['host'],
    port: address['port'],
    slot: '1',
    radiation: 'CuKa12',
    programs,
    cost: STRIP,
    resultFolder,
    jobFolder,
    wireTellsNoSafety: true,
    simulated: true,
    timing: {
      startWaitMs: scaled(10_000),
      pollMs: scaled(2000),
      gripperMs: scaled(5000),
      fileWaitMs: Math.max(500, scaled(30_000)),
      scanTimeoutMs: Math.max(5000, scaled(3_600_000)),
      replyTimeoutMs: 500,
      linkGraceMs: 1500,
      statusIntervalMs: 200,
      connectTimeoutMs: 500,
      safetyValidMs: 2000,
      safeTimeoutMs: 200,
      clockSpeed: speed,
    },
  };
}

export function hurriedLabLims(setup: { readonly labLimsFolder: string; readonly jobFolder: string; readonly speed: number }) {
  const { labLimsFolder, jobFolder, speed } = setup;
  return {
    labLimsFolder,
    resultFolder: join(labLimsFolder, 'Results'),
    archiveFolder: join(labLimsFolder, '..', 'ewald-archive'),
    samplePosition: '1A01',
    experimentFile: '25C.bsml',
    radiation: 'CuKa12',
    limits: { fromDeg: 5, toDeg: 140 },
    cost: STRIP,
    jobFolder,
    wireTellsNoSafety: true,
    simulated: true,
    timing: {
      pollMs: 30,
      resultGraceMs: 3000,
      partialWaitMs: 300,
      linkGraceMs: 1500,
      statusIntervalMs: 200,
      safetyValidMs: 2000,
      clockSpeed: speed,
    },
  };
}

export function hurriedDaco({ address, speed }: { readonly address: Readonly<Record<string, unknown>>; readonly speed: number }) {
  return {
    path: address['path'],
    instrumentId: 'd5000',
    radiation: 'CuKa12',
    limits: { fromDeg: 10, toDeg: 100 },
    clockSpeed: speed,
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
  };
}
