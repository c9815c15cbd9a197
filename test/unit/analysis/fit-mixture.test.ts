import { describe, expect, test } from '@jest/globals';
import { type Mixture, MixtureFitter } from '../../../src/analysis/fit-mixture.ts';
import { dataOf, NO_SHIFT, OPTICS, stateOf } from './simulated-mixture.ts';

const start = (...phaseIds: string[]): Mixture => ({
  phases: phaseIds.map((phaseId) => ({ phaseId, state: stateOf(phaseId) })),
  optics: OPTICS,
  shift: NO_SHIFT,
});

describe('scales and background', () => {
  const truth = [
    { phaseId: 'NiO_225', state: stateOf('NiO_225', { scale: 300 }) },
    { phaseId: 'TiO2_136', state: stateOf('TiO2_136', { scale: 90 }) },
  ];

  test('are found where the lattices are right', () => {
    const fit = new MixtureFitter(dataOf({ phases: truth, backgroundCps: 25 })).linearFit(start('NiO_225', 'TiO2_136'));
    // The simulation draws tails that the fit cuts off.
    expect(Math.abs(fit.phases[0]!.state.scale / 300 - 1)).toBeLessThan(0.015);
    expect(Math.abs(fit.phases[1]!.state.scale / 90 - 1)).toBeLessThan(0.015);
    for (const value of fit.background) expect(Math.abs(value / 250 - 1)).toBeLessThan(0.05);
  });

  test('add up to the model, point by point', () => {
    const fit = new MixtureFitter(dataOf({ phases: truth, seed: 3 })).linearFit(start('NiO_225', 'TiO2_136'));
    fit.model.forEach((value, i) => {
      const sum = fit.background[i]! + fit.contributions.reduce((all, own) => all + own[i]!, 0);
      expect(Math.abs(value - sum)).toBeLessThan(1e-8 * value);
    });
  });

  test('a phase that is not there gets next to nothing, never less', () => {
    const fit = new MixtureFitter(dataOf({ phases: truth, seed: 4 })).linearFit(start('NiO_225', 'TiO2_136', 'CaF2_225'));
    expect(fit.phases[2]!.state.scale).toBeGreaterThanOrEqual(0);
    expect(fit.phases[2]!.state.scale).toBeLessThan(4 * fit.scaleSigma[2]!);
  });

  test('the standard error of a scale is what repeated draws scatter by', () => {
    // Weak lines, so that counting noise and not the model error rules.
    const weak = [{ phaseId: 'NiO_225', state: stateOf('NiO_225', { scale: 3 }) }];
    const fits = Array.from({ length: 60 }, (_, seed) =>
      new MixtureFitter(dataOf({ phases: weak, seed, toDeg: 50 })).linearFit(start('NiO_225')),
    );
    const scales = fits.map((fit) => fit.phases[0]!.state.scale);
    const mean = scales.reduce((sum, value) => sum + value, 0) / scales.length;
    const scatter = Math.sqrt(scales.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (scales.length - 1));
    expect(scatter / fits[0]!.scaleSigma[0]!).toBeGreaterThan(0.65);
    expect(scatter / fits[0]!.scaleSigma[0]!).toBeLessThan(1.35);
  });

  test('a scan in two windows leaves the splines between them defined', () => {
    const data = dataOf({ phases: truth, seed: 5 });
    const keep = Array.from(data.twoThetaDeg.keys()).filter((i) => data.twoThetaDeg[i]! < 25 || data.twoThetaDeg[i]! > 60);
    const pick = (values: Float64Array) => Float64Array.from(keep, (i) => values[i]!);
    const windows = {
      ...data,
      twoThetaDeg: pick(data.twoThetaDeg),
      counts: pick(data.counts),
      liveS: pick(data.liveS),
      variance: pick(data.variance),
      net: pick(data.net),
    };
    const fit = new MixtureFitter(windows).linearFit(start('NiO_225', 'TiO2_136'));
    expect(fit.model.every(Number.isFinite)).toBe(true);
    expect(fit.phases[0]!.state.scale / 300).toBeCloseTo(1, 1);
  });
});

describe('the whole fit', () => {
  test('recovers strain, size and shift', () => {
    const state = stateOf('TiO2_136', { scale: 400, strain: [0.004, 0.004, -0.003, 0, 0, 0], sizeNm: 20 });
    const shift = { zeroDeg: 0.01, displacementMm: 0.15 };
    const second = stateOf('NiO_225', { scale: 200 });
    const data = dataOf({
      phases: [
        { phaseId: 'TiO2_136', state },
        { phaseId: 'NiO_225', state: second },
      ],
      shift,
    });
    const fit = new MixtureFitter(data).fit(start('TiO2_136', 'NiO_225'), { iterations: 15, freePhases: 'all', freeInstrument: true });
    const [a, , c] = fit.phases[0]!.state.strain;
    // A common shift of all lattices is nearly a displacement: the difference of the strains is sharp, their mean is not.
    expect(Math.abs(a! - c! - 0.007)).toBeLessThan(3e-4);
    expect(Math.abs(a! - 0.004)).toBeLessThan(1e-3);
    expect(Math.abs(fit.phases[0]!.state.sizeNm - 20)).toBeLessThan(3);
    const shiftAt40 = (s: typeof shift) => s.zeroDeg - ((2 * s.displacementMm) / 200) * Math.cos(Math.PI / 9) * (180 / Math.PI);
    expect(Math.abs(shiftAt40(fit.shift) - shiftAt40(shift))).toBeLessThan(0.03);
    expect(Math.abs(fit.phases[0]!.state.scale / 400 - 1)).toBeLessThan(0.03);
  });

  test('never ends worse than it began, and holds still what is not free', () => {
    const data = dataOf({
      phases: [{ phaseId: 'ZnO_186', state: stateOf('ZnO_186', { scale: 100, strain: [0.01, 0.01, 0.01, 0, 0, 0] }) }],
      seed: 8,
    });
    const fitter = new MixtureFitter(data);
    const before = fitter.linearFit(start('ZnO_186', 'NiO_225'));
    const after = fitter.fit(start('ZnO_186', 'NiO_225'), { iterations: 6, freePhases: new Set(['ZnO_186']), freeInstrument: false });
    expect(after.objective).toBeLessThan(before.objective - 10);
    expect(after.phases[1]!.state.strain).toEqual([0, 0, 0, 0, 0, 0]);
    expect(after.shift).toEqual(NO_SHIFT);
    expect(after.optics).toEqual(OPTICS);
  });

  test('gives the same from the same fitter again: what it remembers changes nothing', () => {
    const data = dataOf({
      phases: [{ phaseId: 'CuO_15', state: stateOf('CuO_15', { scale: 80, strain: [0.003, -0.002, 0, 0, 0, 0] }) }],
      seed: 9,
    });
    const options = { iterations: 4, freePhases: 'all', freeInstrument: true } as const;
    const fitter = new MixtureFitter(data);
    const first = fitter.fit(start('CuO_15'), options);
    fitter.fit(start('NiO_225', 'CuO_15'), options);
    const again = fitter.fit(start('CuO_15'), options);
    expect(again.objective).toBeCloseTo(first.objective, 6);
    expect(new MixtureFitter(data).fit(start('CuO_15'), options).objective).toBeCloseTo(first.objective, 6);
  });
});
