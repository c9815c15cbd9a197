import { describe, expect, test } from '@jest/globals';
import { axialParts } from '../../../src/diffraction/aberrations.ts';
import { backgroundCps } from '../../../src/diffraction/background.ts';
import { lorentzPolarisation } from '../../../src/diffraction/lorentz-polarisation.ts';
import { addPseudoVoigt, pseudoVoigtEta, pseudoVoigtFwhm, reachInFwhm } from '../../../src/diffraction/profile.ts';
import { computeReflections } from '../../../src/diffraction/reflections.ts';
import { addPhaseRates, type Optics, type PhaseState, phaseLines, weightPerScale } from '../../../src/diffraction/simulate-pattern.ts';
import { addSpuriousLines } from '../../../src/diffraction/spurious-lines.ts';
import type { Structure } from '../../../src/diffraction/structure.ts';
import { structuresFromCifText } from '../../../src/diffraction/structure.ts';
import { marchDollase } from '../../../src/diffraction/texture.ts';
import { caesiumChloride, HEMATITE_CIF, structureOf } from './sample-structures.ts';

const ALPHA_1 = { anode: 'Cu', lines: [{ wavelengthA: 1.540598, weight: 1 }] };
const OPTICS: Optics = {
  radiation: ALPHA_1,
  caglioti: { uDeg2: 0.004, vDeg2: -0.003, wDeg2: 0.005 },
  lorentzDeg: { xDeg: 0.02, yDeg: 0.01 },
  radiusMm: 145,
  monochromatorTwoThetaDeg: null,
  axial: 0,
};
const STILL = { zeroDeg: 0, displacementMm: 0 };

function raster(fromDeg: number, toDeg: number, stepDeg: number): Float64Array {
  return Float64Array.from({ length: Math.round((toDeg - fromDeg) / stepDeg) + 1 }, (_, i) => fromDeg + i * stepDeg);
}

function stateOf(structure: Structure, changes: Partial<PhaseState> = {}): PhaseState {
  return {
    reflections: computeReflections(structure, { wavelengthA: 1.540598, twoThetaMaxDeg: 140, anode: 'Cu' }),
    cell: structure.cell,
    crystalSystem: structure.crystalSystem,
    scale: 1000,
    strain: [0, 0, 0, 0, 0, 0],
    sizeNm: 80,
    microstrain: 0,
    texture: null,
    intensityFactors: null,
    extraBIsoA2: 0,
    ...changes,
  };
}

function ratesOf(state: PhaseState, twoThetaDeg: Float64Array, optics = OPTICS, shift = STILL): Float64Array {
  const out = new Float64Array(twoThetaDeg.length);
  addPhaseRates(out, twoThetaDeg, state, optics, shift);
  return out;
}

function topOf(rates: Float64Array, twoThetaDeg: Float64Array): { rate: number; atDeg: number } {
  let best = 0;
  for (let i = 0; i < rates.length; i++) if (rates[i]! > rates[best]!) best = i;
  return { rate: rates[best]!, atDeg: twoThetaDeg[best]! };
}

describe('profile', () => {
  test.each([0, 0.3, 0.7, 1])('a pseudo-Voigt with eta %p has its area and width', (eta) => {
    const x = raster(0, 100, 0.005);
    const out = new Float64Array(x.length);
    addPseudoVoigt(out, x, 50, 3, 0.2, eta, 50);
    const area = out.reduce((sum, value) => sum + value, 0) * 0.005;
    expect(area).toBeGreaterThan(3 * (1 - 0.003 * eta) - 1e-5);
    expect(area).toBeLessThan(3.0001);
    const half = out[10000]! / 2;
    expect(out[10020]! / half).toBeCloseTo(1, 4);
    const reach = reachInFwhm(eta, 0.01);
    const edge = new Float64Array(1);
    addPseudoVoigt(edge, Float64Array.of(50 + reach * 0.2), 50, 3, 0.2, eta, 50);
    expect(edge[0]! / out[10000]!).toBeLessThan(0.0101);
  });

  test('pure parts stay pure, and widths of a mixture lie between', () => {
    expect(pseudoVoigtFwhm(0.1, 0)).toBeCloseTo(0.1, 12);
    expect(pseudoVoigtFwhm(0, 0.1)).toBeCloseTo(0.1, 12);
    expect(pseudoVoigtEta(0)).toBe(0);
    expect(pseudoVoigtEta(1)).toBeCloseTo(1, 4);
    const both = pseudoVoigtFwhm(0.1, 0.1);
    expect(both).toBeGreaterThan(0.15);
    expect(both).toBeLessThan(0.17);
  });
});

