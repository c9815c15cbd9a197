import type { Radiation } from '../domain/radiation.ts';
import { axialParts, type Shift, shiftDeg } from './aberrations.ts';
import { type Cell, type CrystalSystem, reciprocalMetric, strainCell, volumeA3 } from './cell.ts';
import { lorentzPolarisation, polarisationK } from './lorentz-polarisation.ts';
import {
  addPseudoVoigt,
  type Caglioti,
  GAUSS_PEAK,
  gaussianFwhmDeg,
  LORENTZ_PEAK,
  type LorentzWidths,
  lorentzianFwhmDeg,
  pseudoVoigtEta,
  pseudoVoigtFwhm,
  reachInFwhm,
} from './profile.ts';
import type { ReflectionTable } from './reflections.ts';
import { marchDollase, type Texture } from './texture.ts';

export type { Shift } from './aberrations.ts';

export interface Optics {
  readonly radiation: Radiation;
  readonly caglioti: Caglioti;
  readonly lorentzDeg: LorentzWidths;
  readonly radiusMm: number;
  readonly monochromatorTwoThetaDeg: number | null;
  /** Half height of sample and slit over the radius (S/L = H/L of Finger, Cox & Jephcoat); 0 gives symmetric lines. */
  readonly axial: number;
  /** Zero of the angle scale that a calibration has found, degrees; fits begin there and expect it. */
  readonly calibratedZeroDeg?: number;
}

/** One phase in one sample. */
export interface PhaseState {
  readonly reflections: ReflectionTable;
  readonly cell: Cell;
  readonly crystalSystem: CrystalSystem;
  /**
   * Counts per second at the top of the phase's strongest line: of its lines above 10 degrees (of all, where none lies there), the one whose profile by the
   * strongest emission line alone is highest. It depends on the table, not on the raster, so windows of one scan agree.
   */
  readonly scale: number;
  /** Relative changes of a, b, c, then changes of alpha, beta, gamma in radians; within the crystal system. */
  readonly strain: readonly number[];
  readonly sizeNm: number;
  readonly microstrain: number;
  readonly texture: Texture | null;
  /** A factor per line of the table. */
  readonly intensityFactors: Float64Array | null;
  /** Added to the B of the sites. */
  readonly extraBIsoA2: number;
}

const REFERENCE_FROM_DEG = 10;
/** Lines lower than this fraction of the phase's strongest are not drawn. */
const SKIPPED = 1e-4;
/** Profiles end where they fall to this fraction of the phase's strongest line, or to END_OWN of their own height, whichever comes first. */
const END_STRONGEST = 5e-4;
const END_OWN = 4e-3;
const DEG = 180 / Math.PI;

/** Every line of every emission wavelength, before the scale: entry i * lines + j is line i at wavelength j; area 0 where there is none. */
export interface PlacedLines {
  readonly twoThetaDeg: Float64Array;
  readonly area: Float64Array;
  readonly fwhmDeg: Float64Array;
  readonly eta: Float64Array;
  /** Height of the strongest line, as `scale` means it. */
  readonly referenceHeight: number;
}

export function placeLines(phase: PhaseState, optics: Optics, shift: Shift): PlacedLines {
  const table = phase.reflections;
  const lines = optics.radiation.lines;
  const primary = primaryIndex(optics.radiation);
  const size = table.count * lines.length;
  const placed = {
    twoThetaDeg: new Float64Array(size),
    area: new Float64Array(size),
    fwhmDeg: new Float64Array(size),
    eta: new Float64Array(size),
  };
  const [A, B, C, D, E, F] = reciprocalMetric(strainCell(phase.cell, phase.strain));
  const oriented = phase.texture && phase.texture.r !== 1 ? marchDollase(table, phase.texture) : null;
  const k = polarisationK(optics.monochromatorTwoThetaDeg);
  const primaryWeight = lines[primary]!.weight;
  let highest = 0;
  let highestAnywhere = 0;
  for (let i = 0; i < table.count; i++) {
    const [h, kk, l] = [table.h[i]!, table.k[i]!, table.l[i]!];
    const q = A * h * h + B * kk * kk + C * l * l + D * kk * l + E * h * l + F * h * kk;
    let strength = table.multiplicity[i]! * table.fSquared[i]!;
    if (phase.extraBIsoA2 !== 0) strength *= Math.exp(-0.5 * phase.extraBIsoA2 * q);
    if (oriented) strength *= oriented[i]!;
    if (phase.intensityFactors) strength *= phase.intensityFactors[i]!;
    const halfRoot = Math.sqrt(q) / 2;
    for (let j = 0; j < lines.length; j++) {
      const { wavelengthA, weight } = lines[j]!;
      const sine = wavelengthA * halfRoot;
      if (sine >= 0.9999) continue;
      const cosTheta = Math.sqrt(1 - sine * sine);
      const tanTheta = sine / cosTheta;
      const lorentz = lorentzianFwhmDeg(optics.lorentzDeg, tanTheta, cosTheta, wavelengthA, phase.sizeNm, phase.microstrain);
      const fwhm = pseudoVoigtFwhm(gaussianFwhmDeg(optics.caglioti, tanTheta), lorentz);
      const eta = pseudoVoigtEta(lorentz / fwhm);
      const area = strength * (weight / primaryWeight) * lorentzPolarisation(sine, cosTheta, k);
      const braggDeg = 2 * DEG * Math.asin(sine);
      const at = i * lines.length + j;
      placed.twoThetaDeg[at] = braggDeg + shiftDeg(shift, cosTheta, optics.radiusMm);
      placed.area[at] = area;
      placed.fwhmDeg[at] = fwhm;
      placed.eta[at] = eta;
      if (j === primary) {
        const height = (area / fwhm) * (eta * LORENTZ_PEAK + (1 - eta) * GAUSS_PEAK);
        if (height > highestAnywhere) highestAnywhere = height;
        if (height > highest && braggDeg >= REFERENCE_FROM_DEG) highest = height;
      }
    }
  }
  return { ...placed, referenceHeight: highest > 0 ? highest : highestAnywhere };
}

