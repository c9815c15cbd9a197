import { describe, expect, test } from '@jest/globals';
import { MixtureFitter } from '../../../src/analysis/fit-mixture.ts';
import { relaxLines } from '../../../src/analysis/relax-lines.ts';
import { dataOf, NO_SHIFT, OPTICS, type Scene, stateOf } from './simulated-mixture.ts';

function relax(scene: Scene, fitted: readonly string[]) {
  const data = dataOf(scene);
  const phases = fitted.map((phaseId) => ({ phaseId, state: stateOf(phaseId) }));
  const fit = new MixtureFitter(data).linearFit({ phases, optics: OPTICS, shift: NO_SHIFT });
  const misfit = (model: Float64Array) => model.reduce((sum, value, i) => sum + (data.counts[i]! - value) ** 2 / Math.max(1, value), 0);
  const relaxed = relaxLines(data, fit);
  return { ...relaxed, before: misfit(fit.model), after: misfit(relaxed.model), fit };
}

const nickel = (changes = {}) => ({ phaseId: 'NiO_225', state: stateOf('NiO_225', { scale: 100, ...changes }) });

describe('relaxLines', () => {
  test('leaves the lines of the right structure nearly as they are', () => {
    const { changes, before, after } = relax({ phases: [nickel()], seed: 1 }, ['NiO_225']);
    expect(changes[0]).toBeLessThan(0.05);
    expect(after).toBeLessThanOrEqual(before);
  });

  test('follows texture, and says how much it had to change', () => {
    const texture = { h: 1, k: 1, l: 1, r: 0.7 };
    const { changes, before, after } = relax({ phases: [nickel({ texture })], liveS: 100 }, ['NiO_225']);
    expect(changes[0]).toBeGreaterThan(0.15);
    expect(after).toBeLessThan(0.2 * before);
  });

  test('a phase that is not there has to change more than one that is', () => {
    const { changes } = relax({ phases: [nickel()], seed: 2, liveS: 100, planted: [{ atDeg: 26.6, cps: 60 }] }, ['NiO_225', 'SnO2_136']);
    expect(changes[1]).toBeGreaterThan(4 * changes[0]!);
  });

  test('does not reach for a peak between the lines', () => {
    const planted = [{ atDeg: 55.5, cps: 60 }];
    const { model, fit } = relax({ phases: [nickel()], seed: 3, planted }, ['NiO_225']);
    const at = Math.round((55.5 - 15) / 0.04);
    expect(Math.abs(model[at]! - fit.model[at]!)).toBeLessThan(5);
  });

  test('nothing fitted, nothing relaxed', () => {
    const { changes, model, fit } = relax({ phases: [nickel()], seed: 4 }, []);
    expect(changes).toEqual([]);
    expect(model).toEqual(fit.model);
  });
});
