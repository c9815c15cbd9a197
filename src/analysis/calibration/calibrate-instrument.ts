import { literatureState } from '../../diffraction/literature-state.ts';
import { computeReflections } from '../../diffraction/reflections.ts';
import type { PhaseState } from '../../diffraction/simulate-pattern.ts';
import type { Structure } from '../../diffraction/structure.ts';
import { badInput } from '../../domain/errors.ts';
import type { InstrumentCalibration } from '../../domain/instrument-calibration.ts';
import type { Pattern } from '../../domain/pattern.ts';
import { primaryWavelengthA } from '../../domain/radiation.ts';
import { type CalibrationData, calibrationDataOf } from './calibration-data.ts';
import { describeFit, type MeasuredInstrument } from './describe-fit.ts';
import {
  type FixedOptics,
  type ParameterRule,
  type ProfileParameterName,
  parameterRules,
  usualParameters,
} from './instrument-parameters.ts';
import { type FitSettings, type StandardFit, StandardFitter } from './standard-fitter.ts';

export type { MeasuredInstrument } from './describe-fit.ts';

/** A scan of a standard, and what is known of the instrument beforehand. */
export interface CalibrationRequest {
  readonly pattern: Pattern;
  readonly standard: Pick<InstrumentCalibration['standard'], 'id' | 'phaseId'> & { readonly structure: Structure };
  readonly radiusMm: number;
  /** Degrees 2theta, null for none; undefined where the intensities shall tell. */
  readonly monochromatorTwoThetaDeg: number | null | undefined;
}

/** What a finished fit hands to its description. */
export interface FittedInstrument {
  readonly data: CalibrationData;
  readonly phase: PhaseState;
  readonly fixed: FixedOptics;
  readonly rules: readonly ParameterRule[];
  readonly settings: FitSettings;
  readonly sigmas: readonly number[];
  readonly left: ReadonlyMap<ProfileParameterName, string>;
  readonly fit: StandardFit;
}

const LEAST_POINTS = 300;
/** The shortest line of a tube is K beta, shorter than K alpha by a tenth (Mo: 0.89). */
const SHORTEST_LINE = 0.88;
const SEARCH_DEG = { most: 0.5, step: 0.05 };
const SEARCH_W_DEG2 = 0.03;
const START_W_DEG2 = [0.012, 0.004, 0.0015, 0.0006];
const ITERATIONS = 25;
/** A parameter whose error is above this share of its usual spread is not told by the scan. */
const TOLD = 0.5;
/** Weak emission lines below this many standard errors are not there. */
const WEAK_LINE_SIGMA = 3;
const ROUNDS = 8;

/** The instrument that a scan of a standard shows. Throws badInput where the scan is not of the standard or shows too little of it. */
export function calibrateInstrument(request: CalibrationRequest): MeasuredInstrument {
  const { pattern, standard, radiusMm } = request;
  const data = calibrationDataOf(pattern);
  if (data.counts.length < LEAST_POINTS)
    throw badInput('scan', `the scan has ${data.counts.length} points`, `scan a range with at least ${LEAST_POINTS}`);
  const phase = phaseOf(standard.structure, pattern);
  if (phase.reflections.count === 0)
    throw badInput('scan', `no line of ${standard.id} lies between its angles`, 'scan where the standard has lines');
  const fixed: FixedOptics = {
    radiation: pattern.radiation,
    radiusMm,
    monochromatorTwoThetaDeg: request.monochromatorTwoThetaDeg ?? null,
  };
  const fitter = new StandardFitter(data, phase, fixed);
  const rules = parameterRules(fixed);
  const start = findStart(fitter, rules);
  const fitted = fitToldParameters(fitter, rules, start);
  return describeFit(request, { data, phase, fixed, rules, ...fitted });
}

