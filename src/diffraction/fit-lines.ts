import type { AngleRange } from '../domain/angle-range.ts';
import { shiftDeg } from './aberrations.ts';
import { reciprocalMetric, strainCell } from './cell.ts';
import { strengthOf } from './line-strengths.ts';
import { lorentzPolarisation, polarisationK } from './lorentz-polarisation.ts';
import {
  GAUSS_PEAK,
  gaussianFwhmDeg,
  LORENTZ_PEAK,
  lorentzianFwhmDeg,
  pseudoVoigtEta,
  pseudoVoigtEtaSlope,
  pseudoVoigtFwhm,
  pseudoVoigtFwhmSlopes,
} from './profile.ts';
import type { ReflectionTable } from './reflections.ts';
import { type Optics, type PhaseState, primaryIndex, type Shift } from './simulate-pattern.ts';

/** The lines of one phase at scale 1 that reach into a range of angles, over all emission wavelengths; entries past `count` mean nothing. */
export interface FitLines {
  readonly count: number;
  readonly twoThetaDeg: Float64Array;
  readonly fwhmDeg: Float64Array;
  /** Heights of the Lorentzian and of the Gaussian part; those of the phase's strongest line add up to 1. */
  readonly lorentz: Float64Array;
  readonly gauss: Float64Array;
  /** Distance from the centre at which the profile ends. */
  readonly reachDeg: Float64Array;
  /** Change of the position by each vector of the strain basis, in degrees per unit strain. */
  readonly byStrain: readonly Float64Array[];
  /** Change of the position by the displacement, in degrees per mm. */
  readonly byDisplacement: Float64Array;
  /** Change of the FWHM by the inverse crystallite size (degrees nm), by the microstrain (degrees) and by W of the Gaussian width (1/degree). */
  readonly byInverseSize: Float64Array;
  readonly byMicrostrain: Float64Array;
  readonly byWidth: Float64Array;
  /** Change of the Lorentzian share by the same. */
  readonly shareByInverseSize: Float64Array;
  readonly shareByMicrostrain: Float64Array;
  readonly shareByWidth: Float64Array;
}

/** Where profiles end unless the caller says otherwise: quick to draw, and good for counts up to some ten thousand in the strongest line. */
export const QUICK_TAILS = 2e-3;
/** Tails for the last look at a fit. */
export const LONG_TAILS = 1e-4;
/** Lines lower than this fraction of the phase's strongest are not drawn. */
const SKIPPED = 1e-3;
/** The strongest line gives the scale its meaning; those below this angle count only where there is no other. */
const REFERENCE_FROM_DEG = 10;
const STRAIN_STEP = 1e-6;
const NO_WIDTHS = { xDeg: 0, yDeg: 0 };
const DEG = 180 / Math.PI;

type Metric = readonly [number, number, number, number, number, number];

/**
 * Places the lines that can be seen in the range and their slopes, in closed form. Lines beyond the range are only looked at where they might be
 * the strongest, which the scale refers to. Profiles end where they fall to `tails` of the phase's strongest line. No axial divergence.
 */