describe('addPhaseRates', () => {
  const fine = raster(10, 140, 0.01);

  test('scale is the height of the strongest line, whatever size, texture and optics', () => {
    for (const changes of [{}, { sizeNm: 10 }, { texture: { h: 1, k: 1, l: 0, r: 0.6 } }, { extraBIsoA2: 1, microstrain: 0.002 }])
      expect(topOf(ratesOf(stateOf(caesiumChloride(), changes), fine), fine).rate / 1000).toBeCloseTo(1, 2);
  });

  test('windows and coarse rasters give the same rates', () => {
    const state = stateOf(structuresFromCifText(HEMATITE_CIF, 'hematite.cif'), { sizeNm: 20 });
    const whole = ratesOf(state, fine);
    const window = ratesOf(state, fine.slice(4000, 5000));
    const uneven = fine.filter((_, i) => (i * 7) % 11 < 3);
    const some = ratesOf(state, uneven);
    expect(Array.from(window)).toEqual(Array.from(whole.slice(4000, 5000)));
    expect(Array.from(some)).toEqual(Array.from(whole.filter((_, i) => (i * 7) % 11 < 3)));
  });

  test('lines stand where Bragg, strain, zero and displacement put them', () => {
    const structure = caesiumChloride();
    const bragg = (aA: number) => (360 / Math.PI) * Math.asin((1.540598 / (2 * aA)) * Math.SQRT2);
    const at = (changes: Partial<PhaseState>, shift = STILL) =>
      topOf(ratesOf(stateOf(structure, changes), fine, OPTICS, shift), fine).atDeg;
    expect(at({})).toBeCloseTo(bragg(4.123), 1);
    expect(at({ strain: [0.02, 0.02, 0.02, 0, 0, 0] }) - at({})).toBeCloseTo(bragg(4.123 * 1.02) - bragg(4.123), 1.5);
    expect(at({}, { zeroDeg: 0.25, displacementMm: 0 }) - at({})).toBeCloseTo(0.25, 6);
    // 0.1 mm at 30 degrees on a 141 mm circle moves a line by 0.0785 degrees (domain facts); here by the same rule.
    const cosTheta = Math.cos((bragg(4.123) * Math.PI) / 360);
    const moved = phaseLines(stateOf(structure), OPTICS, { zeroDeg: 0, displacementMm: 0.3 }).twoThetaDeg;
    const still = phaseLines(stateOf(structure), OPTICS, STILL).twoThetaDeg;
    expect(moved[1]! - still[1]!).toBeCloseTo(((-2 * 0.3 * cosTheta) / 145) * (180 / Math.PI), 9);
  });

  test('Scherrer: a 10 nm crystallite broadens to 0.9 lambda / (L cos theta)', () => {
    const optics = { ...OPTICS, caglioti: { uDeg2: 0, vDeg2: 0, wDeg2: 0 }, lorentzDeg: { xDeg: 0, yDeg: 0 } };
    const rates = ratesOf(stateOf(caesiumChloride(), { sizeNm: 10 }), fine, optics);
    const { atDeg } = topOf(rates, fine);
    const near = fine.findIndex((x) => x >= atDeg - 3);
    const above = Array.from(rates.slice(near, near + 600)).filter((rate) => rate >= 500).length * 0.01;
    expect(above).toBeCloseTo(((0.9 * 1.540598) / (100 * Math.cos((atDeg * Math.PI) / 360))) * (180 / Math.PI), 1);
  });

  test('K-alpha-2 adds half a line, spurious lines as much as they weigh', () => {
    const doublet = { ...ALPHA_1, lines: [...ALPHA_1.lines, { wavelengthA: 1.544426, weight: 0.5 }] };
    const sum = (optics: Optics) => ratesOf(stateOf(caesiumChloride()), fine, optics).reduce((total, rate) => total + rate, 0);
    expect(sum({ ...OPTICS, radiation: doublet }) / sum(OPTICS)).toBeCloseTo(1.5, 1);
    const spurious = addSpuriousLines(ALPHA_1, 0.01, 0.005);
    expect(spurious.lines).toHaveLength(3);
    const rates = ratesOf(stateOf(caesiumChloride()), fine, { ...OPTICS, radiation: spurious });
    const plain = ratesOf(stateOf(caesiumChloride()), fine);
    const betaDeg = (360 / Math.PI) * Math.asin((1.3922234 / (2 * 4.123)) * Math.SQRT2);
    const i = fine.findIndex((x) => x >= betaDeg);
    expect(rates[i]! - plain[i]!).toBeGreaterThan(7);
    expect(rates[i]! - plain[i]!).toBeLessThan(20);
  });

  test('cutting the tails loses less than three per cent of the intensity', () => {
    // 30 nm crystallites: mostly Lorentzian lines, whose tails reach far.
    const state = stateOf(caesiumChloride(), { sizeNm: 30 });
    const lines = phaseLines(state, OPTICS, STILL);
    const rates = ratesOf(state, fine);
    const total = rates.reduce((sum, rate) => sum + rate, 0) * 0.01;
    let expected = 0;
    for (let i = 0; i < lines.weight.length; i++) if (lines.twoThetaDeg[i]! < 140) expected += lines.weight[i]!;
    const strongest = lines.weight.indexOf(1);
    const own = new Float64Array(fine.length);
    const index = fine.findIndex((x) => x >= lines.twoThetaDeg[strongest]!);
    const lorentz = 0.02 * Math.tan((lines.twoThetaDeg[strongest]! * Math.PI) / 360);
    const cosTheta = Math.cos((lines.twoThetaDeg[strongest]! * Math.PI) / 360);
    const l = lorentz + 0.01 / cosTheta + ((0.9 * 1.540598) / (300 * cosTheta)) * (180 / Math.PI);
    const t = Math.tan((lines.twoThetaDeg[strongest]! * Math.PI) / 360);
    const h = pseudoVoigtFwhm(Math.sqrt(0.004 * t * t - 0.003 * t + 0.005), l);
    addPseudoVoigt(own, fine, fine[index]!, 1, h, pseudoVoigtEta(l / h), 200);
    const areaOfStrongest = 1000 / own[index]!;
    expect(total / (expected * areaOfStrongest)).toBeGreaterThan(0.97);
    expect(total / (expected * areaOfStrongest)).toBeLessThan(1.005);
  });
});

