import { intersect, widenTo } from '../domain/angle-range.ts';
import { estimateScanS } from '../domain/decision.ts';
import { EwaldError } from '../domain/errors.ts';
import type { SamplePlace, ScanCommand, ScanRequest } from '../domain/scan.ts';
import type { Capabilities } from '../ports/diffractometer.ts';

export interface CommandContext {
  readonly attempt: number;
  readonly sample: SamplePlace;
  /** The instrument's clock now, and how long after now the command may still begin; both in s. */
  readonly nowS: number;
  readonly patienceS: number;
}

/** Bends a request to what the instrument can do: limits, raster, smallest window, dwell. The only place that does. Fails with 'refused' where nothing is left. */
export function fitRequest(request: ScanRequest, can: Capabilities, context: CommandContext): ScanCommand {
  const inside = intersect(request.range, can.twoThetaLimits);
  if (!inside) {
    const { fromDeg, toDeg } = can.twoThetaLimits;
    throw new EwaldError(
      'refused',
      request.requestId,
      `the range ${request.range.fromDeg}-${request.range.toDeg} deg lies outside the instrument's ${fromDeg}-${toDeg} deg`,
      'ask for a range inside the limits',
    );
  }
  const { stepDeg, originDeg } = rasterFor(request.stepDeg, can);
  // A raster of n points counts as n steps wide, so with half a step at either end the smallest window is always filled.
  const window = widenTo(inside, can.minWindowDeg + stepDeg, can.twoThetaLimits);
  const first = Math.ceil((window.fromDeg - originDeg) / stepDeg - 1e-6);
  const last = Math.floor((window.toDeg - originDeg) / stepDeg + 1e-6);
  if (last < first) throw new EwaldError('refused', request.requestId, 'the range holds no point of the raster', 'ask for a wider range');
  const range = { fromDeg: roundDeg(originDeg + first * stepDeg), toDeg: roundDeg(originDeg + last * stepDeg) };
  const dwellS = Math.round(Math.min(can.dwellS.max, Math.max(can.dwellS.min, request.dwellS)) * 1e6) / 1e6;
  return {
    requestId: request.requestId,
    attempt: context.attempt,
    sample: context.sample,
    range,
    stepDeg,
    dwellS,
    pointCount: last - first + 1,
    expectedS: estimateScanS(can.cost, range, stepDeg, dwellS),
    notAfterS: context.nowS + context.patienceS,
    how: { kind: can.cost.apertureDeg > 0 && can.modes.includes('continuous') ? 'continuous' : (can.modes[0] ?? 'step') },
  };
}

function rasterFor(wantedDeg: number, can: Capabilities): { stepDeg: number; originDeg: number } {
  if (can.rasters !== 'free') {
    const nearest = [...can.rasters].sort(
      (a, b) => Math.abs(Math.log(a.stepDeg / wantedDeg)) - Math.abs(Math.log(b.stepDeg / wantedDeg)),
    )[0];
    if (nearest) return nearest;
  }
  const { min, max, rasterDeg } = can.stepDeg;
  const fewest = Math.max(1, Math.ceil(min / rasterDeg - 1e-6));
  const most = Math.max(fewest, Math.floor(max / rasterDeg + 1e-6));
  const places = Math.min(most, Math.max(fewest, Math.round(wantedDeg / rasterDeg)));
  return { stepDeg: roundDeg(places * rasterDeg), originDeg: 0 };
}

/** Angles travel as whole micro-degrees; anything finer would not survive the wire. */
function roundDeg(deg: number): number {
  return Math.round(deg * 1e6) / 1e6;
}
