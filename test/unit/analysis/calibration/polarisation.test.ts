import { expect, test } from '@jest/globals';
import { type LineArea, polarisationFromAreas } from '../../../../src/analysis/calibration/polarisation.ts';
import { lorentzPolarisation } from '../../../../src/diffraction/lorentz-polarisation.ts';

/** Areas of a truth over what is assumed, with a common B that is off by `extraB`. */
function areas(k: number, extraB: number): LineArea[] {
  return Array.from({ length: 20 }, (_, i) => {
    const thetaDeg = 11 + 3.2 * i;
    const theta = (thetaDeg * Math.PI) / 180;
    const dA = 1.5406 / (2 * Math.sin(theta));
    const factor = (value: number) => lorentzPolarisation(Math.sin(theta), Math.cos(theta), value);
    return { thetaDeg, dA, ratio: (3 * Math.exp(-extraB / (2 * dA * dA)) * factor(k)) / factor(1), sigma: 0.005 };
  });
}

test.each([0.5, 0.8, 1])('finds K = %d beside a wrong scale and B', (k) => {
  const found = polarisationFromAreas(areas(k, 0.05), 1)!;
  expect(Math.abs(found.k - k)).toBeLessThan(3 * found.sigma);
  expect(found.sigma).toBeLessThan(0.1);
});

test('three lines tell nothing', () => {
  expect(polarisationFromAreas(areas(0.8, 0).slice(0, 3), 1)).toBeNull();
});
