import { loadStandard } from '../../../../models/references/standards.ts';
import {
  instrumentOf,
  type ProfileParameters,
  parameterRules,
  usualParameters,
} from '../../../../src/analysis/calibration/instrument-parameters.ts';
import { placeStandard, standardRates } from '../../../../src/analysis/calibration/standard-rates.ts';
import { literatureState } from '../../../../src/diffraction/literature-state.ts';
import { computeReflections } from '../../../../src/diffraction/reflections.ts';
import { seededRandom } from '../../../../src/diffraction/seeded-random.ts';
import { addPhaseRates } from '../../../../src/diffraction/simulate-pattern.ts';
import type { Pattern } from '../../../../src/domain/pattern.ts';
import type { Radiation } from '../../../../src/domain/radiation.ts';

export const COPPER: Radiation = {
  anode: 'Cu',
  lines: [
    { wavelengthA: 1.540598, weight: 1 },
    { wavelengthA: 1.544426, weight: 0.5 },
  ],
};

const RADIUS_MM = 240;

/** An instrument with nothing usual about it. */
export const TRUTH: ProfileParameters = {
  ...usualParameters(parameterRules({ radiation: COPPER, radiusMm: RADIUS_MM, monochromatorTwoThetaDeg: null })),
  zeroDeg: 0.06,
  displacementMm: -0.08,
  uDeg2: 0.006,
  vDeg2: -0.004,
  wDeg2: 0.0045,
  xDeg: 0.03,
  yDeg: 0.012,
  axialSquared: 0.03 ** 2,
  kAlpha2Weight: 0.47,
  kBetaWeight: 0.012,
  tungstenWeight: 0.006,
};

export interface SimulatedScan {
  readonly standard: string;
  readonly fromDeg?: number;
  readonly toDeg?: number;
  readonly stepDeg?: number;
  /** Counts in the strongest line, and in the background. */
  readonly peakCounts?: number;
  readonly backgroundCounts?: number;
  readonly seed?: number;
  /** Draw as the simulator does, with its shorter tails and coarser asymmetry. */
  readonly bySimulator?: boolean;
}

/** A scan of a standard in the instrument TRUTH. */
export function scanOf(scan: SimulatedScan): Pattern {
  const { standard, fromDeg = 20, toDeg = 140, stepDeg = 0.03, peakCounts = 20_000, backgroundCounts = 60, seed = 1 } = scan;
  const { structure } = loadStandard(standard);
  const reflections = computeReflections(structure, { wavelengthA: 1.36, twoThetaMaxDeg: toDeg + 1, anode: 'Cu' });
  const phase = literatureState({ ...structure, reflections }, { sizeNm: Number.POSITIVE_INFINITY, microstrain: 0 });
  const { optics, shift } = instrumentOf(TRUTH, { radiation: COPPER, radiusMm: RADIUS_MM, monochromatorTwoThetaDeg: null });
  const twoThetaDeg = Float64Array.from({ length: Math.round((toDeg - fromDeg) / stepDeg) + 1 }, (_, i) => fromDeg + stepDeg * i);
  let shape = new Float64Array(twoThetaDeg.length);
  if (scan.bySimulator) addPhaseRates(shape, twoThetaDeg, phase, optics, shift);
  else
    shape = Float64Array.from(standardRates(twoThetaDeg, placeStandard(phase, optics, shift), new Float64Array(reflections.count).fill(1)));
  const top = shape.reduce((max, value) => Math.max(max, value), 0);
  const random = seededRandom(seed);
  const counts = shape.map((value, i) => {
    const background = backgroundCounts * (0.6 + 14 / twoThetaDeg[i]!);
    return random.poisson(background + (peakCounts * value) / top);
  });
  const liveS = new Float64Array(counts.length).fill(1);
  return { patternId: 'standard', scanIds: [], unit: 'counts', radiation: COPPER, twoThetaDeg, counts, liveS };
}

export const REQUEST = { radiusMm: RADIUS_MM, monochromatorTwoThetaDeg: undefined } as const;
