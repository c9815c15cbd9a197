import { type AngleRange, intersect } from '../domain/angle-range.ts';
import { estimateScanS } from '../domain/decision.ts';
import { badInput } from '../domain/errors.ts';
import type { ScanCommand } from '../domain/scan.ts';
import type { Capabilities } from '../ports/diffractometer.ts';
import { findMalformed } from './command-form.ts';

/** What the house allows, whatever the instrument could do. */
export interface SafetyRules {
  /** 2theta that may be scanned, deg. */
  readonly limits: AngleRange;
  /** Live time of a point, s. */
  readonly maxDwellS: number;
  /** Instrument time of one scan, s. */
  readonly maxScanS: number;
  /** 2theta that must not be scanned, deg: what stands there would be hit. */
  readonly collisionZones: readonly AngleRange[];
  /** Beam time of one sample over all scans, instrument s; without it there is no bound but those of the scans. */
  readonly maxBeamS?: number;
}

const MAX_POINTS = 1_000_000;
/** Room for the rounding of decimal degrees and seconds, as a share of the value compared. */
const SLACK = 1e-9;

/** Fails with 'badInput' where a rule would refuse nothing: a range that runs backwards touches no angle, and no time is longer than NaN. */
export function demandRules({ limits, collisionZones, maxDwellS, maxScanS, maxBeamS = 1 }: SafetyRules): void {
  for (const [name, range] of [['limits', limits] as const, ...collisionZones.map((zone) => ['collisionZones', zone] as const)]) {
    if (!(range.fromDeg < range.toDeg)) {
      throw badInput(
        name === 'limits' ? name : `limits.${name}`,
        `the range runs from ${range.fromDeg} to ${range.toDeg} deg`,
        'write fromDeg below toDeg',
      );
    }
  }
  for (const [name, timeS] of Object.entries({ maxDwellS, maxScanS, maxBeamS })) {
    if (!(timeS > 0)) throw badInput(`limits.${name}`, `${timeS} s is no bound`, 'write a time above 0 s');
  }
}

/** Why the command must not be sent, in one sentence; null where nothing speaks against it. Trusts no field of the command. */
export function findViolation(command: ScanCommand, capabilities: Capabilities, rules: SafetyRules): string | null {
  const malformed = findMalformed(command);
  if (malformed) return malformed;
  const { attempt, pointCount } = command;
  if (!Number.isSafeInteger(attempt) || attempt < 1) return `attempt ${attempt} is not a whole number from 1`;
  if (!Number.isSafeInteger(pointCount) || pointCount < 1 || pointCount > MAX_POINTS) return `${pointCount} points are not possible`;
  return (
    findPlaceViolation(command, capabilities, rules) ??
    findTimeViolation(command, capabilities, rules) ??
    findModeViolation(command, capabilities)
  );
}

function findPlaceViolation({ range, stepDeg, pointCount }: ScanCommand, capabilities: Capabilities, rules: SafetyRules): string | null {
  const { stepDeg: steps, twoThetaLimits } = capabilities;
  if (range.fromDeg > range.toDeg) return `the range runs backwards from ${range.fromDeg} to ${range.toDeg} deg`;
  if (!(stepDeg > 0) || stepDeg < steps.min * (1 - SLACK) || stepDeg > steps.max * (1 + SLACK))
    return `the step ${stepDeg} deg is not possible`;
  const lastDeg = range.fromDeg + (pointCount - 1) * stepDeg;
  if (Math.abs(lastDeg - range.toDeg) > stepDeg / 100) return `${pointCount} points of ${stepDeg} deg do not end at ${range.toDeg} deg`;
  const limits = intersect(twoThetaLimits, rules.limits);
  if (!limits) return 'the limits of instrument and rules leave nothing';
  const covered = { fromDeg: range.fromDeg, toDeg: Math.max(range.toDeg, lastDeg) };
  if (covered.fromDeg < limits.fromDeg - SLACK || covered.toDeg > limits.toDeg + SLACK) {
    return `${covered.fromDeg} to ${covered.toDeg} deg leaves the limits ${limits.fromDeg} to ${limits.toDeg} deg`;
  }
  const hit = rules.collisionZones.find((zone) => intersect(zone, covered));
  return hit ? `the scan enters the collision zone ${hit.fromDeg} to ${hit.toDeg} deg` : null;
}

/** Why the way from where it was scanned last must not be taken; null where it may. The arm passes every angle between. */
export function findBlockedWay(last: AngleRange | null, next: AngleRange, { collisionZones }: SafetyRules): string | null {
  if (!last) return null;
  const way = { fromDeg: Math.min(last.fromDeg, next.fromDeg), toDeg: Math.max(last.toDeg, next.toDeg) };
  const hit = collisionZones.find((zone) => intersect(zone, way));
  return hit ? `the way there leads through the collision zone ${hit.fromDeg} to ${hit.toDeg} deg` : null;
}

function findTimeViolation(command: ScanCommand, capabilities: Capabilities, rules: SafetyRules): string | null {
  const { dwellS, expectedS } = command;
  const longestS = Math.min(capabilities.dwellS.max, rules.maxDwellS);
  if (!(dwellS > 0) || dwellS < capabilities.dwellS.min * (1 - SLACK) || dwellS > longestS * (1 + SLACK)) {
    return `the dwell ${dwellS} s is outside ${capabilities.dwellS.min} to ${longestS} s`;
  }
  if (expectedS < 0) return `the expected time ${expectedS} s is negative`;
  const scanS = scanTimeS(command, capabilities);
  return scanS > rules.maxScanS ? `the scan would take ${Math.round(scanS)} s, at most ${rules.maxScanS} s are allowed` : null;
}

/** How long the scan may take, instrument s. What the planner expects is its own word: the guard reckons for itself too. */
export function scanTimeS({ range, stepDeg, dwellS, expectedS }: ScanCommand, { cost }: Capabilities): number {
  return Math.max(expectedS, estimateScanS(cost, range, stepDeg, dwellS));
}

function findModeViolation({ how, stepDeg, dwellS, range }: ScanCommand, { modes, programs }: Capabilities): string | null {
  if (how.kind !== 'program') return modes.includes(how.kind) ? null : `the instrument has no mode '${how.kind}'`;
  const program = programs === 'free' ? undefined : programs.find(({ name }) => name === how.name);
  if (!program) return `the instrument has no program '${how.name}'`;
  const same = [
    program.stepDeg - stepDeg,
    program.dwellS - dwellS,
    program.range.fromDeg - range.fromDeg,
    program.range.toDeg - range.toDeg,
  ];
  return same.every((difference) => Math.abs(difference) < 1e-6)
    ? null
    : `the program '${how.name}' measures something else than was asked for`;
}
