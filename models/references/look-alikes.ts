import { literatureState } from '../../src/diffraction/literature-state.ts';
import { computeReflections, type ReflectionTable } from '../../src/diffraction/reflections.ts';
import { addPhaseRates, type Optics, type PhaseState } from '../../src/diffraction/simulate-pattern.ts';
import { strainBasis } from '../../src/diffraction/strain-basis.ts';
import type { Structure } from '../../src/diffraction/structure.ts';

/**
 * When two phases count as alike to X-rays: pure Cu K-alpha1 patterns with lines of WIDTH_DEG full width are compared from FROM_DEG to TO_DEG. One of the two
 * may change each free length and angle of its lattice by up to STRAIN_MAX (relative, or radians); the cosine of the two patterns, best over these changes and
 * over which of the two is changed, is their similarity. From ALIKE on they are a group.
 */
export const ALIKE = 0.95;
const FROM_DEG = 10;
const TO_DEG = 80;
const STEP_DEG = 0.03;
const WIDTH_DEG = 0.15;
const STRAIN_MAX = 0.005;

const WAVELENGTH_A = 1.540598;
/** From broad to the final width, so that the search is not caught where lines no longer touch. */
const WIDTHS_DEG = [1, 0.5, 0.25, WIDTH_DEG];
/** Cosine at the first width below which a pair is not looked at further: the final one cannot come near ALIKE. */
const HOPELESS = 0.6;
const STEPS = [-4, -2, -1, 1, 2, 4];

const GRID_DEG = Float64Array.from({ length: Math.round((TO_DEG - FROM_DEG) / STEP_DEG) + 1 }, (_, i) => FROM_DEG + i * STEP_DEG);

/** The cosine of the two patterns after the best change of either lattice, 0..1. */
export function similarity(a: Structure, b: Structure): number {
  const [left, right] = [stateOf(a), stateOf(b)];
  return Math.max(bestCosine(left, right), bestCosine(right, left));
}

export interface LookAlikePair {
  readonly phaseIds: readonly [string, string];
  readonly similarity: number;
}

/** Every pair of the list whose similarity is at least `from`, most alike first. */
export function lookAlikes(phases: readonly { readonly phaseId: string; readonly structure: Structure }[], from = ALIKE): LookAlikePair[] {
  const states = phases.map(({ structure }) => stateOf(structure));
  const pairs: LookAlikePair[] = [];
  for (let i = 0; i < states.length; i++)
    for (let j = i + 1; j < states.length; j++) {
      const cosine = Math.max(bestCosine(states[i]!, states[j]!), bestCosine(states[j]!, states[i]!));
      if (cosine >= from) pairs.push({ phaseIds: [phases[i]!.phaseId, phases[j]!.phaseId], similarity: cosine });
    }
  return pairs.sort((p, q) => q.similarity - p.similarity);
}

function stateOf(structure: Structure): PhaseState {
  const reflections: ReflectionTable = computeReflections(structure, {
    wavelengthA: WAVELENGTH_A,
    twoThetaMaxDeg: TO_DEG + 1,
    anode: 'Cu',
  });
  return literatureState({ ...structure, reflections }, { sizeNm: 1e5, microstrain: 0 });
}

/** The lattice of `moved` is changed, one free parameter after the other, in ever smaller steps. */
function bestCosine(fixed: PhaseState, moved: PhaseState): number {
  const basis = strainBasis(moved.cell, moved.crystalSystem);
  let amounts = basis.map(() => 0);
  let best = 0;
  for (const widthDeg of WIDTHS_DEG) {
    const target = patternOf(fixed, widthDeg);
    const cosineAt = (tried: readonly number[]) => cosine(target, patternOf({ ...moved, strain: combine(basis, tried) }, widthDeg));
    best = cosineAt(amounts);
    if (widthDeg === WIDTHS_DEG[0] && best < HOPELESS) return best;
    for (let step = widthDeg / 240; step > widthDeg / 4000; step /= 2)
      for (let i = 0; i < basis.length; i++)
        for (const times of STEPS) {
          const tried = amounts.with(i, amounts[i]! + times * step);
          if (Math.abs(tried[i]!) > STRAIN_MAX) continue;
          const found = cosineAt(tried);
          if (found > best) [best, amounts] = [found, tried];
        }
  }
  return best;
}

function combine(basis: readonly (readonly number[])[], amounts: readonly number[]): number[] {
  return [0, 1, 2, 3, 4, 5].map((component) => basis.reduce((sum, mode, i) => sum + amounts[i]! * mode[component]!, 0));
}

function patternOf(phase: PhaseState, widthDeg: number): Float64Array {
  const optics: Optics = {
    radiation: { anode: 'Cu', lines: [{ wavelengthA: WAVELENGTH_A, weight: 1 }] },
    caglioti: { uDeg2: 0, vDeg2: 0, wDeg2: widthDeg ** 2 },
    lorentzDeg: { xDeg: 0, yDeg: 0 },
    radiusMm: 200,
    monochromatorTwoThetaDeg: null,
    axial: 0,
  };
  const rates = new Float64Array(GRID_DEG.length);
  addPhaseRates(rates, GRID_DEG, phase, optics, { zeroDeg: 0, displacementMm: 0 });
  return rates;
}

function cosine(a: Float64Array, b: Float64Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += a[i]! * b[i]!;
    aa += a[i]! * a[i]!;
    bb += b[i]! * b[i]!;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}