test('weightPerScale turns heights into weights: a mass seen through S Z M V', () => {
  const heavy = caesiumChloride();
  const light = structureOf({
    name: 'light',
    cell: [5.64, 5.64, 5.64, 90, 90, 90],
    operators: ['x,y,z', 'x,y+1/2,z+1/2', 'x+1/2,y,z+1/2', 'x+1/2,y+1/2,z'],
    sites: ['Na Na 0 0 0 1 1', 'Cl Cl 0.5 0 0 1 1'],
  });
  // The area of the (200) line at scale 1 over m |F|^2 LP is the S of the Rietveld method.
  const massPerScale = (structure: Structure, sizeNm: number) => {
    const state = stateOf(structure, { scale: 1, sizeNm });
    const table = state.reflections;
    const line = Array.from(table.dA).findIndex((d) => Math.abs(d - structure.cell.aA / 2) < 1e-6);
    const theta = Math.asin(1.540598 / (2 * table.dA[line]!));
    const centreDeg = (theta * 360) / Math.PI;
    const x = raster(centreDeg - 2, centreDeg + 2, 0.005);
    const area = ratesOf(state, x).reduce((sum, rate) => sum + rate, 0);
    const strength = table.multiplicity[line]! * table.fSquared[line]! * lorentzPolarisation(Math.sin(theta), Math.cos(theta), 1);
    return { measured: (area / strength) * structure.cellMassU * structure.volumeA3, claimed: weightPerScale(state, OPTICS) };
  };
  const a = massPerScale(heavy, 200);
  const b = massPerScale(light, 60);
  expect(a.claimed / b.claimed / (a.measured / b.measured)).toBeCloseTo(1, 1.5);
});

