import type { RandomSource } from '../ports/runtime.ts';
import type { Shift } from './aberrations.ts';
import { DEFAULT_B_ISO_A2 } from './atom-sites.ts';
import { addBackgroundRates, type Background } from './background.ts';
import { drawNearInstrument } from './calibrated-prior.ts';
import { crystalSystemStrain } from './crystal-system-strain.ts';
import { addPseudoVoigt } from './profile.ts';
import type { ReflectionTable } from './reflections.ts';
import type { ScenePrior, Span } from './scene-prior.ts';
import { addPhaseRates, type Optics, type PhaseState, weightPerScale } from './simulate-pattern.ts';
import { addSpuriousLines } from './spurious-lines.ts';
import type { Structure } from './structure.ts';
import type { Texture } from './texture.ts';

export { crystalSystemStrain } from './crystal-system-strain.ts';
export { POWDER_PRIOR, SCORING_PRIOR, type ScenePrior, TRAINING_PRIOR } from './scene-prior.ts';

export interface LibraryPhase {
  readonly phaseId: string;
  readonly structure: Structure;
  readonly reflections: ReflectionTable;
}

export interface ScenePhase {
  readonly phaseId: string;
  readonly state: PhaseState;
}

/** A line that belongs to no phase of the library. */
export interface UnknownPeak {
  readonly twoThetaDeg: number;
  readonly heightCps: number;
  readonly fwhmDeg: number;
}

/** A sample in an instrument. The strongest phase's strongest line has `peakCps` counts per second; callers choose the exposure. */
export interface Scene {
  readonly phases: readonly ScenePhase[];
  readonly optics: Optics;
  readonly shift: Shift;
  readonly background: Background;
  readonly unknownPeaks: readonly UnknownPeak[];
  readonly peakCps: number;
}

const PEAK_CPS = 1000;
/** Where unknown peaks and polynomial backgrounds may lie. */
const RANGE_DEG: Span = [10, 140];
const UNKNOWN_PEAKS_TO_DEG = 80;
const AXES: readonly Omit<Texture, 'r'>[] = [
  { h: 0, k: 0, l: 1 },
  { h: 1, k: 0, l: 0 },
  { h: 0, k: 1, l: 0 },
  { h: 1, k: 1, l: 0 },
  { h: 1, k: 0, l: 1 },
  { h: 1, k: 1, l: 1 },
];

/** Draws a scene of distinct phases of the library; the first phase is the strongest. */
export function drawScene(random: RandomSource, library: readonly LibraryPhase[], prior: ScenePrior): Scene {
  const count = Math.min(library.length, 1 + pick(random, prior.phaseCount));
  const rest = [...library];
  const optics = drawOptics(random, prior);
  const phases = Array.from({ length: count }, (_, i): ScenePhase => {
    const chosen = rest.splice(random.integer(rest.length), 1)[0]!;
    const height = i === 0 ? 1 : logUniform(random, prior.relativeHeight);
    return { phaseId: chosen.phaseId, state: drawPhase(random, chosen, PEAK_CPS * height, prior) };
  });
  return {
    phases,
    optics,
    shift: {
      zeroDeg: (prior.instrument?.zeroDeg ?? 0) + prior.zeroSigmaDeg * random.normal(),
      displacementMm: (-(prior.displacementSigmaDeg * random.normal()) * (Math.PI / 180) * optics.radiusMm) / 2,
    },
    background: drawBackground(random, prior),
    unknownPeaks: drawUnknownPeaks(random, prior),
    peakCps: PEAK_CPS,
  };
}

/** Counts per second at the ascending angles. */
export function sceneRates(scene: Scene, twoThetaDeg: Float64Array): Float64Array {
  const rates = new Float64Array(twoThetaDeg.length);
  addBackgroundRates(rates, twoThetaDeg, scene.background);
  for (const { state } of scene.phases) addPhaseRates(rates, twoThetaDeg, state, scene.optics, scene.shift);
  for (const { twoThetaDeg: centre, heightCps, fwhmDeg } of scene.unknownPeaks) {
    // Half Lorentzian, half Gaussian: 0.788 is the height of that profile at unit area and width.
    addPseudoVoigt(rates, twoThetaDeg, centre, (heightCps * fwhmDeg) / 0.788, fwhmDeg, 0.5, 10 * fwhmDeg);
  }
  return rates;
}

/** True weight fractions of the phases, in their order; they sum to 1. */
export function sceneWeightFractions(scene: Scene): number[] {
  const masses = scene.phases.map(({ state }) => state.scale * weightPerScale(state, scene.optics));
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  return masses.map((mass) => mass / total);
}

