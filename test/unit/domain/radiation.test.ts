import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { braggTwoThetaDeg, dSpacingA, primaryWavelengthA } from '../../../src/domain/radiation.ts';

test('angle and spacing are each other turned round', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 170, noNaN: true }), fc.double({ min: 0.4, max: 2.5, noNaN: true }), (angle, wavelengthA) => {
      expect(braggTwoThetaDeg(dSpacingA(angle, wavelengthA), wavelengthA)).toBeCloseTo(angle, 8);
    }),
  );
});

test('half the wavelength is the smallest spacing there is', () => {
  expect(braggTwoThetaDeg(0.75, 1.5)).toBeCloseTo(180, 9);
  expect(braggTwoThetaDeg(0.7499, 1.5)).toBeNaN();
});

test('the primary line is the strongest, wherever it stands', () => {
  const lines = [
    { wavelengthA: 1.54439, weight: 0.5 },
    { wavelengthA: 1.54059, weight: 1 },
  ];
  expect(primaryWavelengthA({ anode: 'Cu', lines })).toBe(1.54059);
  expect(() => primaryWavelengthA({ anode: 'Cu', lines: [] })).toThrow(RangeError);
});
