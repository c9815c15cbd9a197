import { describe, expect, test } from '@jest/globals';
import { driftWarnings } from '../../../../src/analysis/calibration/compare-calibrations.ts';
import { ageWarnings } from '../../../../src/app/read-instrument.ts';
import { CALIBRATION, withParameter } from './sample-calibration.ts';

describe('drift', () => {
  test('a calibration has not drifted from itself', () => {
    expect(driftWarnings(CALIBRATION, CALIBRATION)).toEqual([]);
  });

  test('is told by name where it is sure and large', () => {
    const now = withParameter('zeroDeg', 0.03, 0.001);
    expect(driftWarnings(CALIBRATION, now)).toEqual([
      { code: 'calibrationDrift', message: 'zeroDeg has changed from 0.01000 to 0.03000, by 14 standard errors' },
    ]);
  });

  test.each([
    ['small', 0.012, 0.0001],
    ['unsure', 0.03, 0.02],
    ['the mounting of the sample', 0.01, 0.001],
  ])('is not told where it is %s', (_, zeroDeg, sigma) => {
    const now = withParameter('zeroDeg', zeroDeg, sigma);
    expect(driftWarnings(CALIBRATION, { ...now, shift: { zeroDeg, displacementMm: 0.4 } })).toEqual([]);
  });

  test('wider lines are told with their angle', () => {
    const now = { ...CALIBRATION, optics: { ...CALIBRATION.optics, yDeg: 0.03 } };
    const messages = driftWarnings(CALIBRATION, now).map(({ message }) => message);
    expect(messages).toHaveLength(3);
    expect(messages[0]).toMatch(/line width at 25.0 degrees has changed/);
  });

  test('another instrument is told first', () => {
    expect(driftWarnings(CALIBRATION, { ...CALIBRATION, instrumentId: 'other' })[0]!.code).toBe('calibrationOther');
  });
});

test('a calibration is told of when it is older than the limit', () => {
  const days = (count: number) => Date.parse(CALIBRATION.calibratedAt) + count * 86_400_000;
  expect(ageWarnings(CALIBRATION, days(179))).toEqual([]);
  expect(ageWarnings(CALIBRATION, days(181))[0]!.message).toMatch(/lab-1 is 181 days old, more than 180/);
  expect(ageWarnings(CALIBRATION, days(31), 30)).toHaveLength(1);
});
