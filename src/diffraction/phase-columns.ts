import type { FitLines } from './fit-lines.ts';
import { GAUSS_PEAK, halvings, LORENTZ_PEAK, lowerBound } from './profile.ts';

/** Derivatives of a phase's rates at some angles; arrays as long as the angles, null where not wanted. */
export interface SlopeColumns {
  /** By each vector of the strain basis, per unit strain. */
  readonly strain: readonly Float64Array[];
  /** By the inverse crystallite size, per 1/nm. */
  readonly inverseSize: Float64Array | null;
  /** By the microstrain, per unit. */
  readonly microstrain: Float64Array | null;
  readonly instrument: InstrumentColumns | null;
}

export interface InstrumentColumns {
  /** By the sample displacement, per mm. */
  readonly displacement: Float64Array;
  /** By the zero, per degree. */
  readonly zero: Float64Array;
  /** By W of the Gaussian width, per deg^2. */
  readonly width: Float64Array;
}

/** Room for one line's derivatives, as long as the angles; its contents mean nothing. */
export interface SlopeScratch {
  readonly byCentre: Float64Array;
  readonly byFwhm: Float64Array;
  readonly byShare: Float64Array;
}

export function newScratch(points: number): SlopeScratch {
  return { byCentre: new Float64Array(points), byFwhm: new Float64Array(points), byShare: new Float64Array(points) };
}

const LN2 = Math.LN2;

/** Adds the rates of the lines to `out` at the ascending angles `x`. */
export function addLines(out: Float64Array, x: Float64Array, lines: FitLines): void {
  for (let n = 0; n < lines.count; n++) {
    const centre = lines.twoThetaDeg[n]!;
    const inverse = 2 / lines.fwhmDeg[n]!;
    const lorentz = lines.lorentz[n]!;
    const gauss = lines.gauss[n]!;
    const end = lowerBound(x, centre + lines.reachDeg[n]!);
    for (let i = lowerBound(x, centre - lines.reachDeg[n]!); i < end; i++) {
      const t = (x[i]! - centre) * inverse;
      const u = t * t;
      out[i]! += lorentz / (1 + u) + gauss * halvings(u);
    }
  }
}

/**
 * Adds the derivatives of the lines, times `factor`, to the columns. They are those of the position, the width and the Lorentzian share of each
 * line at constant area.
 */
export function addSlopes(columns: SlopeColumns, x: Float64Array, lines: FitLines, factor: number, scratch = newScratch(x.length)): void {
  const { strain, inverseSize, microstrain, instrument } = columns;
  const { byCentre, byFwhm, byShare } = scratch;
  for (let n = 0; n < lines.count; n++) {
    const centre = lines.twoThetaDeg[n]!;
    const fwhm = lines.fwhmDeg[n]!;
    const inverse = 2 / fwhm;
    const lorentz = lines.lorentz[n]! * factor;
    const gauss = lines.gauss[n]! * factor;
    const areaOverFwhm = lorentz / LORENTZ_PEAK + gauss / GAUSS_PEAK;
    const from = lowerBound(x, centre - lines.reachDeg[n]!);
    const end = lowerBound(x, centre + lines.reachDeg[n]!);
    for (let i = from; i < end; i++) {
      const t = (x[i]! - centre) * inverse;
      const u = t * t;
      const inner = 1 / (1 + u);
      const l = lorentz * inner;
      const half = halvings(u);
      const g = gauss * half;
      const slope = -2 * t * (l * inner + LN2 * g);
      byCentre[i] = -inverse * slope;
      byFwhm[i] = -(l + g + t * slope) / fwhm;
      byShare[i] = areaOverFwhm * (LORENTZ_PEAK * inner - GAUSS_PEAK * half);
    }
    for (let k = 0; k < strain.length; k++) addScaled(strain[k]!, byCentre, lines.byStrain[k]![n]!, from, end);
    if (inverseSize) {
      addScaled(inverseSize, byFwhm, lines.byInverseSize[n]!, from, end);
      addScaled(inverseSize, byShare, lines.shareByInverseSize[n]!, from, end);
    }
    if (microstrain) {
      addScaled(microstrain, byFwhm, lines.byMicrostrain[n]!, from, end);
      addScaled(microstrain, byShare, lines.shareByMicrostrain[n]!, from, end);
    }
    if (instrument) {
      addScaled(instrument.displacement, byCentre, lines.byDisplacement[n]!, from, end);
      addScaled(instrument.zero, byCentre, 1, from, end);
      addScaled(instrument.width, byFwhm, lines.byWidth[n]!, from, end);
      addScaled(instrument.width, byShare, lines.shareByWidth[n]!, from, end);
    }
  }
}

function addScaled(out: Float64Array, values: Float64Array, factor: number, from: number, end: number): void {
  for (let i = from; i < end; i++) out[i]! += factor * values[i]!;
}
