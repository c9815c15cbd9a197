import { asEwaldError, EwaldError } from '../../src/domain/errors.ts';
import type { ScanCommand } from '../../src/domain/scan.ts';
import type { KeptScan } from '../kept-scans/kept-scan.ts';
import { ScanTimes } from '../kept-scans/scan-times.ts';
import type { Instrument, StopReason } from './instrument.ts';
import { BAD_CHANNEL } from './mythen-words.ts';
import { findOddStrips } from './odd-strips.ts';
import { type FrameComparison, PointSums } from './point-sums.ts';
import type { Strips } from './read-strips.ts';
import { planSnapshots, type Raster, type SnapshotPlan } from './snapshot-plan.ts';

/** A snapshot may differ from those before by its statistics, and by so much of what they let expect: strips are not all alike. */
const BEAM_SIGMAS = 6;
const BEAM_SHARE = 0.2;

/** What a scan is measured with; told apart from the instrument because it may change from one scan to the next. */
export interface ScanStrips extends Strips {
  readonly offsetsDeg: Float64Array;
}

export function rasterOf({ range, stepDeg, pointCount }: ScanCommand): Raster {
  return { fromDeg: range.fromDeg, stepDeg, pointCount };
}

/** Carries a scan out, snapshot by snapshot, and ends `kept`. Never rejects. */
export async function runScan(instrument: Instrument, kept: KeptScan, strips: ScanStrips, stop: StopReason): Promise<void> {
  const { goniometer, detector, runtime, rules } = instrument;
  const { command } = kept;
  const times = new ScanTimes(() => instrument.nowS());
  let begun = false;
  try {
    await goniometer.demandFit();
    await detector.prepare();
    times.lap('overhead');
    const raster = rasterOf(command);
    const plan = planSnapshots(raster, strips.offsetsDeg, strips.usable, { ...rules, dwellS: command.dwellS });
    const sums = new PointSums(raster, strips.offsetsDeg, strips.efficiency, rules);
    begun = true;
    await takeSnapshots(instrument, kept, strips, plan, sums, times, stop);
    demandSound(command, sums);
    times.lap('overhead');
    const { unseen } = sums.unusable();
    kept.end(times.report(kept, unseen.length === 0 ? null : `${unseen.length} points lie under bad strips only`), null);
  } catch (error) {
    const known = asEwaldError(error);
    runtime.log.warn('the scan was cut short', { scan: command.requestId, why: known.message });
    times.lap('overhead');
    // Whoever made it safe sees to the standstill himself.
    if (!stop()) await halt(instrument);
    kept.end(begun ? times.report(kept, known.message) : null, known);
  }
}

async function takeSnapshots(
  instrument: Instrument,
  kept: KeptScan,
  strips: ScanStrips,
  { armDeg, exposures, exposureS }: SnapshotPlan,
  sums: PointSums,
  times: ScanTimes,
  stop: StopReason,
): Promise<void> {
  const { goniometer, detector } = instrument;
  const usable = Uint8Array.from(strips.usable);
  const totals = new Float64Array(usable.length);
  const lowestDeg = strips.offsetsDeg.reduce((low, deg) => Math.min(low, deg), Number.POSITIVE_INFINITY);
  for (const [at, targetDeg] of armDeg.entries()) {
    const parkedDeg = await goniometer.park(targetDeg, stop);
    times.lap('moving');
    const frames: Int32Array[] = [];
    for (let exposure = 0; exposure < exposures; exposure++) frames.push(await detector.expose(exposureS, stop));
    // Only now is it known that the arm stood still while they were counted.
    await goniometer.demandParked(parkedDeg);
    times.lap('overhead', exposures * exposureS);
    for (const counts of frames) {
      leaveOut(instrument, counts, totals, usable);
      demandBeam(kept.command, sums.compare(parkedDeg, exposureS, counts, usable), counts, usable);
      sums.add(parkedDeg, exposureS, counts, usable);
    }
    const nextDeg = armDeg[at + 1];
    // Arms park a little off their targets: a step more is kept back than would be needed.
    const doneDeg = nextDeg === undefined ? Number.POSITIVE_INFINITY : nextDeg + lowestDeg - kept.command.stepDeg;
    kept.add(sums.take(doneDeg), instrument.nowS());
  }
}

/**
 * A strip that is found bad or odd once is not used any more in this scan. Odd in this frame, or in the sum of all: neighbours have seen nearly
 * the same angles, and many frames show what one cannot.
 */
function leaveOut({ board, runtime }: Instrument, counts: Int32Array, totals: Float64Array, usable: Uint8Array): void {
  for (const [strip, count] of counts.entries()) {
    if (count === BAD_CHANNEL) usable[strip] = 0;
    totals[strip]! += Math.max(0, count);
  }
  const left = { hot: [] as number[], dead: [] as number[] };
  for (const { strip, kind } of [...findOddStrips(counts, usable), ...findOddStrips(totals, usable)]) {
    if (!usable[strip]) continue;
    usable[strip] = 0;
    left[kind].push(strip);
  }
  for (const [kind, strips] of Object.entries(left)) {
    if (strips.length === 0) continue;
    const text = `${strips.length === 1 ? 'strip' : 'strips'} ${strips.join(', ')} of the detector left out: ${kind}`;
    runtime.log.warn(text);
    board.raise(`${kind} strips ${strips.join(',')}`, { kind: 'device', text });
  }
}

/**
 * Fails where the beam is not what it was. Neither wire tells when a door or the shutter closes it, but every point is seen from two places, and
 * the second look shows it.
 */
function demandBeam(
  { requestId }: ScanCommand,
  { counted, expected, sigma }: FrameComparison,
  counts: Int32Array,
  usable: Uint8Array,
): void {
  const remedy = 'look at doors, shutter and generator, then start a new run';
  if (!counts.some((count, strip) => usable[strip] && count > 0))
    throw new EwaldError('unsafe', requestId, 'the detector counts nothing at all: there is no beam', remedy);
  const off = Math.abs(counted - expected);
  if (off <= BEAM_SIGMAS * sigma || off <= BEAM_SHARE * expected) return;
  const message = `the beam has changed: ${counted} counts where ${Math.round(expected)} were expected from the snapshot before`;
  throw new EwaldError('unsafe', requestId, message, remedy);
}

/** Fails where a strip was saturated: the points are missing in the scan, and to measure them again would end no better. */
function demandSound({ requestId, range, stepDeg }: ScanCommand, sums: PointSums): void {
  const { saturated } = sums.unusable();
  if (saturated.length === 0) return;
  const [first, last] = [saturated[0]!, saturated.at(-1)!].map((index) => (range.fromDeg + index * stepDeg).toFixed(3));
  const where = first === last ? `at ${first} deg` : `between ${first} and ${last} deg`;
  throw new EwaldError(
    'deviceFault',
    requestId,
    `the detector is saturated at ${saturated.length} points ${where}; they are left out`,
    'weaken the beam with a foil or less current, then resume',
  );
}

/** Ends what moves and counts after trouble, as far as that can be. */
async function halt({ goniometer, detector, runtime }: Instrument): Promise<void> {
  const quiet = (error: unknown) => runtime.log.warn('not halted', { why: asEwaldError(error).message });
  await goniometer.quit().catch(quiet);
  await detector.stop(true).catch(quiet);
}
