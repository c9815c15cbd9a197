import { type AngleRange, intersect } from '../domain/angle-range.ts';
import { estimateScanS } from '../domain/decision.ts';
import type { ScanCommand } from '../domain/scan.ts';
import type { Capabilities } from '../ports/diffractometer.ts';

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
}

const MAX_POINTS = 1_000_000;
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
/** Room for the rounding of decimal degrees and seconds, as a share of the value compared. */
const SLACK = 1e-9;

/** Why the command must not be sent, in one sentence; null where nothing speaks against it. Trusts no field of the command. */
export function findViolation(command: ScanCommand, capabilities: Capabilities, rules: SafetyRules): string | null {
  const { requestId, attempt, range, stepDeg, dwellS, pointCount, expectedS, notAfterS } = command;
  const numbers = { fromDeg: range.fromDeg, toDeg: range.toDeg, stepDeg, dwellS, pointCount, expectedS, notAfterS, attempt };
  for (const [name, value] of Object.entries(numbers)) if (!Number.isFinite(value)) return `${name} is not a finite number`;
  if (!ID.test(requestId)) return 'the request id is not a plain name';
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

function findTimeViolation(command: ScanCommand, capabilities: Capabilities, rules: SafetyRules): string | null {
  const { range, stepDeg, dwellS, expectedS } = command;
  const longestS = Math.min(capabilities.dwellS.max, rules.maxDwellS);
  if (!(dwellS > 0) || dwellS < capabilities.dwellS.min * (1 - SLACK) || dwellS > longestS * (1 + SLACK)) {
    return `the dwell ${dwellS} s is outside ${capabilities.dwellS.min} to ${longestS} s`;
  }
  if (expectedS < 0) return `the expected time ${expectedS} s is negative`;
  // What the planner expects is its own word: the guard reckons for itself too.
  const scanS = Math.max(expectedS, estimateScanS(capabilities.cost, range, stepDeg, dwellS));
  return scanS > rules.maxScanS ? `the scan would take ${Math.round(scanS)} s, at most ${rules.maxScanS} s are allowed` : null;
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
