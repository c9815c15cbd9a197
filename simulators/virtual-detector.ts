import type { RandomSource } from '../src/ports/runtime.ts';
import type { Exposure, WireScan } from './specimen.ts';

/** Angles in degrees, ascending, to true rates in counts per second. */
export type RateOf = (twoThetaDeg: Float64Array) => Float64Array;

/** Dead time of one strip in s, of the size that strip detectors have (domain-facts section 5.2). */
export const STRIP_DEAD_TIME_S = 1e-7;

/** Rate that a non-paralysable counter shows for the true rate `cps`: n / (1 + n tau). */
export function observedCps(cps: number, deadTimeS: number): number {
  return cps / (1 + cps * deadTimeS);
}

/** Poisson counts of every point, drawn in order of angle, so that the cut into chunks changes nothing. */
export function poissonExposure(rateOf: RateOf, scan: WireScan, random: RandomSource, deadTimeS: number): Exposure {
  const twoThetaDeg = Float64Array.from({ length: scan.pointCount }, (_, i) => (scan.fromUdeg + i * scan.stepUdeg) / 1e6);
  const rateCps = rateOf(twoThetaDeg);
  const liveS = scan.dwellNs / 1e9;
  let drawn = 0;
  return {
    count(first, n) {
      if (first !== drawn) throw new RangeError(`points are counted in order: ${drawn} is next, not ${first}`);
      drawn += n;
      const counts = Array.from({ length: n }, (_, k) => random.poisson(observedCps(rateCps[first + k]!, deadTimeS) * liveS));
      return { fromUdeg: scan.fromUdeg + first * scan.stepUdeg, counts, liveNs: scan.dwellNs };
    },
  };
}