function phaseOf(structure: Structure, { radiation, twoThetaDeg }: Pattern): PhaseState {
  const reflections = computeReflections(structure, {
    wavelengthA: primaryWavelengthA(radiation) * SHORTEST_LINE,
    twoThetaMaxDeg: Math.min(178, (twoThetaDeg.at(-1) ?? 0) + 1),
    anode: radiation.anode,
    marginFraction: 0,
  });
  return literatureState({ ...structure, reflections }, { sizeNm: Number.POSITIVE_INFINITY, microstrain: 0 });
}

/** The zero at which broad lines meet the scan best, so that narrow ones find theirs; then the width and the zero nearby that do. */
function findStart(fitter: StandardFitter, rules: readonly ParameterRule[]): StandardFit {
  const settings = { free: [], iterations: 0, temper: 1 };
  const usual = usualParameters(rules);
  let best: StandardFit | null = null;
  const look = (zeroDeg: number, wDeg2: number) => {
    const values = { ...usual, zeroDeg, uDeg2: wDeg2 / 2, vDeg2: -wDeg2 / 4, wDeg2 };
    const fit = fitter.linear(values, settings, null, true);
    if (!best || fit.deviance < best.deviance) best = fit;
    return best;
  };
  let zeroDeg = 0;
  for (let deg = -SEARCH_DEG.most; deg <= SEARCH_DEG.most; deg += SEARCH_DEG.step) zeroDeg = look(deg, SEARCH_W_DEG2).values.zeroDeg;
  for (const wDeg2 of START_W_DEG2) for (const offDeg of [-0.4, 0, 0.4]) look(zeroDeg + offDeg * SEARCH_DEG.step, wDeg2);
  return best!;
}

/** Fits all parameters, sets those that the scan does not tell to what is usual, and fits the others again. */
function fitToldParameters(
  fitter: StandardFitter,
  rules: readonly ParameterRule[],
  start: StandardFit,
): Pick<FittedInstrument, 'fit' | 'settings' | 'sigmas' | 'left'> {
  const left = new Map<ProfileParameterName, string>();
  let fit = start;
  for (let round = 0; ; round++) {
    const free = rules.filter(({ name }) => !left.has(name));
    const settings = { free, iterations: ITERATIONS, temper: temperOf(fitter.data, fit, free.length) };
    fit = fitter.fit(fit, settings);
    const final = { ...settings, temper: temperOf(fitter.data, fit, free.length) };
    const sigmas = fitter.sigmas(fit, final);
    const isSettled = final.temper > 0.9 * settings.temper;
    const drop = isSettled ? worstTold(free, fit, sigmas) : null;
    if (round >= ROUNDS || (isSettled && !drop)) return { fit, settings: final, sigmas, left };
    if (!drop) continue;
    left.set(drop.rule.name, drop.why);
    fit = { ...fit, values: { ...fit.values, [drop.rule.name]: drop.rule.usual } };
  }
}

function worstTold(free: readonly ParameterRule[], { values }: StandardFit, sigmas: readonly number[]) {
  const weak = free.findIndex((rule, m) => isWeakLine(rule) && values[rule.name] < WEAK_LINE_SIGMA * sigmas[m]!);
  if (weak >= 0) return { rule: free[weak]!, why: `not seen: at most ${(WEAK_LINE_SIGMA * sigmas[weak]!).toExponential(1)}` };
  let worst: { rule: ParameterRule; why: string; share: number } | null = null;
  free.forEach((rule, m) => {
    const share = sigmas[m]! / rule.spread;
    if (share > TOLD && share > (worst?.share ?? 0))
      worst = { rule, share, why: 'the scan has too few lines or counts to tell it: kept at what is usual' };
  });
  return worst as { rule: ParameterRule; why: string } | null;
}

function isWeakLine({ name }: ParameterRule): boolean {
  return name === 'kBetaWeight' || name === 'tungstenWeight';
}

/** Reduced chi-square, at least 1: what the model misses counts as noise. */
function temperOf({ counts }: CalibrationData, { deviance }: StandardFit, free: number): number {
  return Math.max(1, deviance / Math.max(1, counts.length - free - 20));
}
