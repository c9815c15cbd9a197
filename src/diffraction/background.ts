/** A broad peak of an amorphous part. */
export interface Hump {
  readonly centreDeg: number;
  readonly sigmaDeg: number;
  readonly heightCps: number;
}

/** Smooth background in counts per second. `decay` is the family of the training patterns, `polynomial` another for scoring. */
export type Background =
  | { readonly family: 'decay'; readonly constantCps: number; readonly decayCps: number; readonly humps: readonly Hump[] }
  | {
      readonly family: 'polynomial';
      /** Chebyshev coefficients of the first kind over the range, in counts per second. */
      readonly coefficientsCps: readonly number[];
      readonly fromDeg: number;
      readonly toDeg: number;
      /** Scatter by air: this many counts per second at 10 degrees, falling with 1/2theta. */
      readonly airCps: number;
    };

/** Scale in degrees of the exponential rise towards the primary beam. */
const DECAY_DEG = 8;

/** Adds the background at each angle; never less than zero. */
export function addBackgroundRates(out: Float64Array, twoThetaDeg: Float64Array, background: Background): void {
  for (let i = 0; i < twoThetaDeg.length; i++) out[i]! += backgroundCps(background, twoThetaDeg[i]!);
}

export function backgroundCps(background: Background, twoThetaDeg: number): number {
  if (background.family === 'decay') {
    let rate = background.constantCps + background.decayCps * Math.exp(-(twoThetaDeg - 10) / DECAY_DEG);
    for (const { centreDeg, sigmaDeg, heightCps } of background.humps) {
      const t = (twoThetaDeg - centreDeg) / sigmaDeg;
      if (t > -6 && t < 6) rate += heightCps * Math.exp(-0.5 * t * t);
    }
    return Math.max(0, rate);
  }
  const x = (2 * twoThetaDeg - background.fromDeg - background.toDeg) / (background.toDeg - background.fromDeg);
  // Clenshaw's recurrence.
  let [next, afterNext] = [0, 0];
  for (let n = background.coefficientsCps.length - 1; n > 0; n--)
    [next, afterNext] = [2 * x * next - afterNext + background.coefficientsCps[n]!, next];
  return Math.max(0, (background.coefficientsCps[0] ?? 0) + x * next - afterNext + (background.airCps * 10) / Math.max(1, twoThetaDeg));
}
