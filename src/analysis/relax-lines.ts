import { placeFitLines } from '../diffraction/fit-lines.ts';
import { halvings, lowerBound } from '../diffraction/profile.ts';
import type { FitData } from './fit-data.ts';
import type { MixtureFit } from './fit-mixture.ts';

/** A fit whose lines may each be stronger or weaker than the structure says, by what texture and grain statistics do. */
export interface RelaxedFit {
  /** Modelled counts per point. */
  readonly model: Float64Array;
  /** Per phase: relative change of its lines (root mean square by height and by how well the data tell each), 0 or more. */
  readonly changes: readonly number[];
  /** Per phase: how many of its lines the data show where they should be and as high as they should be; overlapped lines count in part. */
  readonly confirmed: readonly number[];
}

/** Prior standard deviation of a line's factor, and its bounds. */
const FACTOR_SIGMA = 0.25;
const FACTOR_RANGE = { least: 0.25, most: 2.5 };
const SWEEPS = 3;
/** A line whose factor is this far from 1 confirms its phase half. */
const HALF_CONFIRMED = 0.3;
/** Lines lower than this share of the phase's strongest stay as they are; profiles are followed to this many widths. */
const LEAST_HEIGHT = 0.01;
const REACH_FWHM = 2.5;

interface Line {
  readonly phase: number;
  readonly height: number;
  readonly from: number;
  /** Counts per point from `from` on, at factor 1. */
  readonly profile: Float64Array;
  /** Its part of what all lines show at its place, 0..1. */
  readonly share: number;
  factor: number;
  /** How far the data rather than the prior tell its factor, 0..1. */
  determined: number;
}

/**
 * Lets every line of the fitted phases take the factor that the data and a normal prior about 1 ask for, one after another; positions, widths and
 * background stay. What is left afterwards is no matter of intensities.
 */
export function relaxLines(data: FitData, fit: MixtureFit): RelaxedFit {
  const model = fit.model.slice();
  const inverse = data.variance.map((own, i) => 1 / Math.max(own, model[i]!));
  const lines = fit.phases.flatMap((_, phase) => linesOf(data, fit, phase));
  for (let sweep = 0; sweep < SWEEPS; sweep++) for (const line of lines) adjust(line, data.counts, model, inverse);
  const perPhase = fit.phases.map((_, phase) => lines.filter((line) => line.phase === phase));
  return { model, changes: perPhase.map(changeOf), confirmed: perPhase.map(confirmedOf) };
}

function linesOf(data: FitData, { phases, optics, shift, model, background }: MixtureFit, phase: number): Line[] {
  const { twoThetaDeg, liveS } = data;
  const { state } = phases[phase]!;
  const range = { fromDeg: twoThetaDeg[0] ?? 0, toDeg: twoThetaDeg.at(-1) ?? 0 };
  const placed = placeFitLines(state, [], optics, shift, range);
  const lines: Line[] = [];
  for (let at = 0; at < placed.count; at++) {
    const [lorentz, gauss, centre, fwhm] = [placed.lorentz[at]!, placed.gauss[at]!, placed.twoThetaDeg[at]!, placed.fwhmDeg[at]!];
    const height = lorentz + gauss;
    if (height < LEAST_HEIGHT) continue;
    const from = lowerBound(twoThetaDeg, centre - REACH_FWHM * fwhm);
    const to = lowerBound(twoThetaDeg, centre + REACH_FWHM * fwhm);
    if (to <= from) continue;
    const profile = new Float64Array(to - from);
    let [own, all] = [0, 0];
    for (let i = from; i < to; i++) {
      const u = ((2 * (twoThetaDeg[i]! - centre)) / fwhm) ** 2;
      const counts = state.scale * liveS[i]! * (lorentz / (1 + u) + gauss * halvings(u));
      profile[i - from] = counts;
      own += counts * counts;
      all += counts * Math.max(counts, model[i]! - background[i]!);
    }
    lines.push({ phase, height, from, profile, share: all > 0 ? own / all : 0, factor: 1, determined: 0 });
  }
  return lines;
}

/** One step of Newton on the factor of one line; the model follows at once. */
function adjust(line: Line, counts: Float64Array, model: Float64Array, inverse: Float64Array): void {
  const { from, profile, factor } = line;
  let [slope, curve] = [0, 0];
  for (let k = 0; k < profile.length; k++) {
    const weighted = profile[k]! * inverse[from + k]!;
    slope += weighted * (counts[from + k]! - model[from + k]!);
    curve += weighted * profile[k]!;
  }
  const prior = 1 / FACTOR_SIGMA ** 2;
  const wanted = factor + (slope - (factor - 1) * prior) / (curve + prior);
  line.factor = Math.min(FACTOR_RANGE.most, Math.max(FACTOR_RANGE.least, wanted));
  line.determined = curve / (curve + prior);
  const change = line.factor - factor;
  for (let k = 0; k < profile.length; k++) model[from + k]! += change * profile[k]!;
}

function changeOf(lines: readonly Line[]): number {
  let [sum, weights] = [0, 0];
  for (const { height, factor, determined } of lines) {
    sum += height * determined * (factor - 1) ** 2;
    weights += height * determined;
  }
  return weights > 0 ? Math.sqrt(sum / weights) : 0;
}

function confirmedOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { share, determined, factor }) => sum + (share * determined) / (1 + ((factor - 1) / HALF_CONFIRMED) ** 2), 0);
}
