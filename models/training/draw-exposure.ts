import type { RandomSource } from '../../src/ports/runtime.ts';
import type { InputGrid } from '../input-grid.ts';

/** How a scene is measured: live seconds per grid cell, 0 where it is not. */
export interface Exposure {
  readonly liveS: Float64Array;
  readonly measured: Uint8Array;
}

export interface ExposurePrior {
  /** Counts at the strongest phase's strongest line in the first scan, log-uniform. */
  readonly peakCounts: readonly [number, number];
  readonly endDeg: readonly [number, number];
  /** Share of scans that start later than 10 deg, and the latest start. */
  readonly lateStart: { readonly share: number; readonly untilDeg: number };
  /** Share of scans that stop at 60 deg, as first scans do. */
  readonly shortShare: number;
  /** Windows measured again: share of patterns, number, width and total dwell in units of the first scan's. */
  readonly windows: { readonly share: number; readonly max: number; readonly widthDeg: readonly [number, number]; readonly factor: number };
}

export const TRAINING_EXPOSURE: ExposurePrior = {
  peakCounts: [40, 40_000],
  endDeg: [60, 140],
  lateStart: { share: 0.4, untilDeg: 30 },
  shortShare: 0.2,
  windows: { share: 0.5, max: 4, widthDeg: [2, 12], factor: 30 },
};

/** For validation under other conditions than in training: one scan of 10 to 100 deg at useful counts. */
export const SCORING_EXPOSURE: ExposurePrior = {
  peakCounts: [300, 20_000],
  endDeg: [100, 100],
  lateStart: { share: 0, untilDeg: 10 },
  shortShare: 0,
  windows: { share: 0, max: 0, widthDeg: [2, 2], factor: 1 },
};

/** `peakCps`: the rate at the strongest line of the scene to be measured. */
export function drawExposure(random: RandomSource, grid: InputGrid, peakCps: number, prior: ExposurePrior): Exposure {
  const between = ([from, to]: readonly [number, number]): number => from + (to - from) * random.uniform();
  const liveS = new Float64Array(grid.points);
  const peakCounts = prior.peakCounts[0] * (prior.peakCounts[1] / prior.peakCounts[0]) ** random.uniform();
  const baseS = peakCounts / peakCps;
  const fromDeg = random.uniform() < prior.lateStart.share ? between([grid.fromDeg, prior.lateStart.untilDeg]) : grid.fromDeg;
  const toDeg = random.uniform() < prior.shortShare ? 60 : between(prior.endDeg);
  const cell = (deg: number): number => Math.min(grid.points, Math.max(0, Math.round((deg - grid.fromDeg) / grid.stepDeg)));
  liveS.fill(baseS, cell(fromDeg), cell(toDeg));
  if (random.uniform() < prior.windows.share) {
    const count = 1 + random.integer(prior.windows.max);
    for (let w = 0; w < count; w++) {
      const widthDeg = between(prior.windows.widthDeg);
      const startDeg = between([fromDeg, toDeg - widthDeg]);
      const extraS = baseS * (prior.windows.factor ** random.uniform() - 1);
      for (let i = cell(startDeg); i < cell(startDeg + widthDeg); i++) liveS[i]! += extraS;
    }
  }
  return { liveS, measured: Uint8Array.from(liveS, (s) => (s > 0 ? 1 : 0)) };
}
