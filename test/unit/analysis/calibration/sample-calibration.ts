import type { InstrumentCalibration, InstrumentParameterName } from '../../../../src/domain/instrument-calibration.ts';

const line = (twoThetaDeg: number) => ({
  h: 1,
  k: 1,
  l: 1,
  twoThetaDeg,
  offDeg: 0,
  offSigmaDeg: 0.001,
  fwhmDeg: 0.09,
  fwhmSigmaDeg: 0.0005,
  curveFwhmDeg: 0.09,
});

export const CALIBRATION: InstrumentCalibration = {
  instrumentId: 'lab-1',
  calibratedAt: '2026-01-01T00:00:00.000Z',
  standard: { id: 'SRM660c', phaseId: 'LaB6_221', aA: 4.156826, cA: 4.156826, citation: 'certificate' },
  scan: { name: 'lab6.xy', sha256: 'ab'.repeat(32), points: 6001 },
  validRange: { fromDeg: 25, toDeg: 120 },
  radiation: {
    anode: 'Cu',
    lines: [
      { wavelengthA: 1.540598, weight: 1 },
      { wavelengthA: 1.544426, weight: 0.48 },
      { wavelengthA: 1.3922234, weight: 0.005 },
    ],
  },
  optics: {
    uDeg2: 0.006,
    vDeg2: -0.004,
    wDeg2: 0.0045,
    xDeg: 0.03,
    yDeg: 0.012,
    axial: 0.03,
    radiusMm: 240,
    monochromatorTwoThetaDeg: 26.6,
  },
  shift: { zeroDeg: 0.01, displacementMm: 0.05 },
  background: { coefficients: [0.01, 0.001], air: 0.02, fromDeg: 20, toDeg: 120 },
  parameters: [
    { name: 'zeroDeg', value: 0.01, sigma: 0.001, notDetermined: null },
    { name: 'displacementMm', value: 0.05, sigma: 0.002, notDetermined: null },
    { name: 'kAlpha2Weight', value: 0.48, sigma: 0.002, notDetermined: null },
    { name: 'tungstenWeight', value: 0, sigma: null, notDetermined: 'not seen' },
  ],
  goodness: { rWeighted: 0.05, rExpected: 0.04, reducedChiSquare: 1.5, unexplained: 0.02 },
  lines: [line(30), line(70), line(110)],
};

export function withParameter(name: InstrumentParameterName, value: number, sigma: number): InstrumentCalibration {
  const parameters = CALIBRATION.parameters.map((parameter) => (parameter.name === name ? { ...parameter, value, sigma } : parameter));
  return { ...CALIBRATION, parameters };
}
