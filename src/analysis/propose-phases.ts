import { type Optics, type PhaseState, placeLines, type Shift } from '../diffraction/simulate-pattern.ts';
import type { FitData } from './fit-data.ts';
import { type MixtureFit, MODEL_ERROR } from './fit-mixture.ts';

export interface Proposal {
  readonly phaseId: string;
  /** Log likelihood ratio in nats that the phase would win on the residual if its lines did not overlap. */
  readonly gain: number;
  /** Isotropic strain at which it was won. */
  readonly strain: number;
  /** Standard error in counts per second of the scale such a fit would have. */
  readonly scaleSigma: number;
}

export interface LibraryPhase {
  readonly phaseId: string;
  readonly formula: string;
  readonly spaceGroup: number;
  readonly state: PhaseState;
}

const STRAINS = [0, -0.003, 0.003, -0.006, 0.006, -0.01, 0.01];
const STEP_DEG = 0.02;
/** Blur of the residual, so that a slightly misplaced line still finds it. */
const BLUR_FWHM_DEG = 0.16;
const WEAK = 0.01;

/**
 * Which phases of the library would explain what a fit leaves: a matched filter over the positions of their lines. Cheap (a table look-up per
 * line), hence only a proposer; the fit decides.
 */
export function proposePhases(data: FitData, fit: MixtureFit, library: readonly LibraryPhase[]): Proposal[] {
  const filtered = filterResidual(data, fit);
  const proposals = library.map(({ phaseId, state }) => {
    const lines = primaryLines(state, fit.optics, fit.shift);
    let best: Proposal = { phaseId, gain: 0, strain: 0, scaleSigma: Number.POSITIVE_INFINITY };
    for (const strain of STRAINS) {
      const { gain, scaleSigma } = gainAt(lines, strain, filtered);
      if (gain > best.gain || strain === 0) best = { phaseId, gain, strain, scaleSigma };
    }
    return best;
  });
  return proposals.sort((a, b) => b.gain - a.gain);
}

interface Filtered {
  readonly fromDeg: number;
  readonly signal: Float64Array;
  readonly noise: Float64Array;
}

/** Blurred weighted residual and blurred weight, on a raster of STEP_DEG; zero where nothing was measured. */
function filterResidual(data: FitData, fit: MixtureFit): Filtered {
  const { twoThetaDeg, counts, liveS, variance, net } = data;
  const fromDeg = (twoThetaDeg[0] ?? 0) - 1;
  const size = Math.ceil(((twoThetaDeg.at(-1) ?? 0) + 1 - fromDeg) / STEP_DEG) + 1;
  const signal = new Float64Array(size);
  const noise = new Float64Array(size);
  const reach = BLUR_FWHM_DEG * 1.2;
  for (let i = 0; i < counts.length; i++) {
    const weight = 1 / (Math.max(variance[i]!, fit.model[i]!) + (MODEL_ERROR * net[i]!) ** 2);
    const residual = (counts[i]! - fit.model[i]!) * weight * liveS[i]!;
    const information = weight * liveS[i]! ** 2;
    const centre = twoThetaDeg[i]!;
    const to = Math.floor((centre + reach - fromDeg) / STEP_DEG);
    for (let cell = Math.ceil((centre - reach - fromDeg) / STEP_DEG); cell <= to; cell++) {
      const t = (fromDeg + cell * STEP_DEG - centre) / BLUR_FWHM_DEG;
      const kernel = Math.exp(-4 * Math.LN2 * t * t);
      signal[cell]! += kernel * residual;
      noise[cell]! += kernel * kernel * information;
    }
  }
  return { fromDeg, signal, noise };
}

interface Lines {
  readonly twoThetaDeg: Float64Array;
  readonly height: Float64Array;
}

function primaryLines(state: PhaseState, optics: Optics, shift: Shift): Lines {
  const placed = placeLines(state, optics, shift);
  const wavelengths = optics.radiation.lines.length;
  const kept: number[] = [];
  for (let at = 0; at < placed.area.length; at += wavelengths) if (placed.area[at]! > 0 && heightAt(placed, at) > WEAK) kept.push(at);
  return {
    twoThetaDeg: Float64Array.from(kept, (at) => placed.twoThetaDeg[at]!),
    height: Float64Array.from(kept, (at) => heightAt(placed, at)),
  };
}

function heightAt(placed: ReturnType<typeof placeLines>, at: number): number {
  return placed.area[at]! / placed.fwhmDeg[at]! / placed.referenceHeight;
}

function gainAt(lines: Lines, strain: number, { fromDeg, signal, noise }: Filtered): { gain: number; scaleSigma: number } {
  let match = 0;
  let power = 0;
  for (let i = 0; i < lines.height.length; i++) {
    const braggDeg = lines.twoThetaDeg[i]!;
    const movedDeg = braggDeg - strain * 2 * Math.tan((braggDeg * Math.PI) / 360) * (180 / Math.PI);
    const cell = Math.round((movedDeg - fromDeg) / STEP_DEG);
    if (cell < 0 || cell >= signal.length) continue;
    match += lines.height[i]! * signal[cell]!;
    power += lines.height[i]! ** 2 * noise[cell]!;
  }
  if (power <= 0) return { gain: 0, scaleSigma: Number.POSITIVE_INFINITY };
  return { gain: match > 0 ? (match * match) / (2 * power) : 0, scaleSigma: 1 / Math.sqrt(power) };
}