export function placeFitLines(
  phase: PhaseState,
  basis: readonly (readonly number[])[],
  optics: Optics,
  shift: Shift,
  range: AngleRange,
  tails: number = QUICK_TAILS,
): FitLines {
  const { reflections: table, sizeNm, microstrain } = phase;
  const emission = optics.radiation.lines;
  const primary = primaryIndex(optics.radiation);
  const primaryWeight = emission[primary]!.weight;
  const primaryA = emission[primary]!.wavelengthA;
  const k = polarisationK(optics.monochromatorTwoThetaDeg);
  const strength = strengthOf(phase);
  const metric: Metric = reciprocalMetric(strainCell(phase.cell, phase.strain));
  const [A, B, C, D, E, F] = metric;
  const beyond = edgeOf(phase, optics, range, tails);
  const size = emission.length * countBelow(table, metric, beyond.q);
  const lines = newLines(size, basis.length);
  const { twoThetaDeg, fwhmDeg, lorentz, gauss, byDisplacement, byInverseSize, byMicrostrain, byWidth } = lines;
  const { shareByInverseSize, shareByMicrostrain, shareByWidth } = lines;
  const source = new Int32Array(size);
  const tangent = new Float64Array(size);
  let placed = 0;
  let highest = 0;
  let highestAnywhere = 0;
  for (let i = 0; i < table.count; i++) {
    const [h, kk, l] = [table.h[i]!, table.k[i]!, table.l[i]!];
    const q = A * h * h + B * kk * kk + C * l * l + D * kk * l + E * h * l + F * h * kk;
    let own = strength[i]!;
    if (own === 0) continue;
    if (phase.extraBIsoA2 !== 0) own *= Math.exp(-0.5 * phase.extraBIsoA2 * q);
    const halfRoot = Math.sqrt(q) / 2;
    const isBeyond = q > beyond.q;
    if (isBeyond) {
      const sine = primaryA * halfRoot;
      if (sine >= 0.9999 || own * lorentzPolarisation(sine, Math.sqrt(1 - sine * sine), k) * GAUSS_PEAK < highest * beyond.fwhmDeg)
        continue;
    }
    for (let j = 0; j < emission.length; j++) {
      const { wavelengthA, weight } = emission[j]!;
      const sine = wavelengthA * halfRoot;
      if (sine >= 0.9999 || (isBeyond && j !== primary)) continue;
      const cosine = Math.sqrt(1 - sine * sine);
      const tan = sine / cosine;
      const lorentzDeg = lorentzianFwhmDeg(optics.lorentzDeg, tan, cosine, wavelengthA, sizeNm, microstrain);
      const gaussDeg = gaussianFwhmDeg(optics.caglioti, tan);
      const fwhm = pseudoVoigtFwhm(gaussDeg, lorentzDeg);
      const eta = pseudoVoigtEta(lorentzDeg / fwhm);
      const peak = (own * (weight / primaryWeight) * lorentzPolarisation(sine, cosine, k)) / fwhm;
      const braggDeg = 2 * DEG * Math.asin(sine);
      if (j === primary) {
        const height = peak * (eta * LORENTZ_PEAK + (1 - eta) * GAUSS_PEAK);
        if (height > highestAnywhere) highestAnywhere = height;
        if (height > highest && braggDeg >= REFERENCE_FROM_DEG) highest = height;
      }
      if (isBeyond) continue;
      const slopes = pseudoVoigtFwhmSlopes(gaussDeg, lorentzDeg, fwhm);
      twoThetaDeg[placed] = braggDeg + shiftDeg(shift, cosine, optics.radiusMm);
      fwhmDeg[placed] = fwhm;
      lorentz[placed] = peak * eta * LORENTZ_PEAK;
      gauss[placed] = peak * (1 - eta) * GAUSS_PEAK;
      byDisplacement[placed] = (-2 * cosine * DEG) / optics.radiusMm;
      const ownInverseSize = lorentzianFwhmDeg(NO_WIDTHS, tan, cosine, wavelengthA, 1, 0);
      const ownMicrostrain = lorentzianFwhmDeg(NO_WIDTHS, tan, cosine, wavelengthA, Number.POSITIVE_INFINITY, 1);
      byInverseSize[placed] = slopes.byLorentzian * ownInverseSize;
      byMicrostrain[placed] = slopes.byLorentzian * ownMicrostrain;
      byWidth[placed] = gaussDeg * gaussDeg > 1.0001e-4 ? slopes.byGaussian / (2 * gaussDeg) : 0;
      // The share follows the Lorentzian FWHM over the whole.
      const byRatio = pseudoVoigtEtaSlope(lorentzDeg / fwhm) / fwhm;
      shareByInverseSize[placed] = byRatio * (ownInverseSize - (lorentzDeg / fwhm) * byInverseSize[placed]!);
      shareByMicrostrain[placed] = byRatio * (ownMicrostrain - (lorentzDeg / fwhm) * byMicrostrain[placed]!);
      shareByWidth[placed] = -byRatio * (lorentzDeg / fwhm) * byWidth[placed]!;
      source[placed] = i;
      // d(2theta) = tan(theta) dq / q, and the shift by displacement changes with theta
      tangent[placed] = ((tan * DEG) / q) * (1 + (shift.displacementMm * sine) / optics.radiusMm);
      placed++;
    }
  }
  const reference = highest > 0 ? highest : highestAnywhere;
  if (reference === 0) return lines;
  const slopes = basis.map((vector) => metricSlope(phase, metric, vector));
  return keepSeen({ ...lines, count: placed }, reference, range, tails, source, tangent, slopes, phase);
}

