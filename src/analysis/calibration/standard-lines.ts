import { lowerBound } from '../../diffraction/profile.ts';
import type { ReflectionTable } from '../../diffraction/reflections.ts';
import type { StandardLine } from '../../domain/instrument-calibration.ts';
import { backSolve, factorise } from '../normal-equations.ts';
import type { CalibrationData } from './calibration-data.ts';
import type { StandardFit } from './standard-fitter.ts';
import { addStandardLine, type LineChange } from './standard-rates.ts';

/** A line seen by itself. */
export interface SeenLine extends StandardLine {
  /** Place in the table of reflections. */
  readonly index: number;
  /** Its area over what the structure says, with the standard error of that. */
  readonly relativeArea: number;
  readonly relativeAreaSigma: number;
}

/** A line counts where it stands out of the noise by this much, and is this high against the strongest. */
const SEEN_SIGMA = 8;
const LEAST_HEIGHT = 0.005;
/** Closer lines cannot be told apart; profiles are compared this far from their centre. */
const APART_FWHM = 2;
const WINDOW_FWHM = 5;
const ROUNDS = 3;
const TRIAL = 1e-3;

/** What each line of the standard that stands alone says of its position and width, the profile's shape being that of the fit. */
export function seenLines(data: CalibrationData, table: ReflectionTable, fit: StandardFit, temper: number): SeenLine[] {
  const { placed, areas } = fit;
  const primaryAt = (i: number) => i * placed.emissionLines + placed.primary;
  const largest = Math.max(...areas);
  const [fromDeg, toDeg] = [data.twoThetaDeg[0]!, data.twoThetaDeg.at(-1)!];
  const candidates = Array.from({ length: table.count }, (_, i) => i).filter((i) => {
    const [centre, fwhm] = [placed.lines.twoThetaDeg[primaryAt(i)]!, placed.lines.fwhmDeg[primaryAt(i)]!];
    return placed.lines.area[primaryAt(i)]! > 0 && centre - 3 * fwhm > fromDeg && centre + 3 * fwhm < toDeg;
  });
  const relativeHeight = (i: number) => (placed.lines.area[primaryAt(i)]! / placed.largestArea) * (areas[i]! / largest);
  return candidates.flatMap((i): SeenLine[] => {
    const [centre, fwhm] = [placed.lines.twoThetaDeg[primaryAt(i)]!, placed.lines.fwhmDeg[primaryAt(i)]!];
    const isAlone = candidates.every(
      (other) =>
        other === i ||
        relativeHeight(other) < 0.02 * relativeHeight(i) ||
        Math.abs(placed.lines.twoThetaDeg[primaryAt(other)]! - centre) > APART_FWHM * fwhm,
    );
    if (!isAlone || relativeHeight(i) < LEAST_HEIGHT || areas[i]! <= 0) return [];
    const own = fitLine(data, fit, i, centre, fwhm, temper);
    if (!own || own.areaSigma * SEEN_SIGMA > 1) return [];
    return [
      {
        index: i,
        h: table.h[i]!,
        k: table.k[i]!,
        l: table.l[i]!,
        twoThetaDeg: centre + own.offDeg,
        offDeg: own.offDeg,
        offSigmaDeg: own.offSigmaDeg,
        fwhmDeg: fwhm * own.wider,
        fwhmSigmaDeg: fwhm * own.widerSigma,
        curveFwhmDeg: fwhm,
        relativeArea: areas[i]!,
        relativeAreaSigma: areas[i]! * own.areaSigma,
      },
    ];
  });
}

interface OwnLine {
  readonly offDeg: number;
  readonly offSigmaDeg: number;
  readonly wider: number;
  readonly widerSigma: number;
  /** Relative error of the area. */
  readonly areaSigma: number;
}

/** Position, width and area of one line with all others as fitted; null where the data do not tell them. */
function fitLine(data: CalibrationData, fit: StandardFit, i: number, centre: number, fwhm: number, temper: number): OwnLine | null {
  const from = lowerBound(data.twoThetaDeg, centre - WINDOW_FWHM * fwhm);
  const to = lowerBound(data.twoThetaDeg, centre + WINDOW_FWHM * fwhm);
  if (to - from < 6) return null;
  const twoThetaDeg = data.twoThetaDeg.subarray(from, to);
  const area = fit.areas[i]!;
  const draw = (change: LineChange): Float64Array => {
    const out = new Float64Array(twoThetaDeg.length);
    addStandardLine(out, twoThetaDeg, fit.placed, i, area, change);
    return out.map((value, k) => value * data.liveS[from + k]!);
  };
  const fitted = draw({});
  let [wider, offDeg, scale] = [1, 0, 1];
  let sigmas: readonly number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const now = draw({ wider, offDeg });
    const step = TRIAL * fwhm;
    const byOff = difference(draw({ wider, offDeg: offDeg + step }), draw({ wider, offDeg: offDeg - step }), scale / (2 * step));
    const byWidth = difference(draw({ wider: wider + TRIAL, offDeg }), draw({ wider: wider - TRIAL, offDeg }), scale / (2 * TRIAL));
    const columns = [byOff, byWidth, now, data.liveS.subarray(from, to)];
    const n = columns.length;
    const equations = { n, matrix: new Float64Array(n * n), right: new Float64Array(n) };
    for (let k = 0; k < now.length; k++) {
      const residual = data.counts[from + k]! - fit.model[from + k]! + fitted[k]! - scale * now[k]!;
      const weight = 1 / (temper * Math.max(fit.model[from + k]!, 1));
      for (let a = 0; a < n; a++) {
        equations.right[a]! += weight * columns[a]![k]! * residual;
        for (let b = 0; b < n; b++) equations.matrix[a * n + b]! += weight * columns[a]![k]! * columns[b]![k]!;
      }
    }
    const factor = factorise(equations);
    const steps = backSolve(factor, equations.right);
    offDeg += clamp(steps[0]!, 0.3 * fwhm);
    wider = Math.max(0.3, wider + clamp(steps[1]!, 0.3));
    scale = Math.max(0.1, scale + clamp(steps[2]!, 0.5));
    sigmas = columns.map((_, a) =>
      Math.sqrt(
        backSolve(
          factor,
          Float64Array.from(columns, (_, b) => (b === a ? 1 : 0)),
        )[a]!,
      ),
    );
  }
  const [offSigmaDeg, widerSigma, areaSigma] = [sigmas[0]!, sigmas[1]!, sigmas[2]! / scale];
  if (![offSigmaDeg, widerSigma, areaSigma].every((sigma) => sigma > 0 && Number.isFinite(sigma))) return null;
  return { offDeg, offSigmaDeg, wider, widerSigma, areaSigma };
}

function difference(after: Float64Array, before: Float64Array, factor: number): Float64Array {
  return after.map((value, k) => (value - before[k]!) * factor);
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(-most, value));
}
