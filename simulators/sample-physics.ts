import type { BeamDrift } from './beam-drift.ts';
import { NO_DRIFT } from './beam-drift.ts';
import type { DeadTime } from './dead-time.ts';
import { USUAL_STRIP_DEAD_S } from './virtual-detector.ts';

/** What is chosen about sample, tube and counter instead of being drawn or left out; null: drawn. */
export interface SamplePhysics {
  readonly deadTime: DeadTime;
  readonly drift: BeamDrift;
  readonly isSpinning: boolean;
  /** Relative spread of intensities of the spun sample, one sigma. */
  readonly grainSigma: number | null;
  /** Above the axis, mm; lines move by -2 s cos(theta) / R. */
  readonly displacementMm: number | null;
  readonly zeroShiftDeg: number | null;
  /** March parameter of every phase; 1 for none. */
  readonly textureR: number | null;
  readonly textureAxis: readonly [number, number, number];
}

export const PLAIN_PHYSICS: SamplePhysics = {
  deadTime: { deadTimeS: USUAL_STRIP_DEAD_S, model: 'nonparalysable' },
  drift: NO_DRIFT,
  isSpinning: true,
  grainSigma: null,
  displacementMm: null,
  zeroShiftDeg: null,
  textureR: null,
  textureAxis: [0, 0, 1],
};
