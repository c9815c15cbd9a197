import { badInput } from '../../domain/errors.ts';
import type { FittedCurves } from '../../domain/fitted-curves.ts';
import type { CalibratedParameter, InstrumentCalibration } from '../../domain/instrument-calibration.ts';
import { backgroundShape } from './background-shape.ts';
import type { CalibrationRequest, FittedInstrument } from './calibrate-instrument.ts';
import { instrumentOf, monochromatorOf, polarisationOf } from './instrument-parameters.ts';
import { polarisationFromAreas } from './polarisation.ts';
import { type SeenLine, seenLines } from './standard-lines.ts';

/** The measured part of a calibration, and the fit as curves for plots. */
export interface MeasuredInstrument
  extends Pick<
    InstrumentCalibration,
    'validRange' | 'radiation' | 'optics' | 'shift' | 'background' | 'parameters' | 'goodness' | 'lines'
  > {
  readonly curves: FittedCurves;
}

const LEAST_LINES = 4;
/** A fit that leaves more of the net intensity than this is of another powder. */
const MOST_UNEXPLAINED = 0.25;
/** Lines of at least this height that are not there say the same. */
const STRONG_HEIGHT = 0.05;
const MISSING = 0.25;
const MOST_MISSING = 0.2;
/**
 * Structure and surface change intensities with the angle as a monochromator does: so far off K was on certified scans whose monochromator is
 * known. Only a K that stands off 1 by more than this many errors is believed.
 */
const POLARISATION_SYSTEMATIC = 0.07;
const POLARISATION_SIGMAS = 3;

/** Throws badInput where the fit shows another powder or too few lines. */
export function describeFit(request: CalibrationRequest, fitted: FittedInstrument): MeasuredInstrument {
  const { data, phase, fixed, fit, settings } = fitted;
  const { id } = request.standard;
  const goodness = goodnessOf(fitted);
  const remedy = 'check that the sample is the standard, its --certified cell and the --radiation';
  if (goodness.unexplained > MOST_UNEXPLAINED)
    throw badInput('--standard', `${percent(goodness.unexplained)} of the scan's intensity is not that of ${id}`, remedy);
  if (missingShare(fitted) > MOST_MISSING) throw badInput('--standard', `strong lines of ${id} are missing from the scan`, remedy);
  const seen = seenLines(data, phase.reflections, fit, settings.temper);
  const [fromDeg, toDeg] = [data.twoThetaDeg[0]!, data.twoThetaDeg.at(-1)!];
  if (seen.length < LEAST_LINES)
    throw badInput(
      'scan',
      `only ${seen.length} lines of ${id} stand out between ${fromDeg.toFixed(1)} and ${toDeg.toFixed(1)} degrees`,
      `scan a range with at least ${LEAST_LINES} of its lines, or count longer`,
    );
  const polarisation = polarisationParameter(request, fitted, seen);
  const monochromator =
    polarisation.notDetermined === null ? monochromatorOf(polarisation.value) : (fixed.monochromatorTwoThetaDeg ?? null);
  const { optics, shift } = instrumentOf(fit.values, fixed);
  const { caglioti, lorentzDeg, radiusMm, axial, radiation } = optics;
  const peak = peakCps(fitted);
  const relative = fit.background.map((value, i) => value / data.liveS[i]! / peak);
  return {
    validRange: { fromDeg: seen[0]!.twoThetaDeg, toDeg: seen.at(-1)!.twoThetaDeg },
    radiation,
    optics: { ...caglioti, ...lorentzDeg, axial, radiusMm, monochromatorTwoThetaDeg: monochromator },
    shift,
    background: { ...backgroundShape(data.twoThetaDeg, relative), fromDeg, toDeg },
    parameters: [...profileParameters(fitted), polarisation],
    goodness,
    lines: seen.map(({ h, k, l, twoThetaDeg, offDeg, offSigmaDeg, fwhmDeg, fwhmSigmaDeg, curveFwhmDeg }) => ({
      ...{ h, k, l, twoThetaDeg, offDeg, offSigmaDeg, fwhmDeg, fwhmSigmaDeg, curveFwhmDeg },
    })),
    curves: curvesOf(request, fitted),
  };
}

function profileParameters({ rules, settings, sigmas, left, fit }: FittedInstrument): CalibratedParameter[] {
  return rules.map(({ name }) => {
    const place = settings.free.findIndex((rule) => rule.name === name);
    const [value, sigma, notDetermined] = [fit.values[name], place < 0 ? null : sigmas[place]!, left.get(name) ?? null];
    if (name !== 'axialSquared') return { name, value, sigma, notDetermined };
    return { name: 'axial', value: Math.sqrt(value), sigma: sigma === null ? null : rootSigma(value, sigma), notDetermined };
  });
}

/** Standard error of the root of a value that may be no larger than its own error. */
function rootSigma(value: number, sigma: number): number {
  return (Math.sqrt(value + sigma) - Math.sqrt(Math.max(0, value - sigma))) / 2;
}

