import { scanIdOf } from '../../../domain/scan.ts';
import type { HeldPoint, HeldScan } from './held.ts';
import type { CountJudgement } from './judge-counts.ts';
import type { Trial } from './run-schedule.ts';

/** Faults after which the detector truly counts something else than before: what the agent has of that is no loss. */
const CHANGE_LIGHT = new Set(['threshold-drift', 'saturation', 'missing-sample', 'wrong-sample', 'spinner-stop']);
/** Mean squared difference in units of counting statistics: 1 for equal rates. Strips that were left out may move it a little, and chance six deviations. */
const ALLOWANCE = 0.1;
const SIGMAS = 6;
/** So much darker may a point be: the wire does not tell of the beam, and the driver takes a snapshot that has lost less for a true one. */
const DIMMED = 0.2;
/** Share of the live time that may be left out with strips that are odd. */
const LEFT_OUT = 0.15;
/** Share by which the live time may exceed that of the frames: dead time is taken off differently. */
const SLACK = 0.02;

/** A scan without faults, and the seconds that its frames were exposed. */
export interface FrameReference {
  readonly points: readonly HeldPoint[];
  readonly exposureS: number;
}

/** Seconds of exposure of all frames of a trial. */
export function exposureSOf({ box }: Trial): number {
  return box.notes.filter(({ kind }) => kind === 'frame').reduce((sum, note) => sum + Number(note['exposureS']), 0);
}

/**
 * The strip detector's frames have no names and are summed by the driver, so that single counts cannot be held against each other: a scan that
 * is called whole must have every point, as bright as without faults, and no more live time than its frames were exposed.
 */
export function judgeFrames(trial: Trial, held: readonly HeldScan[], reference: FrameReference): CountJudgement {
  const findings: string[] = [];
  const none = { points: 0, counts: 0, liveS: 0 };
  let missing = none;
  let declaredLost = none;
  let wrongPoints = 0;
  const isSameLight = !trial.records.some(({ fault, effects }) => CHANGE_LIGHT.has(fault) && effects.length > 0);
  for (const scan of held) {
    const name = scanIdOf(scan.command);
    const lost = reference.points.filter(
      ({ deg }) => deg > scan.command.range.fromDeg - 1e-4 && deg < scan.command.range.toDeg + 1e-4 && !pointAt(scan.points, deg),
    );
    const amount = { points: lost.length, counts: sum(lost, 'counts'), liveS: sum(lost, 'liveS') };
    if (scan.scan?.completeness === 'whole') missing = plus(missing, amount);
    else declaredLost = plus(declaredLost, amount);
    if (scan.points.length === 0) continue;
    const { distance, limit } = distanceFrom(scan.points, reference.points);
    if (isSameLight && distance > limit) {
      findings.push(`${name} is not as bright as without faults: ${distance.toFixed(2)}, at most ${limit.toFixed(2)} is chance`);
      wrongPoints += scan.points.length;
    }
    const wantedS = sum(
      reference.points.filter(({ deg }) => pointAt(scan.points, deg)),
      'liveS',
    );
    const shortS = wantedS * (1 - LEFT_OUT) - sum(scan.points, 'liveS');
    if (shortS > 0) {
      findings.push(`${name} has ${shortS.toFixed(1)} s less live time than was asked for`);
      missing = plus(missing, { points: 0, counts: 0, liveS: shortS });
    }
  }
  const heldS = held.reduce((total, { points }) => total + sum(points, 'liveS'), 0);
  const mostS = (sum(reference.points, 'liveS') / reference.exposureS) * exposureSOf(trial) * (1 + SLACK);
  const doubleExecutions = heldS > mostS ? 1 : 0;
  if (doubleExecutions > 0) findings.push(`${heldS.toFixed(1)} s of live time came out of frames with ${mostS.toFixed(1)} s`);
  if (missing.points > 0) findings.push(`${missing.points} points are missing from a scan that is called whole`);
  return { missing, declaredLost, kept: none, wrongPoints, doubleExecutions, findings };
}

/**
 * Mean squared difference of the rates in units of their counting statistics, where a point may be dimmed or not, and what chance makes of it at
 * most.
 */
function distanceFrom(points: readonly HeldPoint[], reference: readonly HeldPoint[]): { distance: number; limit: number } {
  let total = 0;
  let n = 0;
  for (const { deg, counts, liveS } of points) {
    const other = pointAt(reference, deg);
    if (!other) continue;
    n++;
    const rate = counts / liveS;
    const full = other.counts / other.liveS;
    const off = rate > full ? rate - full : Math.max(0, (1 - DIMMED) * full - rate);
    total += off ** 2 / ((counts + 1) / liveS ** 2 + (other.counts + 1) / other.liveS ** 2);
  }
  return { distance: total / Math.max(1, n), limit: 1 + ALLOWANCE + SIGMAS * Math.sqrt(2 / Math.max(1, n)) };
}

function pointAt(points: readonly HeldPoint[], deg: number): HeldPoint | undefined {
  return points.find((point) => Math.abs(point.deg - deg) < 1e-4);
}

function sum(points: readonly HeldPoint[], what: 'counts' | 'liveS'): number {
  return points.reduce((total, point) => total + point[what], 0);
}

type Amount = CountJudgement['missing'];

function plus(a: Amount, b: Amount): Amount {
  return { points: a.points + b.points, counts: a.counts + b.counts, liveS: a.liveS + b.liveS };
}
