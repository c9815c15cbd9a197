import { SMC_RASTER_DEG } from './smc-words.ts';

/** Points at fromDeg + k stepDeg; each gathers what lies within half a step of it. */
export interface Raster {
  readonly fromDeg: number;
  readonly stepDeg: number;
  readonly pointCount: number;
}

export interface SnapshotPlan {
  /** Where the arm parks, ascending. */
  readonly armDeg: readonly number[];
  /** Exposures at each of them, and the time of one. */
  readonly exposures: number;
  readonly exposureS: number;
}

export interface SnapshotRules {
  /** Live time that a point is to have, summed over strips and snapshots. */
  readonly dwellS: number;
  /** Largest distance of two snapshots. */
  readonly hopDeg: number;
  readonly minExposureS: number;
  /** A longer exposure could let a counter roll over, and is split. */
  readonly maxExposureS: number;
}

/** Live time is set by the thin places, but not by a few points that dead strips have robbed. */
const THIN = 0.1;

/** The point that an angle belongs to; outside 0 to pointCount - 1 it belongs to none. */
export function pointAt({ fromDeg, stepDeg }: Raster, angleDeg: number): number {
  return Math.round((angleDeg - fromDeg) / stepDeg);
}

/** How often each point lies under a usable strip. */
export function coverageOf(raster: Raster, armDeg: readonly number[], offsetsDeg: Float64Array, usable: Uint8Array): Uint32Array {
  const coverage = new Uint32Array(raster.pointCount);
  for (const arm of armDeg) {
    offsetsDeg.forEach((offsetDeg, strip) => {
      const point = pointAt(raster, arm + offsetDeg);
      if (usable[strip] && point >= 0 && point < raster.pointCount) coverage[point]!++;
    });
  }
  return coverage;
}

/**
 * Parks the middle of the detector at both ends of the range and between them, at most half a detector apart: so every point is seen from at
 * least two places, by different strips, and a detector whose middle is where the arm points never takes the arm out of the range. The live
 * time asked for is shared among strips and snapshots.
 */
export function planSnapshots(raster: Raster, offsetsDeg: Float64Array, usable: Uint8Array, rules: SnapshotRules): SnapshotPlan {
  const seen = offsetsDeg.filter((_, strip) => usable[strip]).sort();
  const [lowDeg, highDeg] = [seen[0] ?? 0, seen.at(-1) ?? 0];
  const middleDeg = (lowDeg + highDeg) / 2;
  const lengthDeg = (raster.pointCount - 1) * raster.stepDeg;
  const hopDeg = Math.max(raster.stepDeg, Math.min(rules.hopDeg, (highDeg - lowDeg) / 2 - raster.stepDeg));
  const hops = Math.max(1, Math.ceil(lengthDeg / hopDeg - 1e-9));
  const armDeg = Array.from({ length: hops + 1 }, (_, hop) => onWire(raster.fromDeg + (lengthDeg * hop) / hops - middleDeg));
  const coverage = coverageOf(raster, armDeg, offsetsDeg, usable)
    .filter((times) => times > 0)
    .sort();
  const thin = coverage[Math.floor(THIN * coverage.length)] ?? 1;
  const totalS = Math.max(rules.minExposureS, rules.dwellS / thin);
  const exposures = Math.ceil(totalS / rules.maxExposureS - 1e-9);
  return { armDeg, exposures, exposureS: totalS / exposures };
}

function onWire(deg: number): number {
  return Math.round(deg / SMC_RASTER_DEG) * SMC_RASTER_DEG;
}
