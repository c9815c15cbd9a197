import { describe, expect, test } from '@jest/globals';
import { loadStandard } from '../../../../models/references/standards.ts';
import { calibrateInstrument, type MeasuredInstrument } from '../../../../src/analysis/calibration/calibrate-instrument.ts';
import { instrumentFwhmDeg } from '../../../../src/diffraction/calibrated-optics.ts';
import type { InstrumentParameterName } from '../../../../src/domain/instrument-calibration.ts';
import { COPPER, REQUEST, scanOf, TRUTH } from './simulated-standard.ts';

const TRUE_VALUES = { ...TRUTH, axial: Math.sqrt(TRUTH.axialSquared) };
const TRUE_OPTICS = {
  radiation: COPPER,
  optics: { ...TRUE_VALUES, radiusMm: 240, monochromatorTwoThetaDeg: null },
};

function parameter({ parameters }: MeasuredInstrument, name: InstrumentParameterName) {
  return parameters.find((candidate) => candidate.name === name)!;
}

function largestWidthError(measured: MeasuredInstrument): number {
  return Math.max(
    ...measured.lines.map(({ twoThetaDeg }) =>
      Math.abs(instrumentFwhmDeg(measured, twoThetaDeg) / instrumentFwhmDeg(TRUE_OPTICS, twoThetaDeg) - 1),
    ),
  );
}

describe('a calibration', () => {
  const measured = calibrateInstrument({ pattern: scanOf({ standard: 'LaB6' }), standard: loadStandard('LaB6'), ...REQUEST });

  test.each([
    'zeroDeg',
    'displacementMm',
    'uDeg2',
    'vDeg2',
    'wDeg2',
    'xDeg',
    'yDeg',
    'axial',
    'kAlpha2Weight',
    'kBetaWeight',
    'tungstenWeight',
  ] as const)('finds %s again within three standard errors', (name) => {
    const { value, sigma, notDetermined } = parameter(measured, name);
    expect(notDetermined).toBeNull();
    expect(sigma).toBeGreaterThan(0);
    expect(Math.abs(value - TRUE_VALUES[name]) / sigma!).toBeLessThan(3);
  });

  test('describes the noise and nothing more', () => {
    expect(measured.goodness.reducedChiSquare).toBeGreaterThan(0.9);
    expect(measured.goodness.reducedChiSquare).toBeLessThan(1.1);
    expect(measured.goodness.unexplained).toBeLessThan(0.03);
    expect(measured.radiation.lines).toHaveLength(4);
  });

  test('measures the lines one by one, and its curve goes through them', () => {
    expect(measured.lines.length).toBeGreaterThan(15);
    const pulls = measured.lines.map(({ fwhmDeg, curveFwhmDeg, fwhmSigmaDeg }) => (fwhmDeg - curveFwhmDeg) / fwhmSigmaDeg);
    const offs = measured.lines.map(({ offDeg, offSigmaDeg }) => offDeg / offSigmaDeg);
    for (const values of [pulls, offs]) expect(values.reduce((sum, value) => sum + value * value, 0) / values.length).toBeLessThan(2.5);
    expect(largestWidthError(measured)).toBeLessThan(0.02);
  });

  test('keeps the background as a shape', () => {
    const { coefficients, air, fromDeg, toDeg } = measured.background;
    const x = (2 * 90 - fromDeg - toDeg) / (toDeg - fromDeg);
    const level = coefficients.reduce((sum, coefficient, n) => sum + coefficient * Math.cos(n * Math.acos(x)), (air * 10) / 90);
    expect(level).toBeCloseTo((60 * (0.6 + 14 / 90)) / 20_000, 4);
  });

  test('takes a monochromator as the user says it', () => {
    const told = calibrateInstrument({
      pattern: scanOf({ standard: 'Si', stepDeg: 0.04 }),
      standard: loadStandard('Si'),
      radiusMm: 240,
      monochromatorTwoThetaDeg: 26.6,
    });
    expect(told.optics.monochromatorTwoThetaDeg).toBe(26.6);
    expect(parameter(told, 'polarisationK').notDetermined).toBe('as the user says');
  });
});

describe('what the scan does not tell', () => {
  test('a short scan keeps the widths that it cannot tell at what is usual, and says so', () => {
    const pattern = scanOf({ standard: 'Si', fromDeg: 25, toDeg: 78, peakCounts: 300, backgroundCounts: 5, stepDeg: 0.03 });
    const measured = calibrateInstrument({ pattern, standard: loadStandard('Si'), ...REQUEST });
    const kept = measured.parameters.filter(({ sigma }) => sigma === null);
    expect(kept.map(({ name }) => name)).toEqual(expect.arrayContaining(['uDeg2', 'tungstenWeight']));
    for (const { notDetermined } of kept) expect(notDetermined).toMatch(/\w/);
    expect(largestWidthError(measured)).toBeLessThan(0.1);
  });

  test('lines drawn by the simulator, with its shorter tails and coarser asymmetry, give nearly the same curve', () => {
    const pattern = scanOf({ standard: 'Al2O3', bySimulator: true, peakCounts: 8000, stepDeg: 0.03, toDeg: 100 });
    const measured = calibrateInstrument({ pattern, standard: loadStandard('Al2O3'), ...REQUEST });
    expect(largestWidthError(measured)).toBeLessThan(0.12);
    expect(parameter(measured, 'axial').value).toBeCloseTo(0.03, 2);
  });
});

describe('is refused', () => {
  const coarse = { stepDeg: 0.04, toDeg: 100 };

  test('a scan of another standard', () => {
    const pattern = scanOf({ standard: 'LaB6', ...coarse });
    expect(() => calibrateInstrument({ pattern, standard: loadStandard('Si'), ...REQUEST })).toThrow(/not that of SRM640f|missing/);
  });

  test('a scan with too few lines', () => {
    const pattern = scanOf({ standard: 'Si', fromDeg: 25, toDeg: 50 });
    expect(() => calibrateInstrument({ pattern, standard: loadStandard('Si'), ...REQUEST })).toThrow(/only 2 lines of SRM640f/);
  });

  test('a scan of too few points', () => {
    const pattern = scanOf({ standard: 'Si', fromDeg: 25, toDeg: 27 });
    expect(() => calibrateInstrument({ pattern, standard: loadStandard('Si'), ...REQUEST })).toThrow(/68 points/);
  });
});
