import { expect, test } from '@jest/globals';
import { amorphousShare } from '../../../src/analysis/amorphous-share.ts';

const standard = { phaseId: 'Al2O3_167', weightFraction: 0.2 };
const weighed = (fraction: number, sigma = 0.01) => [
  { phaseId: 'Al2O3_167', fraction, countingSigma: 0.001, sigma },
  { phaseId: 'ZnO_186', fraction: 1 - fraction, countingSigma: 0.001, sigma },
];

test('a standard that makes up more of the crystalline part than was weighed in shows what is amorphous', () => {
  // 20 g of standard in 100 g are a quarter of the crystalline part: 80 g are crystalline, so 20 of the 80 g of sample are not.
  expect(amorphousShare(weighed(0.25), standard)).toEqual({
    standardId: 'Al2O3_167',
    weightFraction: expect.closeTo(0.25, 12),
    sigma: expect.closeTo(((0.2 / 0.25 ** 2) * 0.01) / 0.8, 12),
  });
});

test('without anything amorphous the share is none, and errors may make it less', () => {
  expect(amorphousShare(weighed(0.2), standard)?.weightFraction).toBeCloseTo(0, 12);
  expect(amorphousShare(weighed(0.19), standard)!.weightFraction).toBeLessThan(0);
});

test('a standard that was not found tells nothing', () => {
  expect(amorphousShare(weighed(0.25).slice(1), standard)).toBeNull();
});