function drawPhase(random: RandomSource, { structure, reflections }: LibraryPhase, scale: number, prior: ScenePrior): PhaseState {
  const { max } =
    prior.strain[
      pick(
        random,
        prior.strain.map(({ share }) => share),
      )
    ]!;
  const isTextured = random.uniform() < prior.texture.share;
  const axis = AXES[random.integer(AXES.length)]!;
  return {
    reflections,
    cell: structure.cell,
    crystalSystem: structure.crystalSystem,
    scale,
    strain: crystalSystemStrain(random, structure.crystalSystem, max, structure.uniqueAxis),
    sizeNm: logUniform(random, prior.sizeNm),
    microstrain: prior.microstrainMax * random.uniform(),
    texture: isTextured ? { ...axis, r: Math.exp(prior.texture.sigmaLogR * random.normal()) } : null,
    intensityFactors: drawIntensityFactors(random, reflections.count, prior),
    extraBIsoA2: uniform(random, prior.bIsoA2) - DEFAULT_B_ISO_A2,
  };
}

function drawIntensityFactors(random: RandomSource, count: number, prior: ScenePrior): Float64Array {
  const factors = new Float64Array(count);
  for (let i = 0; i < count; i++) factors[i] = Math.max(0.05, 1 + prior.intensityJitter * random.normal());
  if (prior.grainSigma) {
    const sigma = uniform(random, prior.grainSigma);
    const shape = 1 / (sigma * sigma);
    for (let i = 0; i < count; i++) factors[i]! *= gamma(random, shape) / shape;
  }
  return factors;
}

function drawOptics(random: RandomSource, prior: ScenePrior): Optics {
  if (prior.instrument) return drawNearInstrument(random, prior.instrument);
  const wDeg2 = logUniform(random, prior.fwhmDeg) ** 2;
  const uDeg2 = wDeg2 * uniform(random, [0.2, 1]);
  return {
    radiation: addSpuriousLines(prior.radiation, uniform(random, prior.kBetaWeight), uniform(random, prior.tungstenWeight)),
    // |V| below 1.2 sqrt(U W) keeps FWHM^2 above 0.64 W everywhere.
    caglioti: { uDeg2, vDeg2: -uniform(random, [0, 1.2]) * Math.sqrt(uDeg2 * wDeg2), wDeg2 },
    lorentzDeg: { xDeg: uniform(random, [0, 0.04]), yDeg: uniform(random, [0, 0.03]) },
    radiusMm: prior.radiusMm[random.integer(prior.radiusMm.length)]!,
    monochromatorTwoThetaDeg: random.uniform() < prior.monochromator.share ? prior.monochromator.twoThetaDeg : null,
    axial: uniform(random, prior.axial),
  };
}

function drawBackground(random: RandomSource, prior: ScenePrior): Background {
  const levelCps = PEAK_CPS * logUniform(random, prior.background.relative);
  if (prior.background.family === 'polynomial') {
    const coefficientsCps = [levelCps, ...[0.3, 0.2, 0.12, 0.08, 0.05].map((size) => levelCps * size * random.normal())];
    return {
      family: 'polynomial',
      coefficientsCps,
      fromDeg: RANGE_DEG[0],
      toDeg: RANGE_DEG[1],
      airCps: levelCps * uniform(random, [0, 1.5]),
    };
  }
  const shares = [random.uniform(), random.uniform(), random.uniform() < 0.5 ? random.uniform() : 0];
  const unit = levelCps / (shares[0]! + shares[1]! + shares[2]! + 1e-9);
  const humps = Array.from({ length: 1 + random.integer(2) }, () => ({
    centreDeg: uniform(random, [18, 36]),
    sigmaDeg: uniform(random, [4, 12]),
    heightCps: unit * shares[2]! * random.uniform(),
  }));
  return { family: 'decay', constantCps: unit * shares[0]!, decayCps: unit * shares[1]!, humps: shares[2]! > 0 ? humps : [] };
}

function drawUnknownPeaks(random: RandomSource, prior: ScenePrior): UnknownPeak[] {
  if (random.uniform() >= prior.unknownPeaks.share) return [];
  return Array.from({ length: 1 + random.integer(prior.unknownPeaks.max) }, () => ({
    twoThetaDeg: uniform(random, [RANGE_DEG[0], UNKNOWN_PEAKS_TO_DEG]),
    heightCps: PEAK_CPS * logUniform(random, prior.unknownPeaks.relativeHeight),
    fwhmDeg: logUniform(random, [0.06, 0.6]),
  }));
}

function uniform(random: RandomSource, [from, to]: Span): number {
  return from + (to - from) * random.uniform();
}

function logUniform(random: RandomSource, [from, to]: Span): number {
  return from * (to / from) ** random.uniform();
}

/** An index with the given probabilities, which need not be normalised. */
function pick(random: RandomSource, weights: readonly number[]): number {
  let rest = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < weights.length - 1; i++) {
    rest -= weights[i]!;
    if (rest < 0) return i;
  }
  return weights.length - 1;
}

/** Gamma variate of mean and variance `shape` >= 1 (Marsaglia & Tsang 2000, ACM Trans. Math. Softw. 26, 363). */
function gamma(random: RandomSource, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const t = 1 + c * x;
    if (t <= 0) continue;
    const v = t * t * t;
    if (Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