/** Index of the strongest emission line. */
export function primaryIndex(radiation: Radiation): number {
  let best = 0;
  for (let j = 1; j < radiation.lines.length; j++) if (radiation.lines[j]!.weight > radiation.lines[best]!.weight) best = j;
  return best;
}

/**
 * Adds the phase's counts per second to `out` at the ascending angles `twoThetaDeg` (any raster, equally long). Rates are values at the points, not means
 * over a step.
 */
export function addPhaseRates(out: Float64Array, twoThetaDeg: Float64Array, phase: PhaseState, optics: Optics, shift: Shift): void {
  if (twoThetaDeg.length === 0 || phase.scale === 0) return;
  const placed = placeLines(phase, optics, shift);
  if (placed.referenceHeight === 0) return;
  const factor = phase.scale / placed.referenceHeight;
  const fromDeg = twoThetaDeg[0]!;
  const toDeg = twoThetaDeg[twoThetaDeg.length - 1]!;
  for (let i = 0; i < placed.area.length; i++) {
    const area = placed.area[i]!;
    if (area === 0) continue;
    const fwhm = placed.fwhmDeg[i]!;
    const eta = placed.eta[i]!;
    const relative = ((area / fwhm) * (eta * LORENTZ_PEAK + (1 - eta) * GAUSS_PEAK)) / placed.referenceHeight;
    if (relative < SKIPPED) continue;
    const reach = fwhm * reachInFwhm(eta, Math.min(END_OWN, END_STRONGEST / Math.min(1, relative)));
    const centre = placed.twoThetaDeg[i]!;
    // Axial divergence moves a line by less than a degree at any angle where lines are measured.
    if (centre + reach + 1 < fromDeg || centre - reach - 1 > toDeg) continue;
    if (optics.axial <= 0) addPseudoVoigt(out, twoThetaDeg, centre, area * factor, fwhm, eta, reach);
    else
      for (const { offsetDeg, share } of axialParts(centre, optics.axial, fwhm))
        addPseudoVoigt(out, twoThetaDeg, centre + offsetDeg, area * factor * share, fwhm, eta, reach);
  }
}

/** Positions and integrated intensities (strongest 1) of the phase's lines at the strongest emission wavelength, in the table's order, absent ones left out. */
export function phaseLines(phase: PhaseState, optics: Optics, shift: Shift): { twoThetaDeg: Float64Array; weight: Float64Array } {
  const placed = placeLines(phase, optics, shift);
  const lines = optics.radiation.lines.length;
  const primary = primaryIndex(optics.radiation);
  const shown: number[] = [];
  let strongest = 0;
  for (let at = primary; at < placed.area.length; at += lines) {
    if (placed.area[at] === 0) continue;
    shown.push(at);
    strongest = Math.max(strongest, placed.area[at]!);
  }
  return {
    twoThetaDeg: Float64Array.from(shown, (at) => placed.twoThetaDeg[at]!),
    weight: Float64Array.from(shown, (at) => placed.area[at]! / strongest),
  };
}

/**
 * Mass per unit of `scale`, in any common unit: the weight fraction of a phase is scale * weightPerScale over the sum of these. A scale S on unit-cell |F|^2
 * without 1/V^2 means a volume v with S proportional to v / V^2, so the mass is v Z M / V, proportional to S (Z M) V (Hill & Howard 1987, J. Appl. Cryst. 20,
 * 467); S is `scale` over the height of the strongest line. No microabsorption.
 */
export function weightPerScale(phase: PhaseState, optics: Optics): number {
  const strongest = { ...optics.radiation, lines: [optics.radiation.lines[primaryIndex(optics.radiation)]!] };
  const { referenceHeight } = placeLines(phase, { ...optics, radiation: strongest }, { zeroDeg: 0, displacementMm: 0 });
  if (referenceHeight === 0) return 0;
  return (phase.reflections.cellMassU * volumeA3(strainCell(phase.cell, phase.strain))) / referenceHeight;
}
