import { describe, expect, test } from '@jest/globals';
import { MixtureFitter } from '../../../src/analysis/fit-mixture.ts';
import { weighPhases } from '../../../src/analysis/weigh-phases.ts';
import { addPhaseRates } from '../../../src/diffraction/simulate-pattern.ts';
import { dataOf, NO_SHIFT, OPTICS, stateOf } from './simulated-mixture.ts';

function weighed(scales: Readonly<Record<string, number>>, seed = 1) {
  const phases = Object.entries(scales).map(([phaseId, scale]) => ({ phaseId, state: stateOf(phaseId, { scale }) }));
  const fit = new MixtureFitter(dataOf({ phases, seed })).linearFit({ phases, optics: OPTICS, shift: NO_SHIFT });
  return weighPhases(fit);
}

describe('weighPhases', () => {
  test('fractions add up to 1 and come with an error', () => {
    const entries = weighed({ NiO_225: 100, TiO2_136: 100, ZnO_186: 50 });
    expect(entries.map(({ phaseId }) => phaseId)).toEqual(['NiO_225', 'TiO2_136', 'ZnO_186']);
    expect(entries.reduce((sum, { fraction }) => sum + fraction, 0)).toBeCloseTo(1, 12);
    for (const { fraction, countingSigma, sigma } of entries) {
      expect(fraction).toBeGreaterThan(0);
      expect(countingSigma).toBeGreaterThan(0);
      expect(sigma).toBeGreaterThan(countingSigma);
      expect(sigma).toBeLessThan(0.2);
    }
  });

  test('a single phase is all of it', () => {
    expect(weighed({ NiO_225: 100 })).toEqual([{ phaseId: 'NiO_225', fraction: 1, countingSigma: 0, sigma: 0 }]);
  });

  test('masses grow with the scale and with (Z M) V over the height of the strongest line', () => {
    // Heights per unit of |F|^2 scale, from the simulation at scale 1 and the line list; mass = Z M V per unit of |F|^2 scale.
    const wavelengthA = OPTICS.radiation.lines[0]!.wavelengthA;
    const massPerHeight = (phaseId: string) => {
      const table = stateOf(phaseId).reflections;
      const x = Float64Array.from({ length: 3000 }, (_, i) => 20 + i / 50);
      const oneLine = { ...OPTICS, radiation: { anode: 'Cu', lines: [OPTICS.radiation.lines[0]!] } };
      const own = new Float64Array(x.length);
      addPhaseRates(own, x, stateOf(phaseId, { scale: 1 }), oneLine, NO_SHIFT);
      const area = own.reduce((sum, value) => sum + value, 0) / 50;
      let structural = 0;
      for (let i = 0; i < table.count; i++) {
        const sine = wavelengthA / 2 / table.dA[i]!;
        const angleDeg = (360 / Math.PI) * Math.asin(sine);
        if (angleDeg < 20 || angleDeg > 80) continue;
        const lp = (1 + (1 - 2 * sine * sine) ** 2) / (sine * sine * Math.sqrt(1 - sine * sine));
        structural += table.multiplicity[i]! * table.fSquared[i]! * lp;
      }
      return (table.cellMassU * table.volumeA3 * area) / structural;
    };
    const [a, b] = weighed({ NiO_225: 120, CaF2_225: 80 });
    const expected = (120 * massPerHeight('NiO_225')) / (80 * massPerHeight('CaF2_225'));
    expect(Math.abs(a!.fraction / b!.fraction / expected - 1)).toBeLessThan(0.05);
  });

  test('nothing fitted weighs nothing', () => {
    expect(weighed({})).toEqual([]);
  });
});
