import { describe, expect, test } from '@jest/globals';
import { type FitLines, placeFitLines } from '../../../src/diffraction/fit-lines.ts';
import { addLines, addSlopes } from '../../../src/diffraction/phase-columns.ts';
import { pseudoVoigtFwhm, pseudoVoigtFwhmSlopes } from '../../../src/diffraction/profile.ts';
import { computeReflections } from '../../../src/diffraction/reflections.ts';
import { addPhaseRates, type Optics, type PhaseState, type Shift } from '../../../src/diffraction/simulate-pattern.ts';
import { strainBasis } from '../../../src/diffraction/strain-basis.ts';
import { structureFromCif } from '../../../src/diffraction/structure.ts';
import { parseCif } from '../../../src/domain/cif-syntax.ts';
import { HEMATITE_CIF } from './sample-structures.ts';

const optics: Optics = {
  radiation: {
    anode: 'Cu',
    lines: [
      { wavelengthA: 1.540598, weight: 1 },
      { wavelengthA: 1.544426, weight: 0.5 },
    ],
  },
  caglioti: { uDeg2: 0, vDeg2: 0, wDeg2: 0.006 },
  lorentzDeg: { xDeg: 0, yDeg: 0.02 },
  radiusMm: 200,
  monochromatorTwoThetaDeg: null,
  axial: 0,
};
const shift: Shift = { zeroDeg: 0.02, displacementMm: 0.1 };
const structure = structureFromCif(parseCif(HEMATITE_CIF)[0]!);
const reflections = computeReflections(structure, { wavelengthA: 1.540598, twoThetaMaxDeg: 150, anode: 'Cu' });
const phase: PhaseState = {
  reflections,
  cell: structure.cell,
  crystalSystem: structure.crystalSystem,
  scale: 1,
  strain: [0.002, 0.002, 0.002, 0, 0, 0],
  sizeNm: 30,
  microstrain: 0,
  texture: null,
  intensityFactors: null,
  extraBIsoA2: 0,
};
const raster = (toDeg: number) => Float64Array.from({ length: (toDeg - 20) * 50 }, (_, i) => 20 + i / 50);
const x = raster(60);
const range = { fromDeg: 20, toDeg: 60 };
const basis = strainBasis(structure.cell, structure.crystalSystem);

/** The lines with tails that never end: where a profile is cut off, the cut moves with the line and finite differences see only that. */
function endless(state: PhaseState, ofOptics = optics, ofShift = shift): FitLines {
  const lines = placeFitLines(state, basis, ofOptics, ofShift, range);
  return { ...lines, reachDeg: lines.reachDeg.map(() => 500) };
}
function drawnEndless(state: PhaseState, ofOptics = optics, ofShift = shift): Float64Array {
  const out = new Float64Array(x.length);
  addLines(out, x, endless(state, ofOptics, ofShift));
  return out;
}
function drawn(state: PhaseState, ofOptics = optics, ofShift = shift): Float64Array {
  const out = new Float64Array(x.length);
  addLines(out, x, placeFitLines(state, basis, ofOptics, ofShift, range));
  return out;
}
/** Largest difference over the largest value. */
function offBy(a: Float64Array, b: Float64Array): number {
  const largest = a.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i]!)), 0) / largest;
}
function central(plus: Float64Array, minus: Float64Array, step: number): Float64Array {
  return plus.map((value, i) => (value - minus[i]!) / (2 * step));
}

describe('addLines', () => {
  test('draws what the simulation draws, but for the weakest lines and the far tails', () => {
    const simulated = new Float64Array(x.length);
    addPhaseRates(simulated, x, phase, optics, shift);
    expect(offBy(simulated, drawn(phase))).toBeLessThan(8e-3);
  });

  test('the end of the range changes nothing within it, not even the scale', () => {
    const whole = new Float64Array(x.length);
    addLines(whole, x, placeFitLines(phase, basis, optics, shift, { fromDeg: 20, toDeg: 140 }));
    expect(offBy(whole, drawn(phase))).toBeLessThan(1e-9);
    // Below the strongest line of the phase its height must still be known.
    const low = raster(30);
    const short = new Float64Array(low.length);
    const long = new Float64Array(low.length);
    addLines(short, low, placeFitLines(phase, basis, optics, shift, { fromDeg: 20, toDeg: 30 }));
    addLines(long, low, placeFitLines(phase, basis, optics, shift, { fromDeg: 20, toDeg: 140 }));
    expect(offBy(long, short)).toBeLessThan(1e-9);
  });
});

