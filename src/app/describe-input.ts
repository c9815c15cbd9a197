import type { Pattern } from '../domain/pattern.ts';

/** A raster counts as even when no step is further from the mean step than this share of it. */
const EVEN = 0.01;

/** The `input` of the identify document. */
export function describeInput(file: string, scanIndex: number, { twoThetaDeg, liveS, unit, radiation }: Pattern): Record<string, unknown> {
  return {
    file,
    scanIndex,
    points: twoThetaDeg.length,
    twoThetaMinDeg: twoThetaDeg[0] ?? null,
    twoThetaMaxDeg: twoThetaDeg.at(-1) ?? null,
    stepDeg: evenStepDeg(twoThetaDeg),
    unit,
    liveSTotal: unit === 'counts' ? liveS.reduce((sum, value) => sum + value, 0) : null,
    radiation,
  };
}

/** The step of an even raster, rounded to 1e-6 degrees; null where the steps differ. */
export function evenStepDeg(twoThetaDeg: Float64Array): number | null {
  const steps = twoThetaDeg.length - 1;
  if (steps < 1) return null;
  const meanDeg = (twoThetaDeg[steps]! - twoThetaDeg[0]!) / steps;
  for (let i = 0; i < steps; i++) if (Math.abs(twoThetaDeg[i + 1]! - twoThetaDeg[i]! - meanDeg) > EVEN * meanDeg) return null;
  return Math.round(meanDeg * 1e6) / 1e6;
}
