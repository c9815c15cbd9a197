import { describe, expect, test } from '@jest/globals';
import { backgroundCps } from '../../../src/diffraction/background.ts';
import { calibratedBackground, instrumentFwhmDeg, sameRadiation } from '../../../src/diffraction/calibrated-optics.ts';
import { calibratedPrior, drawNearInstrument, TRAINING_SPREAD } from '../../../src/diffraction/calibrated-prior.ts';
import { TRAINING_PRIOR } from '../../../src/diffraction/scene-prior.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import { CALIBRATION } from '../analysis/calibration/sample-calibration.ts';

const doublet = CALIBRATION.radiation.lines.slice(0, 2);

describe('a calibrated instrument', () => {
  test('has the widths of its curve', () => {
    // At 90 degrees tan(theta) is 1: Gaussian sqrt(U + V + W), Lorentzian X + Y sqrt(2); the pseudo-Voigt lies between root square sum and sum.
    const gauss = Math.sqrt(0.0065);
    const lorentz = 0.03 + 0.012 * Math.SQRT2;
    const fwhm = instrumentFwhmDeg(CALIBRATION, 90);
    expect(fwhm).toBeGreaterThan(Math.hypot(gauss, lorentz));
    expect(fwhm).toBeLessThan(gauss + lorentz);
  });

  test('stands for patterns of its radiation alone', () => {
    expect(sameRadiation(CALIBRATION, { anode: 'Cu', lines: doublet })).toBe(true);
    expect(sameRadiation(CALIBRATION, { anode: 'Cu', lines: doublet.slice(0, 1) })).toBe(false);
    expect(sameRadiation(CALIBRATION, { anode: 'Co', lines: [{ wavelengthA: 1.788996, weight: 1 }] })).toBe(false);
  });

  test('has its background under a line of any height', () => {
    // In the middle of the range the Chebyshev polynomial of the first degree is 0.
    expect(backgroundCps(calibratedBackground(CALIBRATION, 1000), 70)).toBeCloseTo(10 + (20 * 10) / 70, 9);
  });
});

describe('scenes about it', () => {
  test('with no spread have exactly its optics', () => {
    const { instrument, radiation, zeroSigmaDeg } = calibratedPrior(TRAINING_PRIOR, CALIBRATION, 0);
    expect(drawNearInstrument(seededRandom(1), instrument!)).toBe(instrument!.optics);
    expect(radiation).toBe(CALIBRATION.radiation);
    expect(zeroSigmaDeg).toBe(0);
  });

  test('for training scatter about its width', () => {
    const { instrument } = calibratedPrior(TRAINING_PRIOR, CALIBRATION, TRAINING_SPREAD);
    const random = seededRandom(7);
    const logs = Array.from({ length: 400 }, () => {
      const optics = drawNearInstrument(random, instrument!);
      return Math.log(optics.lorentzDeg.xDeg / CALIBRATION.optics.xDeg);
    });
    const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
    const sigma = Math.sqrt(logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / logs.length);
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(sigma).toBeGreaterThan(0.08);
    expect(sigma).toBeLessThan(0.12);
  });
});
