import { primaryWavelengthA, type Radiation } from '../src/domain/radiation.ts';

/** The grid on which the networks see a pattern: cell i is centred at fromDeg + i stepDeg for the reference wavelength. */
export interface InputGrid {
  readonly fromDeg: number;
  readonly stepDeg: number;
  readonly points: number;
  readonly wavelengthA: number;
}

/** Cu K-alpha1, 10 to 139.88 deg; 3248 = 16 x 203, so that four halvings give whole cells. */
export const INPUT_GRID: InputGrid = { fromDeg: 10, stepDeg: 0.04, points: 3248, wavelengthA: 1.540598 };

/** Centres of the grid's cells, degrees of 2theta at the reference wavelength. */
export function gridAnglesDeg(grid: InputGrid): Float64Array {
  return Float64Array.from({ length: grid.points }, (_, i) => grid.fromDeg + i * grid.stepDeg);
}

const RAD = Math.PI / 180;

/** The angle at which `toA` shows the spacing that `fromA` shows at `twoThetaDeg`; NaN where it cannot (Bragg's law). */
export function convertAngleDeg(twoThetaDeg: number, fromA: number, toA: number): number {
  return (2 * Math.asin((Math.sin((twoThetaDeg / 2) * RAD) * toA) / fromA)) / RAD;
}

/** Angles measured with `radiation` on the reference wavelength's scale; wavelengths equal within 1e-5 leave them as they are. */
export function toGridAngleDeg(radiation: Radiation, grid: InputGrid): (twoThetaDeg: number) => number {
  const fromA = primaryWavelengthA(radiation);
  if (Math.abs(fromA / grid.wavelengthA - 1) < 1e-5) return (angle) => angle;
  return (angle) => convertAngleDeg(angle, fromA, grid.wavelengthA);
}
