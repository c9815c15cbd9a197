import { placeFitLines } from '../diffraction/fit-lines.ts';
import { GAUSS_PEAK, LORENTZ_PEAK } from '../diffraction/profile.ts';
import { type Optics, type PhaseState, primaryIndex, type Shift } from '../diffraction/simulate-pattern.ts';
import type { FitData } from './fit-data.ts';
import { type MixtureFit, MODEL_ERROR } from './fit-mixture.ts';
import { farFromLiterature } from './fit-priors.ts';
import { type FilteredResidual, ResidualFilter } from './residual-filter.ts';

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
  /** The phases that X-rays cannot tell from it, itself among them: of these only one is ever in a set. */
  readonly groupPhaseIds: readonly string[];
  readonly state: PhaseState;
}

const STRAINS = [0, -0.003, 0.003, -0.006, 0.006, -0.01, 0.01];
/** Tried as well for phases that the network believes in: without its word, a strained isotype is not worth looking for. */
const WIDE_STRAINS = [...STRAINS, -0.015, 0.015, -0.02, 0.02, -0.026, 0.026];
const WEAK = 0.01;
/** Lines this far outside the data may be strained into them. */
const MARGIN_DEG = 3;
const DEG = 180 / Math.PI;

/**
 * Which phases of the library would explain what a fit leaves: a matched filter over the positions of their lines. Cheap (a table look-up per
 * line), hence only a proposer; the fit decides.
 */
export class PhaseProposer {
  private readonly data: FitData;
  private readonly library: readonly LibraryPhase[];
  private readonly believed: ReadonlySet<string>;
  private readonly filter: ResidualFilter;
  private lines: { readonly optics: Optics; readonly shift: Shift; readonly ofPhase: readonly Lines[] } | null = null;

  constructor(data: FitData, library: readonly LibraryPhase[], believed: ReadonlySet<string> = new Set()) {
    this.believed = believed;
    this.data = data;
    this.library = library;
    this.filter = new ResidualFilter(data, MODEL_ERROR);
  }

  /** All phases of the library, best first. */
  propose(fit: MixtureFit): Proposal[] {
    const filtered = this.filter.apply(fit.model);
    const lines = this.linesFor(fit.optics, fit.shift);
    const proposals = this.library.map(({ phaseId }, p) => {
      let best: Proposal = { phaseId, gain: 0, strain: 0, scaleSigma: Number.POSITIVE_INFINITY };
      for (const strain of this.believed.has(phaseId) ? WIDE_STRAINS : STRAINS) {
        const { gain: matched, scaleSigma } = gainAt(lines[p]!, strain, filtered);
        const gain = Math.max(0, matched - farFromLiterature(Math.abs(strain)));
        if (gain > best.gain || strain === 0) best = { phaseId, gain, strain, scaleSigma };
      }
      return best;
    });
    return proposals.sort((a, b) => b.gain - a.gain);
  }

  private linesFor(optics: Optics, shift: Shift): readonly Lines[] {
    if (this.lines?.optics !== optics || this.lines.shift !== shift) {
      const { twoThetaDeg } = this.data;
      const range = { fromDeg: (twoThetaDeg[0] ?? 0) - MARGIN_DEG, toDeg: (twoThetaDeg.at(-1) ?? 0) + MARGIN_DEG };
      const primary = { ...optics, radiation: { ...optics.radiation, lines: [optics.radiation.lines[primaryIndex(optics.radiation)]!] } };
      this.lines = { optics, shift, ofPhase: this.library.map(({ state }) => strongestLines(state, primary, shift, range)) };
    }
    return this.lines.ofPhase;
  }
}

interface Lines {
  readonly twoThetaDeg: Float64Array;
  /** Shift in degrees per unit isotropic strain. */
  readonly perStrain: Float64Array;
  readonly height: Float64Array;
}

function strongestLines(state: PhaseState, optics: Optics, shift: Shift, range: { fromDeg: number; toDeg: number }): Lines {
  const placed = placeFitLines(state, [], optics, shift, range);
  const twoThetaDeg = new Float64Array(placed.count);
  const perStrain = new Float64Array(placed.count);
  const height = new Float64Array(placed.count);
  let kept = 0;
  for (let at = 0; at < placed.count; at++) {
    // Area over width, which is the height but for the shape.
    const own = placed.lorentz[at]! / LORENTZ_PEAK + placed.gauss[at]! / GAUSS_PEAK;
    if (own <= WEAK) continue;
    twoThetaDeg[kept] = placed.twoThetaDeg[at]!;
    perStrain[kept] = -2 * DEG * Math.tan(placed.twoThetaDeg[at]! / 2 / DEG);
    height[kept] = own;
    kept++;
  }
  return { twoThetaDeg: twoThetaDeg.subarray(0, kept), perStrain: perStrain.subarray(0, kept), height: height.subarray(0, kept) };
}

function gainAt(lines: Lines, strain: number, { fromDeg, stepDeg, signal, noise }: FilteredResidual): { gain: number; scaleSigma: number } {
  const { twoThetaDeg, perStrain, height } = lines;
  let match = 0;
  let power = 0;
  for (let i = 0; i < height.length; i++) {
    const cell = Math.round((twoThetaDeg[i]! + strain * perStrain[i]! - fromDeg) / stepDeg);
    if (cell < 0 || cell >= signal.length) continue;
    match += height[i]! * signal[cell]!;
    power += height[i]! * height[i]! * noise[cell]!;
  }
  if (power <= 0) return { gain: 0, scaleSigma: Number.POSITIVE_INFINITY };
  return { gain: match > 0 ? (match * match) / (2 * power) : 0, scaleSigma: 1 / Math.sqrt(power) };
}
