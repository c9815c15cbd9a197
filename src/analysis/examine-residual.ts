import { halvings } from '../diffraction/profile.ts';
import type { FitData } from './fit-data.ts';
import type { MixtureFit } from './fit-mixture.ts';
import { ghostCounts } from './ghost-lines.ts';
import type { RelaxedFit } from './relax-lines.ts';

export interface Unexplained {
  /** Net intensity above the fit over all net intensity, 0..1. */
  readonly fraction: number;
  /** Most certain peak of the residual in units of its own error, the model error included; 0 where nothing stands out. */
  readonly maxPeakSigma: number;
  readonly atDeg: number | null;
}

const PEAK_FWHM_DEG = 0.15;
/** A line whose height was relaxed may still be wrong by this share of it through its shape before its residual is called a peak of its own. */
const LINE_ERROR = 0.12;
const NEIGHBOURHOOD_DEG = 0.35;

/**
 * What the fit leaves: a matched filter for peaks over the residual, against counting noise, the error of the lines fitted nearby and the
 * most that weak emission lines of the tube may add. Peaks lower than `leastHeight` of the fit's highest point above its background are passed over.
 */
export function examineResidual(data: FitData, fit: MixtureFit, { model }: Pick<RelaxedFit, 'model'>, leastHeight = 0): Unexplained {
  const { twoThetaDeg, counts, variance, liveS } = data;
  const { background } = fit;
  const n = counts.length;
  const lines = largestNearby(
    twoThetaDeg,
    model.map((value, i) => Math.max(0, value - background[i]!)),
  );
  const leastCps = leastHeight * model.reduce((top, value, i) => Math.max(top, (value - background[i]!) / liveS[i]!), 0);
  const ghosts = ghostCounts(data, fit);
  const inverse = variance.map((own, i) => 1 / (Math.max(own, model[i]!) + (LINE_ERROR * lines[i]!) ** 2 + ghosts[i]! ** 2));
  let highest = { sigma: 0, at: -1 };
  let over = 0;
  let net = 0;
  let from = 0;
  for (let i = 0; i < n; i++) {
    over += Math.max(0, counts[i]! - model[i]! - Math.sqrt(variance[i]!));
    net += Math.max(0, counts[i]! - background[i]!);
    while (twoThetaDeg[i]! - twoThetaDeg[from]! >= PEAK_FWHM_DEG) from++;
    let match = 0;
    let power = 0;
    for (let j = from; j < n; j++) {
      const t = (twoThetaDeg[j]! - twoThetaDeg[i]!) / PEAK_FWHM_DEG;
      if (t >= 1) break;
      const kernel = halvings(4 * t * t);
      match += kernel * (counts[j]! - model[j]!) * inverse[j]!;
      power += kernel * kernel * inverse[j]!;
    }
    const sigma = power > 0 ? match / Math.sqrt(power) : 0;
    if (sigma > highest.sigma && match >= leastCps * liveS[i]! * power) highest = { sigma, at: i };
  }
  return {
    fraction: net > 0 ? Math.min(1, over / net) : 0,
    maxPeakSigma: highest.sigma,
    atDeg: highest.at < 0 ? null : twoThetaDeg[highest.at]!,
  };
}

/** The largest value within the neighbourhood of each point. */
function largestNearby(twoThetaDeg: Float64Array, values: Float64Array): Float64Array {
  const queue: number[] = [];
  let head = 0;
  let next = 0;
  return values.map((_, i) => {
    while (next < values.length && twoThetaDeg[next]! <= twoThetaDeg[i]! + NEIGHBOURHOOD_DEG) {
      while (queue.length > head && values[queue.at(-1)!]! <= values[next]!) queue.pop();
      queue.push(next++);
    }
    while (twoThetaDeg[queue[head]!]! < twoThetaDeg[i]! - NEIGHBOURHOOD_DEG) head++;
    return values[queue[head]!]!;
  });
}
