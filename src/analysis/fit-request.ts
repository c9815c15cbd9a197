import { type AngleRange, intersect, widenTo, widthDeg } from '../domain/angle-range.ts';
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
  /** How long the sample may still be in the beam, s; missing where nothing bounds it. */
  readonly beamLeftS?: number;
}

/** Bends a request to what the instrument can do: limits, raster, smallest window, dwell, or its stored programs. The only place that does. Fails with 'refused' where nothing is left. */
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
  if (can.programs !== 'free') return programCommand(request, inside, can.programs, can, context);
  const { stepDeg, originDeg } = rasterFor(request.stepDeg, can);
  // A raster of n points counts as n steps wide, so with half a step at either end the smallest window is always filled.
  const window = widenTo(inside, can.minWindowDeg + stepDeg, can.twoThetaLimits);
  const first = Math.ceil((window.fromDeg - originDeg) / stepDeg - 1e-6);
  const last = Math.floor((window.toDeg - originDeg) / stepDeg + 1e-6);
  if (last < first) throw new EwaldError('refused', request.requestId, 'the range holds no point of the raster', 'ask for a wider range');
  const range = { fromDeg: roundDeg(originDeg + first * stepDeg), toDeg: roundDeg(originDeg + last * stepDeg) };
  const wantedS = Math.min(can.dwellS.max, Math.max(can.dwellS.min, request.dwellS));
  const mostS = Math.min(can.maxScanS ?? Number.POSITIVE_INFINITY, context.beamLeftS ?? Number.POSITIVE_INFINITY);
  const dwellS = dwellWithin(mostS, range, stepDeg, wantedS, can);
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

/** The dwell in s, whole microseconds, with which the scan takes `mostS` at most; as wanted where no dwell that the instrument can count does it. */
function dwellWithin(mostS: number, range: AngleRange, stepDeg: number, wantedS: number, { cost, dwellS }: Capabilities): number {
  const takesS = (dwell: number) => estimateScanS(cost, range, stepDeg, dwell);
  const wanted = Math.round(wantedS * 1e6) / 1e6;
  if (takesS(wanted) <= mostS) return wanted;
  const shorter = Math.floor((wanted * (mostS - takesS(0)) * 1e6) / (takesS(wanted) - takesS(0))) / 1e6;
  return shorter >= dwellS.min && takesS(shorter) <= mostS ? shorter : wanted;
}

type Program = Exclude<Capabilities['programs'], 'free'>[number];

/** A program that covers the window less than the best by no more than this share of it counts as covering it alike. */
const ALIKE = 0.02;
/** A program counts long enough that gives at least this share of the live time per degree that was asked for. */
const ENOUGH = 0.5;

/**
 * One run of the stored program that suits best: of those that cover most of the window, the cheapest that counts long enough, or the one that
 * counts longest. The command says what that program truly measures; where it counts too little, the policy sees that and asks again.
 */
function programCommand(
  request: ScanRequest,
  window: AngleRange,
  programs: readonly Program[],
  can: Capabilities,
  context: CommandContext,
): ScanCommand {
  const covered = (program: Program) => {
    const shared = intersect(program.range, window);
    if (!shared) return 0;
    return widthDeg(window) > 0 ? widthDeg(shared) / widthDeg(window) : 1;
  };
  const { twoThetaLimits: limits, dwellS: dwells } = can;
  const costS = ({ range, stepDeg, dwellS }: Program) => estimateScanS(can.cost, range, stepDeg, dwellS);
  const isShort = (program: Program) => costS(program) <= (can.maxScanS ?? Number.POSITIVE_INFINITY);
  const isAllowed = ({ range, dwellS }: Program) =>
    range.fromDeg >= limits.fromDeg && range.toDeg <= limits.toDeg && dwellS >= dwells.min && dwellS <= dwells.max;
  const allowed = programs.filter((program) => isAllowed(program) && isShort(program) && covered(program) > 0);
  const most = Math.max(0, ...allowed.map(covered));
  const best = allowed.filter((program) => covered(program) >= most - ALIKE);
  const dose = ({ dwellS, stepDeg }: Pick<Program, 'dwellS' | 'stepDeg'>) => dwellS / stepDeg;
  const enough = best.filter((program) => dose(program) >= ENOUGH * dose(request));
  const [program] =
    enough.length > 0 ? enough.sort((a, b) => costS(a) - costS(b)) : best.sort((a, b) => dose(b) - dose(a) || costS(a) - costS(b));
  if (!program) {
    const names = programs.map(({ name, range }) => `${name} (${range.fromDeg}-${range.toDeg} deg)`).join(', ');
    throw new EwaldError(
      'refused',
      request.requestId,
      `no program within the limits measures any of ${window.fromDeg}-${window.toDeg} deg`,
      `make one at the instrument and add it to the catalogue, or widen the limits; there are: ${names}`,
    );
  }
  const { name, range, stepDeg, dwellS } = program;
  return {
    requestId: request.requestId,
    attempt: context.attempt,
    sample: context.sample,
    range,
    stepDeg,
    dwellS,
    pointCount: Math.round(widthDeg(range) / stepDeg) + 1,
    expectedS: costS(program),
    notAfterS: context.nowS + context.patienceS,
    how: { kind: 'program', name },
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
