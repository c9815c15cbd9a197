/** Gaussian part of the instrument: FWHM^2 = U tan^2(theta) + V tan(theta) + W in deg^2 (Caglioti, Paoletti & Ricci 1958). */
export interface Caglioti {
  readonly uDeg2: number;
  readonly vDeg2: number;
  readonly wDeg2: number;
}

/** Lorentzian part of the instrument: FWHM = X tan(theta) + Y / cos(theta) in degrees. */
export interface LorentzWidths {
  readonly xDeg: number;
  readonly yDeg: number;
}

const DEG = 180 / Math.PI;
/** Shape factor of Scherrer's formula, for the full width at half maximum. */
const SCHERRER_K = 0.9;
/** Smallest FWHM^2 of the Gaussian part, so that no choice of U, V, W gives a needle. */
const FLOOR_DEG2 = 1e-4;

/** FWHM in degrees of the Gaussian part. */
export function gaussianFwhmDeg(caglioti: Caglioti, tanTheta: number): number {
  return Math.sqrt(Math.max(FLOOR_DEG2, caglioti.uDeg2 * tanTheta * tanTheta + caglioti.vDeg2 * tanTheta + caglioti.wDeg2));
}

/** FWHM in degrees of the Lorentzian part: instrument, crystallite size (Scherrer) and microstrain (4 e tan theta), which simply add. */
export function lorentzianFwhmDeg(
  widths: LorentzWidths,
  tanTheta: number,
  cosTheta: number,
  wavelengthA: number,
  sizeNm: number,
  microstrain: number,
): number {
  const sizeDeg = (SCHERRER_K * wavelengthA * DEG) / (10 * sizeNm * cosTheta);
  return widths.xDeg * tanTheta + widths.yDeg / cosTheta + sizeDeg + 4 * microstrain * tanTheta * DEG;
}

/** FWHM of the pseudo-Voigt that stands for the convolution (Thompson, Cox & Hastings 1987, J. Appl. Cryst. 20, 79). */
export function pseudoVoigtFwhm(g: number, l: number): number {
  const g2 = g * g;
  const l2 = l * l;
  const fifth = g2 * g2 * g + 2.69269 * g2 * g2 * l + 2.42843 * g2 * g * l2 + 4.47163 * g2 * l2 * l + 0.07842 * g * l2 * l2 + l2 * l2 * l;
  if (fifth === 0) return 0;
  // The fifth root by Newton's method: the start is within a thousandth of it, and each round squares the error.
  let root = 0.5346 * l + Math.sqrt(0.2166 * l2 + g2);
  for (let round = 0; round < 3; round++) {
    const square = root * root;
    root = 0.8 * root + (0.2 * fifth) / (square * square);
  }
  return root;
}

/** Change of that FWHM with the Gaussian and with the Lorentzian one. */
export function pseudoVoigtFwhmSlopes(g: number, l: number, fwhm: number): { readonly byGaussian: number; readonly byLorentzian: number } {
  const g2 = g * g;
  const l2 = l * l;
  const over = 1 / (5 * (fwhm * fwhm) ** 2);
  return {
    byGaussian: over * (5 * g2 * g2 + 10.77076 * g2 * g * l + 7.28529 * g2 * l2 + 8.94326 * g * l2 * l + 0.07842 * l2 * l2),
    byLorentzian: over * (2.69269 * g2 * g2 + 4.85686 * g2 * g * l + 13.41489 * g2 * l2 + 0.31368 * g * l2 * l + 5 * l2 * l2),
  };
}

/** Share of the Lorentzian in that pseudo-Voigt, 0..1; q is the Lorentzian FWHM over the whole. */
export function pseudoVoigtEta(q: number): number {
  return Math.min(1, Math.max(0, q * (1.36603 - q * (0.47719 - 0.11116 * q))));
}

/** Change of that share with q. */
export function pseudoVoigtEtaSlope(q: number): number {
  return 1.36603 - q * (0.95438 - 0.33348 * q);
}

/** Heights at the centre of a Lorentzian and a Gaussian of unit area and unit FWHM. */
export const LORENTZ_PEAK = 2 / Math.PI;
export const GAUSS_PEAK = 2 * Math.sqrt(Math.LN2 / Math.PI);

const GAUSS_LIMIT = 20;
const GAUSS_STEPS_PER_UNIT = 256;
const GAUSS_TABLE = Float64Array.from({ length: GAUSS_LIMIT * GAUSS_STEPS_PER_UNIT + 2 }, (_, i) => 2 ** (-i / GAUSS_STEPS_PER_UNIT));

/** 2^-u for u >= 0 from a table, 0 above 20; the error is below 2e-6. */
export function halvings(u: number): number {
  if (u >= GAUSS_LIMIT) return 0;
  const place = u * GAUSS_STEPS_PER_UNIT;
  const cell = place | 0;
  const left = GAUSS_TABLE[cell]!;
  return left + (place - cell) * (GAUSS_TABLE[cell + 1]! - left);
}

/**
 * Adds a pseudo-Voigt of the given area to `out` at the ascending angles `x`, between centre - reach and centre + reach. The Gaussian comes from
 * a table (error below 2e-6 of its height), since this loop is where simulation spends its time.
 */
export function addPseudoVoigt(
  out: Float64Array,
  x: Float64Array,
  centre: number,
  area: number,
  fwhm: number,
  eta: number,
  reach: number,
): void {
  const end = lowerBound(x, centre + reach);
  const inverse = 2 / fwhm;
  const lorentz = (area * eta * LORENTZ_PEAK) / fwhm;
  const gauss = (area * (1 - eta) * GAUSS_PEAK) / fwhm;
  for (let i = lowerBound(x, centre - reach); i < end; i++) {
    const t = (x[i]! - centre) * inverse;
    const u = t * t;
    out[i]! += lorentz / (1 + u) + gauss * halvings(u);
  }
}

/** Distance in units of the FWHM at which the pseudo-Voigt has fallen to `fraction` of its height. */
export function reachInFwhm(eta: number, fraction: number): number {
  const height = eta * LORENTZ_PEAK + (1 - eta) * GAUSS_PEAK;
  const lorentz = (eta * LORENTZ_PEAK) / (height * fraction) - 1;
  const gauss = Math.log2(((1 - eta) * GAUSS_PEAK) / (height * fraction));
  return 0.5 * Math.sqrt(Math.max(1, lorentz, gauss));
}

/** Index of the first element >= value; the length where there is none. */
export function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