describe('addSlopes', () => {
  const column = () => new Float64Array(x.length);
  const slopes = {
    strain: basis.map(column),
    inverseSize: column(),
    microstrain: column(),
    instrument: { displacement: column(), zero: column(), width: column() },
  };
  addSlopes(slopes, x, endless(phase), 1);

  test.each(basis.map((vector, k) => ({ vector, k })))('by strain $k agrees with finite differences', ({ vector, k }) => {
    const at = (step: number) => drawnEndless({ ...phase, strain: phase.strain.map((value, i) => value + step * vector[i]!) });
    // Intensity and width change with the position too, which the slopes leave out.
    expect(offBy(central(at(1e-5), at(-1e-5), 1e-5), slopes.strain[k]!)).toBeLessThan(0.03);
  });

  test('by displacement and zero agrees with finite differences', () => {
    const at = (step: Partial<Shift>) =>
      drawnEndless(phase, optics, {
        zeroDeg: shift.zeroDeg + (step.zeroDeg ?? 0),
        displacementMm: shift.displacementMm + (step.displacementMm ?? 0),
      });
    expect(offBy(central(at({ zeroDeg: 1e-5 }), at({ zeroDeg: -1e-5 }), 1e-5), slopes.instrument.zero)).toBeLessThan(5e-3);
    const byMm = central(at({ displacementMm: 1e-4 }), at({ displacementMm: -1e-4 }), 1e-4);
    expect(offBy(byMm, slopes.instrument.displacement)).toBeLessThan(5e-3);
  });

  test('by size, microstrain and width has the sign and, at the flanks, the size of finite differences', () => {
    const at = (step: number) => drawnEndless({ ...phase, sizeNm: 1 / (1 / phase.sizeNm + step) });
    const byInverseSize = central(at(1e-5), at(-1e-5), 1e-5);
    const strained = (step: number) => drawnEndless({ ...phase, microstrain: phase.microstrain + step });
    const byMicrostrain = central(strained(1e-6), strained(-1e-6), 1e-6);
    const wider = (step: number) => drawnEndless(phase, { ...optics, caglioti: { uDeg2: 0, vDeg2: 0, wDeg2: 0.006 + step } });
    const byWidth = central(wider(1e-6), wider(-1e-6), 1e-6);
    // The scale holds the strongest line's height, the slopes hold areas: they differ by a multiple of the value itself.
    const value = drawnEndless(phase);
    for (const [numeric, analytic] of [
      [byInverseSize, slopes.inverseSize],
      [byMicrostrain, slopes.microstrain],
      [byWidth, slopes.instrument.width],
    ] as const) {
      const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, own, i) => sum + own * b[i]!, 0);
      const free = (a: Float64Array) => a.map((own, i) => own - (dot(a, value) / dot(value, value)) * value[i]!);
      const [left, right] = [free(numeric), free(analytic)];
      const correlation = dot(left, right) / Math.sqrt(dot(left, left) * dot(right, right));
      // The change of the Lorentzian share is left out.
      expect(correlation).toBeGreaterThan(0.9);
      expect(Math.sqrt(dot(right, right) / dot(left, left))).toBeCloseTo(1, 0);
    }
  });
});

describe('pseudoVoigtFwhm', () => {
  test('is the fifth root it stands for, and its slopes are its derivatives', () => {
    for (const [g, l] of [
      [0.1, 0],
      [0, 0.1],
      [0.08, 0.03],
      [0.02, 2.5],
      [1.5, 0.01],
    ] as const) {
      const fifth = g ** 5 + 2.69269 * g ** 4 * l + 2.42843 * g ** 3 * l ** 2 + 4.47163 * g ** 2 * l ** 3 + 0.07842 * g * l ** 4 + l ** 5;
      const fwhm = pseudoVoigtFwhm(g, l);
      expect(fwhm / fifth ** 0.2).toBeCloseTo(1, 12);
      const slopes = pseudoVoigtFwhmSlopes(g, l, fwhm);
      expect(slopes.byGaussian).toBeCloseTo((pseudoVoigtFwhm(g + 1e-6, l) - fwhm) / 1e-6, 4);
      expect(slopes.byLorentzian).toBeCloseTo((pseudoVoigtFwhm(g, l + 1e-6) - fwhm) / 1e-6, 4);
    }
    expect(pseudoVoigtFwhm(0, 0)).toBe(0);
  });
});
