import { expect, test } from '@jest/globals';
import { penalty, priorOf } from '../../../src/analysis/fit-priors.ts';
import { OPTICS, stateOf } from './simulated-mixture.ts';

const phases = [{ phaseId: 'NiO_225', state: stateOf('NiO_225') }];
const shift = { zeroDeg: 0.05, displacementMm: 0 };
const calibrated = { ...OPTICS, calibratedZeroDeg: 0.05 };
const zero = { kind: 'zero', phase: -1, k: 0 } as const;

test('a calibrated zero is expected where the calibration found it, else none is', () => {
  expect(priorOf(zero, { phases, optics: OPTICS, shift }).off).toBe(0.05);
  expect(priorOf(zero, { phases, optics: calibrated, shift }).off).toBe(0);
  const noShift = { zeroDeg: 0, displacementMm: 0 };
  const atHome = penalty(phases, { phases, optics: OPTICS, shift: noShift });
  expect(penalty(phases, { phases, optics: calibrated, shift })).toBeCloseTo(atHome, 12);
  expect(penalty(phases, { phases, optics: calibrated, shift: noShift })).toBeGreaterThan(atHome + 5);
});