function polarisationParameter(
  { monochromatorTwoThetaDeg }: CalibrationRequest,
  { fixed, phase }: FittedInstrument,
  seen: readonly SeenLine[],
): CalibratedParameter {
  const assumed = polarisationOf(fixed);
  const name = 'polarisationK';
  if (monochromatorTwoThetaDeg !== undefined) return { name, value: assumed, sigma: null, notDetermined: 'as the user says' };
  const lines = seen.map(({ index, twoThetaDeg, relativeArea, relativeAreaSigma }) => ({
    thetaDeg: twoThetaDeg / 2,
    dA: phase.reflections.dA[index]!,
    ratio: relativeArea,
    sigma: relativeAreaSigma,
  }));
  const found = polarisationFromAreas(lines, assumed);
  if (!found) return { name, value: assumed, sigma: null, notDetermined: 'too few lines to tell it: taken as without a monochromator' };
  const sigma = Math.hypot(found.sigma, POLARISATION_SYSTEMATIC);
  if (1 - found.k > POLARISATION_SIGMAS * sigma) return { name, value: found.k, sigma, notDetermined: null };
  const estimate = `${found.k.toFixed(2)} +- ${sigma.toFixed(2)}`;
  return { name, value: assumed, sigma: null, notDetermined: `${estimate}: not told from 1, taken as without a monochromator` };
}

function goodnessOf({ data, fit, settings, phase }: FittedInstrument): InstrumentCalibration['goodness'] {
  const { counts } = data;
  let [left, all, beyond, net] = [0, 0, 0, 0];
  for (let i = 0; i < counts.length; i++) {
    const weight = 1 / Math.max(1, counts[i]!);
    const off = counts[i]! - fit.model[i]!;
    left += weight * off * off;
    all += weight * counts[i]! ** 2;
    beyond += Math.max(0, Math.abs(off) - 2 * Math.sqrt(Math.max(fit.model[i]!, 1)));
    net += Math.max(0, counts[i]! - fit.background[i]!);
  }
  const freedom = Math.max(1, counts.length - settings.free.length - phase.reflections.count);
  return {
    rWeighted: Math.sqrt(left / all),
    rExpected: Math.sqrt(freedom / all),
    reducedChiSquare: fit.deviance / freedom,
    unexplained: net > 0 ? Math.min(1, beyond / net) : 1,
  };
}

/** Share of the strong lines within the scan that are far below what the structure says. */
function missingShare({ data, fit }: FittedInstrument): number {
  const { placed, areas } = fit;
  const [fromDeg, toDeg] = [data.twoThetaDeg[0]!, data.twoThetaDeg.at(-1)!];
  let [strong, missing] = [0, 0];
  const largest = Math.max(...areas);
  for (let i = 0; i < areas.length; i++) {
    const at = i * placed.emissionLines + placed.primary;
    const inside = placed.lines.twoThetaDeg[at]! > fromDeg + 0.5 && placed.lines.twoThetaDeg[at]! < toDeg - 0.5;
    if (!inside || placed.lines.area[at]! < STRONG_HEIGHT * placed.largestArea) continue;
    strong++;
    if (areas[i]! < MISSING * largest) missing++;
  }
  return strong > 0 ? missing / strong : 1;
}

function peakCps({ data, fit }: FittedInstrument): number {
  let peak = 0;
  for (let i = 0; i < fit.model.length; i++) peak = Math.max(peak, (fit.model[i]! - fit.background[i]!) / data.liveS[i]!);
  return Math.max(peak, 1e-9);
}

function curvesOf({ standard }: CalibrationRequest, { data, fit }: FittedInstrument): FittedCurves {
  const { twoThetaDeg, counts, liveS, gain } = data;
  const rate = (values: Float64Array) => values.map((value, i) => (gain * value) / liveS[i]!);
  const { placed } = fit;
  const inside = Array.from(fit.areas.keys())
    .map((i) => i * placed.emissionLines + placed.primary)
    .filter((at) => placed.lines.twoThetaDeg[at]! >= twoThetaDeg[0]! && placed.lines.twoThetaDeg[at]! <= twoThetaDeg.at(-1)!);
  return {
    twoThetaDeg,
    observedCps: rate(counts),
    modelCps: rate(fit.model),
    backgroundCps: rate(fit.background),
    phases: [
      {
        phaseId: standard.phaseId,
        cps: rate(fit.model.map((value, i) => value - fit.background[i]!)),
        ticksDeg: Float64Array.from(inside, (at) => placed.lines.twoThetaDeg[at]!),
        tickHeights: Float64Array.from(inside, (at) => placed.lines.area[at]! / placed.largestArea),
      },
    ],
    residualSigma: counts.map((count, i) => (count - fit.model[i]!) / Math.sqrt(Math.max(1, fit.model[i]!))),
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
