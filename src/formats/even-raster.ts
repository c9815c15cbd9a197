import { badInput } from '../domain/errors.ts';

const DAMAGED = 'the file is damaged or truncated: copy or export it again';

/** Angles of `count` points from `fromDeg` on, `stepDeg` apart. `count` must be of points that were read, never of points promised. */
export function evenAngles(fromDeg: number, stepDeg: number, count: number): Float64Array {
  return new Float64Array(count).map((_, i) => fromDeg + i * stepDeg);
}

/** How many points a range in degrees promises, its ends included. Throws badInput where it is no range. */
export function spannedPoints(fromDeg: number | null, toDeg: number | null, stepDeg: number | null, fileName: string): number {
  const count = fromDeg === null || toDeg === null || stepDeg === null ? Number.NaN : Math.round((toDeg - fromDeg) / stepDeg) + 1;
  if (!(stepDeg! > 0) || !Number.isFinite(count) || count < 1)
    throw badInput(fileName, 'the header gives no range of angles with a step', DAMAGED);
  return count;
}

/** Throws badInput where the file holds another number of points than its header promises. */
export function requirePoints(promised: number, stored: number, fileName: string): void {
  if (stored !== promised) throw badInput(fileName, `the header promises ${promised} points but the file holds ${stored}`, DAMAGED);
}
