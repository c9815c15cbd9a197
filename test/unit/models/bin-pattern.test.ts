import { describe, expect, test } from '@jest/globals';
import { binPattern } from '../../../models/bin-pattern.ts';
import { convertAngleDeg, gridAnglesDeg, INPUT_GRID } from '../../../models/input-grid.ts';
import type { Pattern } from '../../../src/domain/pattern.ts';
import type { Radiation } from '../../../src/domain/radiation.ts';

const COPPER: Radiation = { anode: 'Cu', lines: [{ wavelengthA: 1.540598, weight: 1 }] };

function patternOf(twoThetaDeg: number[] | Float64Array, rate: (deg: number) => number, liveS = 2, over: Partial<Pattern> = {}): Pattern {
  const angles = Float64Array.from(twoThetaDeg);
  return {
    patternId: 'p',
    scanIds: [],
    unit: 'counts',
    radiation: COPPER,
    twoThetaDeg: angles,
    counts: angles.map((deg) => rate(deg) * liveS),
    liveS: new Float64Array(angles.length).fill(liveS),
    ...over,
  };
}

const raster = (fromDeg: number, toDeg: number, stepDeg: number): number[] =>
  Array.from({ length: Math.round((toDeg - fromDeg) / stepDeg) + 1 }, (_, i) => fromDeg + i * stepDeg);
const cellOf = (deg: number): number => Math.round((deg - INPUT_GRID.fromDeg) / INPUT_GRID.stepDeg);

describe('binPattern', () => {
  test('leaves a pattern on the grid as it is', () => {
    const grid = binPattern(
      patternOf(gridAnglesDeg(INPUT_GRID), (deg) => deg),
      INPUT_GRID,
    );
    for (const i of [0, 1, 1000, 3247]) {
      expect(grid.rate[i]).toBeCloseTo(10 + 0.04 * i, 6);
      expect(grid.sigma[i]).toBeCloseTo(Math.sqrt((10 + 0.04 * i) * 2) / 2, 6);
    }
    expect(grid.measured.every((m) => m === 1)).toBe(true);
  });

  test('adds the counts of a finer raster: same rate, smaller error', () => {
    const fine = binPattern(
      patternOf(raster(20, 40, 0.01), () => 100),
      INPUT_GRID,
    );
    const i = cellOf(30);
    expect(fine.rate[i]).toBeCloseTo(100, 6);
    expect(fine.sigma[i]).toBeCloseTo(Math.sqrt(100 / (4 * 2)), 3);
  });

  test('shares the counts of a coarser raster out without gaps', () => {
    const coarse = binPattern(
      patternOf(raster(20, 40, 0.1), () => 100),
      INPUT_GRID,
    );
    for (let i = cellOf(20.1); i < cellOf(39.9); i++) {
      expect(coarse.measured[i]).toBe(1);
      expect(coarse.rate[i]).toBeCloseTo(100, 6);
    }
  });

  test('masks what was not measured, within the range too', () => {
    const grid = binPattern(
      patternOf([...raster(20, 30, 0.02), ...raster(50, 60, 0.02)], () => 10),
      INPUT_GRID,
    );
    for (const deg of [12, 31, 40, 49, 61]) expect(grid.measured[cellOf(deg)]).toBe(0);
    for (const deg of [20.4, 29, 51, 59]) expect(grid.measured[cellOf(deg)]).toBe(1);
    expect(grid.rate[cellOf(40)]).toBe(0);
  });

  test('puts a line measured with molybdenum where copper shows it', () => {
    const molybdenum: Radiation = { anode: 'Mo', lines: [{ wavelengthA: 0.70932, weight: 1 }] };
    const atCopper = 43.3;
    const atMolybdenum = convertAngleDeg(atCopper, 1.540598, 0.70932);
    const peak = (deg: number): number => 1000 * Math.exp(-(((deg - atMolybdenum) / 0.03) ** 2));
    const grid = binPattern(patternOf(raster(5, 50, 0.01), peak, 2, { radiation: molybdenum }), INPUT_GRID);
    const top = grid.rate.reduce((best, rate, i) => (rate > grid.rate[best]! ? i : best), 0);
    expect(INPUT_GRID.fromDeg + top * INPUT_GRID.stepDeg).toBeCloseTo(atCopper, 1);
    expect(grid.rate.every(Number.isFinite)).toBe(true);
  });

  test('judges the noise of arbitrary intensities by the scatter of neighbours', () => {
    const noisy = patternOf(gridAnglesDeg(INPUT_GRID), () => 0, 1, { unit: 'arbitrary' });
    for (let i = 0; i < noisy.counts.length; i++) noisy.counts[i] = 50 + 3 * Math.SQRT2 * Math.sin(i * i * 1.7);
    const { sigma } = binPattern(noisy, INPUT_GRID);
    const mean = sigma.reduce((sum, value) => sum + value, 0) / sigma.length;
    expect(mean).toBeGreaterThan(1.5);
    expect(mean).toBeLessThan(5);
  });

  test('survives angles that no wavelength reaches and live times of zero', () => {
    const odd = patternOf([10, 10.04, 200, 400], () => 5);
    odd.liveS[1] = 0;
    expect(binPattern(odd, INPUT_GRID).rate.every(Number.isFinite)).toBe(true);
  });
});
