import { GAUSS_PEAK, LORENTZ_PEAK, lowerBound } from './profile.ts';
import { type Optics, type PhaseState, type PlacedLines, placeLines, type Shift } from './simulate-pattern.ts';

/** A phase's rates per unit scale at the angles asked for, and their derivatives; arrays as long as the angles. */
export interface PhaseColumns {
  readonly value: Float64Array;
  /** By each vector of the strain basis, per unit strain. */
  readonly strain: readonly Float64Array[];
  /** By the inverse crystallite size, per 1/nm. */
  readonly inverseSize: Float64Array;
  /** By the sample displacement, per mm. */
  readonly displacement: Float64Array;
  /** By the zero, per degree. */
  readonly zero: Float64Array;
  /** By W of the Gaussian width, per deg^2. */
  readonly width: Float64Array;
}

export function newColumns(points: number, strains: number): PhaseColumns {
  const column = () => new Float64Array(points);
  return {
    value: column(),
    strain: Array.from({ length: strains }, column),
    inverseSize: column(),
    displacement: column(),
    zero: column(),
    width: column(),
  };
}

const STRAIN_STEP = 1e-5;
const SIZE_STEP = 1e-4;
const DISPLACEMENT_STEP = 1e-3;
const WIDTH_STEP = 1e-5;
/** Lines lower than this fraction of the phase's strongest are not drawn; profiles end where they fall to END of it. */
const SKIPPED = 1e-3;
const END = 2e-3;
const LN2 = Math.LN2;

/**
 * Fills the columns of one phase at scale 1, all in one pass over its lines. The derivatives are those of the position and of the width of each
 * line by finite differences of the one line list; the change of the Lorentzian share with width is left out, it is of second order.
 */
export function fillColumns(
  columns: PhaseColumns,
  twoThetaDeg: Float64Array,
  phase: PhaseState,
  basis: readonly (readonly number[])[],
  optics: Optics,
  shift: Shift,
): void {
  for (const column of [columns.value, ...columns.strain, columns.inverseSize, columns.displacement, columns.zero, columns.width])
    column.fill(0);
  const placed = placeLines(phase, optics, shift);
  if (placed.referenceHeight === 0 || twoThetaDeg.length === 0) return;
  const moved = basis.map((vector) =>
    placeLines({ ...phase, strain: phase.strain.map((value, i) => value + STRAIN_STEP * vector[i]!) }, optics, shift),
  );
  const lifted = placeLines(phase, optics, { ...shift, displacementMm: shift.displacementMm + DISPLACEMENT_STEP });
  const smaller = placeLines({ ...phase, sizeNm: 1 / (1 / phase.sizeNm + SIZE_STEP) }, optics, shift);
  const { uDeg2, vDeg2, wDeg2 } = optics.caglioti;
  const wider = placeLines(phase, { ...optics, caglioti: { uDeg2, vDeg2, wDeg2: wDeg2 + WIDTH_STEP } }, shift);
  const rates = new Float64Array(basis.length);
  for (let i = 0; i < placed.area.length; i++) {
    const area = placed.area[i]! / placed.referenceHeight;
    if (area === 0 || heightOf(placed, i) < SKIPPED) continue;
    for (let k = 0; k < basis.length; k++) rates[k] = (moved[k]!.twoThetaDeg[i]! - placed.twoThetaDeg[i]!) / STRAIN_STEP;
    addLine(columns, twoThetaDeg, placed.twoThetaDeg[i]!, area, placed.fwhmDeg[i]!, placed.eta[i]!, heightOf(placed, i), rates, {
      perMm: (lifted.twoThetaDeg[i]! - placed.twoThetaDeg[i]!) / DISPLACEMENT_STEP,
      perInverseNm: (smaller.fwhmDeg[i]! - placed.fwhmDeg[i]!) / SIZE_STEP,
      perW: (wider.fwhmDeg[i]! - placed.fwhmDeg[i]!) / WIDTH_STEP,
    });
  }
}

function heightOf(placed: PlacedLines, i: number): number {
  const eta = placed.eta[i]!;
  return ((placed.area[i]! / placed.fwhmDeg[i]!) * (eta * LORENTZ_PEAK + (1 - eta) * GAUSS_PEAK)) / placed.referenceHeight;
}

interface Slopes {
  readonly perMm: number;
  readonly perInverseNm: number;
  readonly perW: number;
}

function addLine(
  columns: PhaseColumns,
  x: Float64Array,
  centre: number,
  area: number,
  fwhm: number,
  eta: number,
  height: number,
  strainRates: Float64Array,
  slopes: Slopes,
): void {
  const inverse = 2 / fwhm;
  const lorentz = (area * eta * LORENTZ_PEAK) / fwhm;
  const gauss = (area * (1 - eta) * GAUSS_PEAK) / fwhm;
  const ratio = END / height;
  const reachHalfWidths = Math.max(
    Math.sqrt(Math.max(0, lorentz / (height * ratio) - 1)),
    Math.sqrt(Math.max(1, Math.log2(1 / Math.min(0.5, ratio)))),
  );
  const reach = Math.min((reachHalfWidths * fwhm) / 2, 30 * fwhm);
  const end = lowerBound(x, centre + reach);
  const { value, strain, inverseSize, displacement, zero, width } = columns;
  for (let i = lowerBound(x, centre - reach); i < end; i++) {
    const t = (x[i]! - centre) * inverse;
    const u = t * t;
    const inner = 1 / (1 + u);
    const l = lorentz * inner;
    const g = u < 20 ? gauss * Math.exp(-LN2 * u) : 0;
    const slope = -2 * t * (l * inner + LN2 * g);
    const byCentre = -inverse * slope;
    const byFwhm = -(l + g + t * slope) / fwhm;
    value[i]! += l + g;
    zero[i]! += byCentre;
    displacement[i]! += byCentre * slopes.perMm;
    inverseSize[i]! += byFwhm * slopes.perInverseNm;
    width[i]! += byFwhm * slopes.perW;
    for (let k = 0; k < strain.length; k++) strain[k]![i]! += byCentre * strainRates[k]!;
  }
}