/** Scales heights to the reference, finds where profiles end and keeps what reaches into the range, in place. */
function keepSeen(
  lines: FitLines,
  reference: number,
  { fromDeg, toDeg }: AngleRange,
  tails: number,
  source: Int32Array,
  tangent: Float64Array,
  slopes: readonly Metric[],
  { reflections: table }: PhaseState,
): FitLines {
  const { twoThetaDeg, fwhmDeg, lorentz, gauss, reachDeg } = lines;
  const moved = [lines.byDisplacement, lines.byInverseSize, lines.byMicrostrain, lines.byWidth];
  moved.push(lines.shareByInverseSize, lines.shareByMicrostrain, lines.shareByWidth);
  let kept = 0;
  for (let at = 0; at < lines.count; at++) {
    const ownLorentz = lorentz[at]! / reference;
    const ownGauss = gauss[at]! / reference;
    const height = ownLorentz + ownGauss;
    if (height < SKIPPED) continue;
    const halfWidths = Math.sqrt(Math.max(1, ownLorentz / tails - 1, Math.log2(Math.max(2, height / tails))));
    const reach = (Math.min(halfWidths, 60) * fwhmDeg[at]!) / 2;
    const centre = twoThetaDeg[at]!;
    if (centre + reach < fromDeg || centre - reach > toDeg) continue;
    twoThetaDeg[kept] = centre;
    fwhmDeg[kept] = fwhmDeg[at]!;
    lorentz[kept] = ownLorentz;
    gauss[kept] = ownGauss;
    reachDeg[kept] = reach;
    for (const column of moved) column[kept] = column[at]!;
    const i = source[at]!;
    const [h, k, l] = [table.h[i]!, table.k[i]!, table.l[i]!];
    for (let s = 0; s < slopes.length; s++) {
      const [A, B, C, D, E, F] = slopes[s]!;
      lines.byStrain[s]![kept] = tangent[at]! * (A * h * h + B * k * k + C * l * l + D * k * l + E * h * l + F * h * k);
    }
    kept++;
  }
  return { ...lines, count: kept };
}

/** How many lines of the table have 1/d^2 of at most `q`. */
function countBelow(table: ReflectionTable, [A, B, C, D, E, F]: Metric, q: number): number {
  let count = 0;
  for (let i = 0; i < table.count; i++) {
    const [h, k, l] = [table.h[i]!, table.k[i]!, table.l[i]!];
    if (A * h * h + B * k * k + C * l * l + D * k * l + E * h * l + F * h * k <= q) count++;
  }
  return count;
}

function newLines(size: number, strains: number): FitLines {
  const column = () => new Float64Array(size);
  return {
    count: 0,
    twoThetaDeg: column(),
    fwhmDeg: column(),
    lorentz: column(),
    gauss: column(),
    reachDeg: column(),
    byStrain: Array.from({ length: strains }, column),
    byDisplacement: column(),
    byInverseSize: column(),
    byMicrostrain: column(),
    byWidth: column(),
    shareByInverseSize: column(),
    shareByMicrostrain: column(),
    shareByWidth: column(),
  };
}

/** 1/d^2 above which no line reaches into the range, and the least FWHM there; none where widths may shrink with the angle. */
function edgeOf(
  { sizeNm, microstrain }: PhaseState,
  { caglioti, lorentzDeg, radiation }: Optics,
  range: AngleRange,
  tails: number,
): { q: number; fwhmDeg: number } {
  if (Math.min(caglioti.uDeg2, caglioti.vDeg2, lorentzDeg.xDeg, lorentzDeg.yDeg) < 0) return { q: Number.POSITIVE_INFINITY, fwhmDeg: 0 };
  const shortestA = Math.min(...radiation.lines.map(({ wavelengthA }) => wavelengthA));
  const widthAt = (angleDeg: number) => {
    const theta = Math.min(89, angleDeg / 2) / DEG;
    const tan = Math.tan(theta);
    return pseudoVoigtFwhm(
      gaussianFwhmDeg(caglioti, tan),
      lorentzianFwhmDeg(lorentzDeg, tan, Math.cos(theta), shortestA, sizeNm, microstrain),
    );
  };
  const fwhmDeg = widthAt(range.toDeg + 2);
  const edgeDeg = Math.min(178, range.toDeg + 2 + (0.5 / Math.sqrt(tails) + 0.5) * fwhmDeg);
  return { q: ((2 * Math.sin(edgeDeg / 2 / DEG)) / shortestA) ** 2, fwhmDeg };
}

/** Change of the reciprocal metric per unit of one strain. */
function metricSlope({ cell, strain }: PhaseState, metric: Metric, vector: readonly number[]): Metric {
  const moved = reciprocalMetric(
    strainCell(
      cell,
      strain.map((value, i) => value + STRAIN_STEP * vector[i]!),
    ),
  );
  const slope = (i: number) => (moved[i]! - metric[i]!) / STRAIN_STEP;
  return [slope(0), slope(1), slope(2), slope(3), slope(4), slope(5)];
}
