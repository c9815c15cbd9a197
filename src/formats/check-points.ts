import { badInput } from '../domain/errors.ts';

/** Fewer points are no pattern. */
const MIN_POINTS = 3;

/**
 * What every format must fulfil: equally long arrays of finite numbers, ascending angles in degrees within -180..180.
 * Unequal steps are allowed. Throws badInput, subject `fileName`.
 */
export function checkPoints(twoThetaDeg: Float64Array, intensity: Float64Array, fileName: string): void {
  const count = twoThetaDeg.length;
  if (count !== intensity.length)
    throw badInput(
      fileName,
      `the file has ${count} angles but ${intensity.length} intensities`,
      'the file is damaged: copy or export it again',
    );
  if (count < MIN_POINTS)
    throw badInput(
      fileName,
      `a pattern needs at least ${MIN_POINTS} points, and the number of points here is ${count}`,
      'copy or export it again',
    );
  for (let i = 0; i < count; i++) {
    const angleDeg = twoThetaDeg[i]!;
    if (!Number.isFinite(angleDeg) || !Number.isFinite(intensity[i]!))
      throw badInput(fileName, `point ${i + 1} is not a pair of finite numbers`, 'mend that point, or export the file again');
    if (Math.abs(angleDeg) > 180)
      throw badInput(fileName, `the angle ${angleDeg} of point ${i + 1} is not within 180 degrees`, 'angles must be 2theta in degrees');
    const previousDeg = i > 0 ? twoThetaDeg[i - 1]! : Number.NEGATIVE_INFINITY;
    if (angleDeg <= previousDeg) {
      const what = `2theta does not increase at point ${i + 1} (${angleDeg} after ${previousDeg})`;
      throw badInput(fileName, what, 'give each range as a file of its own, with angles ascending and written with enough decimals');
    }
  }
}

/** Can these be numbers of counted photons? */
export function areCounts(values: Float64Array): boolean {
  return values.every((value) => value >= 0 && Number.isSafeInteger(value));
}
