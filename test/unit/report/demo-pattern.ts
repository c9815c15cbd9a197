import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import type { FittedCurves } from '../../../src/domain/fitted-curves.ts';
import type { ActivationMap } from '../../../src/domain/identification.ts';
import type { Pattern } from '../../../src/domain/pattern.ts';

/** A made-up pattern of made-up lines. Nothing in it was measured. */
export const RUN_ID = 'demo-run';

const LINES: Readonly<Record<string, readonly (readonly [deg: number, height: number])[]>> = {
  ZrO2_14: [
    [17.4, 0.05],
    [24.1, 0.18],
    [28.2, 1],
    [31.5, 0.66],
    [34.2, 0.25],
    [35.3, 0.18],
    [40.7, 0.14],
    [50.1, 0.25],
    [55.4, 0.16],
    [59.9, 0.14],
    [62.9, 0.1],
    [65.6, 0.07],
  ],
  TiO2_136: [
    [27.45, 1],
    [36.1, 0.45],
    [39.2, 0.07],
    [41.25, 0.18],
    [44.05, 0.06],
    [54.35, 0.52],
    [56.65, 0.15],
    [62.75, 0.08],
    [64.05, 0.08],
    [69.0, 0.18],
  ],
  ZrO2_137: [
    [30.2, 1],
    [34.6, 0.1],
    [35.2, 0.16],
    [50.2, 0.34],
    [50.7, 0.2],
    [59.3, 0.12],
    [60.2, 0.24],
    [62.8, 0.06],
  ],
  'La(OH)3_176': [
    [15.6, 0.7],
    [27.3, 0.8],
    [27.9, 1],
    [39.5, 0.6],
  ],
};
const CPS: Readonly<Record<string, number>> = { ZrO2_14: 420, TiO2_136: 130, ZrO2_137: 34 };

function rate(phaseId: string, deg: number): number {
  return (LINES[phaseId] ?? []).reduce(
    (sum, [at, height]) => sum + (height * (CPS[phaseId] ?? 0)) / (1 + ((deg - at) / 0.09) ** 2) ** 1.6,
    0,
  );
}

const backgroundAt = (deg: number): number => 9 + 28 * Math.exp(-(deg - 10) / 14);

export const VISITS = [
  { cycle: 1, purpose: 'survey', fromDeg: 10, toDeg: 60, dwellS: 0.4 },
  { cycle: 2, purpose: 'rescan', fromDeg: 27, toDeg: 32, dwellS: 2.5 },
  { cycle: 2, purpose: 'rescan', fromDeg: 48, toDeg: 53, dwellS: 2.5 },
  { cycle: 3, purpose: 'extend', fromDeg: 60, toDeg: 70, dwellS: 0.8 },
  { cycle: 3, purpose: 'rescan', fromDeg: 57.5, toDeg: 62.5, dwellS: 4 },
  { cycle: 4, purpose: 'rescan', fromDeg: 28.5, toDeg: 33.5, dwellS: 9 },
] as const;

export function demoPattern(): Pattern {
  const random = seededRandom('demo pattern');
  const points = Math.round(60 / 0.02) + 1;
  const twoThetaDeg = Float64Array.from({ length: points }, (_, i) => 10 + 0.02 * i);
  const liveS = twoThetaDeg.map((deg) =>
    VISITS.reduce((sum, visit) => sum + (deg >= visit.fromDeg && deg <= visit.toDeg ? visit.dwellS : 0), 0),
  );
  const counts = twoThetaDeg.map((deg, i) => random.poisson(liveS[i]! * truth(deg)));
  return {
    patternId: 'demo-pattern',
    scanIds: VISITS.map((_, i) => `${RUN_ID}-s${i}`),
    unit: 'counts',
    radiation: {
      anode: 'Cu',
      lines: [
        { wavelengthA: 1.540593, weight: 1 },
        { wavelengthA: 1.544427, weight: 0.5 },
      ],
    },
    twoThetaDeg,
    counts,
    liveS,
  };
}

function truth(deg: number): number {
  return backgroundAt(deg) + Object.keys(CPS).reduce((sum, phaseId) => sum + rate(phaseId, deg), 0);
}

export function demoCurves(pattern: Pattern = demoPattern()): FittedCurves {
  const { twoThetaDeg, counts, liveS } = pattern;
  const modelCps = twoThetaDeg.map(truth);
  return {
    twoThetaDeg,
    observedCps: counts.map((count, i) => count / liveS[i]!),
    modelCps,
    backgroundCps: twoThetaDeg.map(backgroundAt),
    phases: Object.keys(CPS).map((phaseId) => ({
      phaseId,
      cps: twoThetaDeg.map((deg) => rate(phaseId, deg)),
      ticksDeg: Float64Array.from(LINES[phaseId]!, ([deg]) => deg),
      tickHeights: Float64Array.from(LINES[phaseId]!, ([, height]) => height),
    })),
    residualSigma: counts.map((count, i) => (count - liveS[i]! * modelCps[i]!) / Math.sqrt(Math.max(1, liveS[i]! * modelCps[i]!))),
  };
}

export function demoMaps(): ActivationMap[] {
  const twoThetaDeg = Float64Array.from({ length: 240 }, (_, i) => 10.125 + 0.25 * i);
  return ['ZrO2_14', 'TiO2_136', 'ZrO2_137', 'La(OH)3_176'].map((phaseId) => ({
    phaseId,
    memberId: 'a',
    of: 'measured',
    twoThetaDeg,
    weight: twoThetaDeg.map((deg) =>
      (LINES[phaseId] ?? []).reduce(
        (sum, [at, height]) => sum + Math.sqrt(height) * (CPS[phaseId] ? 1 : -0.7) * Math.exp(-(((deg - at) / 0.5) ** 2)),
        0,
      ),
    ),
  }));
}