describe('texture', () => {
  test('favours the oriented lines, changes nothing at r = 1, and keeps a cubic set averaged', () => {
    const table = computeReflections(structuresFromCifText(HEMATITE_CIF, 'hematite.cif'), {
      wavelengthA: 1.540598,
      twoThetaMaxDeg: 140,
      anode: 'Cu',
    });
    const index = Array.from({ length: table.count }, (_, i) => i).find((i) => table.h[i] === 2 && table.k[i] === 2 && table.l[i] === 2)!;
    const plates = marchDollase(table, { h: 1, k: 1, l: 1, r: 0.5 });
    // The normal itself: r^-3.
    expect(plates[index]).toBeCloseTo(8, 9);
    expect(Math.min(...plates)).toBeGreaterThanOrEqual(0.5 ** 1.5 - 1e-9);
    for (const factor of marchDollase(table, { h: 1, k: 1, l: 1, r: 1 })) expect(factor).toBeCloseTo(1, 9);
    const cubic = computeReflections(caesiumChloride(), { wavelengthA: 1.540598, twoThetaMaxDeg: 140, anode: 'Cu' });
    // (100) of a cube has one normal along the axis and two across.
    const r = 0.7;
    expect(marchDollase(cubic, { h: 0, k: 0, l: 1, r })[0]).toBeCloseTo((r ** -3 + 2 * r ** 1.5) / 3, 9);
  });
});

describe('aberrations and background', () => {
  test('axial divergence pulls lines down below 90 degrees and up above, keeping their intensity', () => {
    for (const [atDeg, sign] of [
      [20, -1],
      [150, 1],
    ] as const) {
      const parts = axialParts(atDeg, 0.03, 0.05);
      expect(parts.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(1, 12);
      for (const { offsetDeg } of parts) expect(Math.sign(offsetDeg)).toBe(sign);
    }
    // Mean of h^2 over the triangle is (2 axial)^2 / 6; a small climb h shifts by h^2 / (2 tan 2theta).
    const mean = axialParts(40, 0.02, 0.001).reduce((sum, { offsetDeg, share }) => sum + offsetDeg * share, 0);
    expect(mean).toBeCloseTo((-(0.04 ** 2 / 6) / (2 * Math.tan((40 * Math.PI) / 180))) * (180 / Math.PI), 3);
    expect(axialParts(20, 0, 0.05)).toHaveLength(1);
  });

  test('both families are what they say and never negative', () => {
    const decay = { family: 'decay', constantCps: 5, decayCps: 20, humps: [{ centreDeg: 24, sigmaDeg: 9, heightCps: 3 }] } as const;
    expect(backgroundCps(decay, 10)).toBeCloseTo(25 + 3 * Math.exp(-0.5 * (14 / 9) ** 2), 9);
    const polynomial = { family: 'polynomial', coefficientsCps: [10, 2, -3, 1], fromDeg: 10, toDeg: 110, airCps: 6 } as const;
    const x = 0.4;
    expect(backgroundCps(polynomial, 80)).toBeCloseTo(10 + 2 * x - 3 * (2 * x * x - 1) + (4 * x ** 3 - 3 * x) + 60 / 80, 9);
    expect(backgroundCps({ ...polynomial, coefficientsCps: [-50], airCps: 0 }, 50)).toBe(0);
  });

  test('a monochromator lowers the middle of the pattern least at its own polarisation', () => {
    const ratio = (deg: number) => {
      const s = Math.sin((deg * Math.PI) / 360);
      const c = Math.sqrt(1 - s * s);
      return lorentzPolarisation(s, c, 0.8) / lorentzPolarisation(s, c, 1);
    };
    expect(ratio(90)).toBeCloseTo(2 / 1.8, 9);
    expect(ratio(1)).toBeCloseTo(1, 3);
  });
});
