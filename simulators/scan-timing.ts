import type { CostModel } from '../src/domain/decision.ts';

/** When the parts of one scan happen; times in s, angles in degrees. */
export interface ScanTiming {
  readonly overheadS: number;
  readonly movingS: number;
  readonly settlingS: number;
  /** Opening or closing the shutter, each. */
  readonly shutterS: number;
  /** From the start of counting until point `index` is complete. */
  pointDoneS(index: number): number;
  /** Live and dead time of the first `points` points, from the start of counting. */
  split(points: number, elapsedS: number): { readonly countingS: number; readonly movingS: number };
  readonly countingS: number;
  /** The whole scan with travel; `estimateScanS` is this less `movingS`. */
  readonly totalS: number;
}

export interface TimedScan {
  readonly fromDeg: number;
  readonly stepDeg: number;
  readonly pointCount: number;
  readonly dwellS: number;
}

/**
 * A strip detector of opening w is driven past every angle at v = w / dwell: point i is complete when the whole strip has passed it, at
 * dwell (i step + w) / w. A point detector finishes one point after another (domain-facts section 5.3).
 */
export function timeScan(cost: CostModel, axisDeg: number, scan: TimedScan): ScanTiming {
  const { apertureDeg, perPointS } = cost;
  const { dwellS, stepDeg, pointCount } = scan;
  const strip = apertureDeg > 0;
  const pointDoneS = (index: number): number =>
    strip ? (dwellS * (index * stepDeg + apertureDeg)) / apertureDeg : (index + 1) * (dwellS + perPointS);
  const split = (points: number, elapsedS: number) => {
    const movingS = strip ? 0 : Math.min(elapsedS, points * perPointS);
    return { countingS: elapsedS - movingS, movingS };
  };
  const movingS = Math.abs(scan.fromDeg - axisDeg) / cost.slewDegPerS;
  const countingS = pointDoneS(pointCount - 1);
  return {
    overheadS: cost.perScanS,
    movingS,
    settlingS: cost.settleS,
    shutterS: cost.shutterS,
    pointDoneS,
    split,
    countingS,
    totalS: cost.perScanS + movingS + cost.settleS + 2 * cost.shutterS + countingS,
  };
}
