/** A point is counted for longer than a microsecond and for less than months; anything else is a damaged number. */
const [MIN_S, MAX_S] = [1e-6, 1e7];

/** Time of one point in s from a speed with its unit, `sec/step` or `deg/min`, free of the noise of binary division; null where the unit is missing or another. */
export function stepTimeFromSpeed(speed: number | null, unit: string, stepDeg: number | null): number | null {
  if (speed === null || !(speed > 0)) return null;
  if (/^s(ec)?\b/i.test(unit)) return plausibleTimeS(speed);
  return /^deg\S*? ?\/ ?min/i.test(unit) && stepDeg !== null ? plausibleTimeS(Number(((60 * stepDeg) / speed).toPrecision(12))) : null;
}

/** A time in s as a header gives it; null where it can be none. */
export function plausibleTimeS(timeS: number | null): number | null {
  return timeS !== null && timeS >= MIN_S && timeS <= MAX_S ? timeS : null;
}
