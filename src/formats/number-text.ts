/** Angles are written to this many decimals: far finer than any axis turns, and free of the noise of binary arithmetic. */
const ANGLE_DECIMALS = 9;
/** An even raster may leave its straight line by this much, in degrees. */
const RASTER_TOLERANCE_DEG = 10 ** -ANGLE_DECIMALS;

/** Angles in degrees, to 1e-9; exactly where steps are so small that they would meet. */
export function angleTexts(twoThetaDeg: Float64Array): string[] {
  const rounded = twoThetaDeg.map((angleDeg) => Number(angleDeg.toFixed(ANGLE_DECIMALS)));
  const stillAscends = rounded.every((angleDeg, i) => i === 0 || angleDeg > rounded[i - 1]!);
  return Array.from(stillAscends ? rounded : twoThetaDeg, String);
}

/** Do first and last angle and the number of points say where every point stands, within 1e-9 degrees? */
export function isEvenRaster(twoThetaDeg: Float64Array): boolean {
  const steps = twoThetaDeg.length - 1;
  const fromDeg = twoThetaDeg[0]!;
  const stepDeg = (twoThetaDeg[steps]! - fromDeg) / steps;
  return (
    stepDeg > 10 * RASTER_TOLERANCE_DEG &&
    twoThetaDeg.every((angleDeg, i) => Math.abs(fromDeg + i * stepDeg - angleDeg) <= RASTER_TOLERANCE_DEG)
  );
}
