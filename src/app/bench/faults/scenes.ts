import type { PlannedScan } from '../../../domain/decision.ts';

/** What is measured under faults on one wire. */
export interface SceneOf {
  readonly scans: readonly PlannedScan[];
  /** How long the run lasts without faults, in s of the instrument's clock. */
  readonly spanS: number;
  /** Points of a scan, and how many count as a scan of a fault's `atPoint`: of this instrument's frames, where it counts those. */
  readonly points: number;
  readonly countings: number;
  /** Laid over the options of the driver. */
  readonly driver: Readonly<Record<string, unknown>>;
}

const planned = (fromDeg: number, toDeg: number, dwellS: number): PlannedScan => ({
  range: { fromDeg, toDeg },
  stepDeg: 0.02,
  dwellS,
  purpose: 'survey',
  because: 'faults are tried on it',
});

/** Short scans: several chunks each, and half a second to a second of wall time. */
export const sceneOf: Readonly<Record<string, SceneOf>> = {
  mqtt: {
    scans: [planned(20, 28, 10), planned(40, 48, 10)],
    spanS: 120,
    points: 401,
    countings: 2,
    driver: { openTimeoutMs: 3000, replyTimeoutMs: 500, leaseTtlMs: 1500, linkGraceMs: 2000 },
  },
  'daco-mp': { scans: [planned(42, 42.78, 1.5), planned(36, 36.78, 1.5)], spanS: 220, points: 40, countings: 2, driver: {} },
  aeris: { scans: [planned(20, 30, 10), planned(20, 30, 10)], spanS: 170, points: 501, countings: 2, driver: {} },
  'bruker-lablims': { scans: [planned(20, 28, 10), planned(40, 48, 10)], spanS: 130, points: 401, countings: 2, driver: {} },
  'huber-mythen': { scans: [planned(36, 42, 10)], spanS: 80, points: 1280, countings: 4, driver: {} },
};
