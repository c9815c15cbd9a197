import type { RandomSource } from '../src/ports/runtime.ts';
import { type DeadTime, observedCps } from './dead-time.ts';
import type { Exposure, WireScan } from './specimen.ts';

/** Instrument seconds at which point `index` is measured. */
export type TakenAtS = (index: number) => number;

/** Angles in degrees, ascending, to true rates in counts per second at the times they are looked at. */
export type RateOf = (twoThetaDeg: Float64Array, takenAtS: TakenAtS) => Float64Array;

/** What shines on the detector. `version` is another number after every change, which makes rates that were asked for before worthless. */
export interface Light {
  readonly rateOf: RateOf;
  version(): number;
}

/** Dead time of one strip of the strip detectors without a name, in s: 100 ns, the size that such detectors have (domain-facts section 5.2). */
export const USUAL_STRIP_DEAD_S = 1e-7;

/** Poisson counts of every point, drawn in order of angle, so that the cut into chunks changes nothing. */
export function poissonExposure(light: Light, scan: WireScan, random: RandomSource, deadTime: DeadTime, takenAtS: TakenAtS): Exposure {
  const twoThetaDeg = Float64Array.from({ length: scan.pointCount }, (_, i) => (scan.fromUdeg + i * scan.stepUdeg) / 1e6);
  const liveS = scan.dwellNs / 1e9;
  let version = light.version();
  let rateCps = light.rateOf(twoThetaDeg, takenAtS);
  let drawn = 0;
  return {
    count(first, n) {
      if (first !== drawn) throw new RangeError(`points are counted in order: ${drawn} is next, not ${first}`);
      drawn += n;
      if (version !== light.version()) {
        version = light.version();
        rateCps = light.rateOf(twoThetaDeg, takenAtS);
      }
      const counts = Array.from({ length: n }, (_, k) => random.poisson(observedCps(rateCps[first + k]!, deadTime) * liveS));
      return { fromUdeg: scan.fromUdeg + first * scan.stepUdeg, counts, liveNs: scan.dwellNs };
    },
  };
}
