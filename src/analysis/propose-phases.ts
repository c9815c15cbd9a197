import { placeFitLines } from '../diffraction/fit-lines.ts';
import { GAUSS_PEAK, LORENTZ_PEAK } from '../diffraction/profile.ts';
import { type Optics, type PhaseState, primaryIndex, type Shift } from '../diffraction/simulate-pattern.ts';
import { strainBasis } from '../diffraction/strain-basis.ts';
import type { FitData } from './fit-data.ts';
import { type MixtureFit, MODEL_ERROR } from './fit-mixture.ts';
import { farFromLiterature } from './fit-priors.ts';
import { type FilteredResidual, ResidualFilter } from './residual-filter.ts';

export interface Proposal {
  readonly phaseId: string;
  /** Log likelihood ratio in nats that the phase would win on the residual if its lines did not overlap. */
  readonly gain: number;
  /** Strain of the lattice at which it was won, as in `PhaseState`. */
  readonly strain: readonly number[];
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
/** Their lattice is then followed along its own strains, one after the other, in steps of these sizes. */
const STRAIN_STEPS = [0.006, 0.003, 0.0015];
const STRAIN_MAX = 0.03;
const WEAK = 0.01;
/** Lines this far outside the data may be strained into them. */
const MARGIN_DEG = 3;

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
    const proposals = this.library.map((phase, p): Proposal => {
      const isBelieved = this.believed.has(phase.phaseId);
      const isotropic = bestIsotropic(lines[p]!, isBelieved ? WIDE_STRAINS : STRAINS, filtered);
      const { gain, scaleSigma, amounts } = isBelieved ? followed(lines[p]!, isotropic, filtered) : isotropic;
      return { phaseId: phase.phaseId, gain, scaleSigma, strain: strainOf(phase, amounts) };
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
  /** Shift in degrees per unit of each strain of the crystal system. */
  readonly byStrain: readonly Float64Array[];
  /** The amounts of these strains that make up an isotropic one. */
  readonly isotropic: readonly number[];
  readonly height: Float64Array;
}

interface Matched {
  readonly gain: number;
  readonly scaleSigma: number;
  /** Of each strain of the crystal system. */
  readonly amounts: readonly number[];
}

function bestIsotropic(lines: Lines, strains: readonly number[], filtered: FilteredResidual): Matched {
  let best: Matched | null = null;
  for (const strain of strains) {
    const matched = matchAt(
      lines,
      lines.isotropic.map((share) => share * strain),
      filtered,
    );
    if (!best || matched.gain > best.gain) best = matched;
  }
  return best!;
}

/** From a start on uphill, one strain after the other in ever smaller steps. */
function followed(lines: Lines, start: Matched, filtered: FilteredResidual): Matched {
  let best = start;
  for (const step of STRAIN_STEPS)
    for (let k = 0; k < lines.byStrain.length; k++)
      for (const sign of [-1, 1])
        for (;;) {
          const amounts = best.amounts.map((amount, other) => (other === k ? amount + sign * step : amount));
          if (Math.abs(amounts[k]!) > STRAIN_MAX) break;
          const moved = matchAt(lines, amounts, filtered);
          if (moved.gain <= best.gain) break;
          best = moved;
        }
  return best;
}

function matchAt(lines: Lines, amounts: readonly number[], filtered: FilteredResidual): Matched {
  const { gain, scaleSigma } = gainAt(lines, amounts, filtered);
  return { gain: Math.max(0, gain - farFromLiterature(Math.max(...amounts.map(Math.abs)))), scaleSigma, amounts };
}

function strainOf({ state }: LibraryPhase, amounts: readonly number[]): number[] {
  const basis = strainBasis(state.cell, state.crystalSystem);
  return state.strain.map((own, i) => own + amounts.reduce((sum, amount, k) => sum + amount * basis[k]![i]!, 0));
}

function strongestLines(state: PhaseState, optics: Optics, shift: Shift, range: { fromDeg: number; toDeg: number }): Lines {
  const basis = strainBasis(state.cell, state.crystalSystem);
  const placed = placeFitLines(state, basis, optics, shift, range);
  const twoThetaDeg = new Float64Array(placed.count);
  const byStrain = basis.map(() => new Float64Array(placed.count));
  const height = new Float64Array(placed.count);
  let kept = 0;
  for (let at = 0; at < placed.count; at++) {
    // Area over width, which is the height but for the shape.
    const own = placed.lorentz[at]! / LORENTZ_PEAK + placed.gauss[at]! / GAUSS_PEAK;
    if (own <= WEAK) continue;
    twoThetaDeg[kept] = placed.twoThetaDeg[at]!;
    for (const [k, shifts] of byStrain.entries()) shifts[kept] = placed.byStrain[k]![at]!;
    height[kept] = own;
    kept++;
  }
  const cut = (column: Float64Array) => column.subarray(0, kept);
  const isotropic = basis.map((vector) => (vector.slice(0, 3).some((value) => value !== 0) ? 1 : 0));
  return { twoThetaDeg: cut(twoThetaDeg), byStrain: byStrain.map(cut), isotropic, height: cut(height) };
}

function gainAt(
  lines: Lines,
  amounts: readonly number[],
  { fromDeg, stepDeg, signal, noise }: FilteredResidual,
): { gain: number; scaleSigma: number } {
  const { twoThetaDeg, byStrain, height } = lines;
  let match = 0;
  let power = 0;
  for (let i = 0; i < height.length; i++) {
    let angleDeg = twoThetaDeg[i]!;
    for (let k = 0; k < byStrain.length; k++) angleDeg += amounts[k]! * byStrain[k]![i]!;
    const cell = Math.round((angleDeg - fromDeg) / stepDeg);
    if (cell < 0 || cell >= signal.length) continue;
    match += height[i]! * signal[cell]!;
    power += height[i]! * height[i]! * noise[cell]!;
  }
  if (power <= 0) return { gain: 0, scaleSigma: Number.POSITIVE_INFINITY };
  return { gain: match > 0 ? (match * match) / (2 * power) : 0, scaleSigma: 1 / Math.sqrt(power) };
}
