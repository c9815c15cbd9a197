import { widthDeg } from '../src/domain/angle-range.ts';
import { estimateScanS, type PlannedScan, type RunView } from '../src/domain/decision.ts';

/** A piece is planned this much shorter than the longest scan allowed: the instrument's raster may make it a little longer. */
const ROOM = 0.98;

/**
 * The request as scans of which none takes longer than one scan may: visits that count less each, for counts add up; parts of the range where even the
 * shortest visit would take too long. The request itself where it is short enough, or cannot be parted any more.
 */
export function partScan(view: RunView, request: PlannedScan): PlannedScan[] {
  if (view.maxScanS === undefined) return [request];
  const mostS = ROOM * view.maxScanS;
  const { range, stepDeg, dwellS } = request;
  const costS = estimateScanS(view.costModel, range, stepDeg, dwellS);
  if (costS <= mostS) return [request];
  const fixedS = estimateScanS(view.costModel, range, stepDeg, 0);
  if (fixedS > mostS / 2) return halves(view, request);
  const visits = Math.ceil((costS - fixedS) / (mostS - fixedS));
  const visit = {
    ...request,
    dwellS: dwellS / visits,
    because: `${request.because}; in ${visits} visits, for one scan may take ${view.maxScanS} s`,
  };
  return Array.from({ length: visits }, () => visit);
}

function halves(view: RunView, request: PlannedScan): PlannedScan[] {
  const { range, stepDeg } = request;
  const points = Math.round(widthDeg(range) / stepDeg) + 1;
  const first = Math.floor(points / 2);
  // The instrument would widen smaller windows again.
  if ((first - 1) * stepDeg < view.minWindowDeg || first < 2) return [request];
  const lower = { fromDeg: range.fromDeg, toDeg: range.fromDeg + (first - 1) * stepDeg };
  const upper = { fromDeg: range.fromDeg + first * stepDeg, toDeg: range.toDeg };
  return [lower, upper].flatMap((part) => partScan(view, { ...request, range: part }));
}
