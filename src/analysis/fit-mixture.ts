import { type FitLines, placeFitLines } from '../diffraction/fit-lines.ts';
import { addLines, addSlopes, type InstrumentColumns } from '../diffraction/phase-columns.ts';
import type { ReflectionTable } from '../diffraction/reflections.ts';
import type { Optics, PhaseState, Shift } from '../diffraction/simulate-pattern.ts';
import { strainBasis } from '../diffraction/strain-basis.ts';
import type { AngleRange } from '../domain/angle-range.ts';
import { addBackground, type BackgroundBasis, backgroundBasis } from './background-basis.ts';
import type { FitData } from './fit-data.ts';
import { type Mover, type Prior, penalty, priorOf } from './fit-priors.ts';
import { moveMixture } from './move-mixture.ts';
import { backSolve, factorise, type NormalEquations, solve, solveNonNegative } from './normal-equations.ts';
import { scanEquations } from './scan-equations.ts';
import { TemperedLikelihood } from './tempered-likelihood.ts';

export interface MixturePhase {
  readonly phaseId: string;
  readonly state: PhaseState;
}

/** A mixture: everything the fit may change. Scales are counts per second at the strongest line of each phase. */
export interface Mixture {
  readonly phases: readonly MixturePhase[];
  readonly optics: Optics;
  readonly shift: Shift;
}

export interface MixtureFit extends Mixture {
  /** Modelled counts per point: all of it, the background, and each phase. */
  readonly model: Float64Array;
  readonly background: Float64Array;
  readonly contributions: readonly Float64Array[];
  /** Standard error of each scale, from the curvature of the likelihood. */
  readonly scaleSigma: readonly number[];
  /** Half the tempered deviance plus the priors, in nats; differences between mixtures of the same data are log likelihood ratios. */
  readonly objective: number;
}

export interface FitOptions {
  readonly iterations: number;
  /** Which phases may change their lattice and size; the scales and the background are always free. */
  readonly freePhases: 'all' | 'none' | ReadonlySet<string>;
  readonly freeInstrument: boolean;
}

/** Misfit that no structure model avoids, as a share of the net intensity: grain statistics, texture, profile shape. */
export const MODEL_ERROR = 0.08;

/** Maximum of the tempered Poisson likelihood over scales, background and, as asked, lattices, sizes, shift and width (Gauss-Newton). */
export class MixtureFitter {
  private readonly data: FitData;
  private readonly range: AngleRange;
  private readonly background: BackgroundBasis;
  private readonly likelihood: TemperedLikelihood;
  private readonly shapes = new WeakMap<ReflectionTable, Shape>();

  constructor(data: FitData) {
    this.data = data;
    this.range = { fromDeg: data.twoThetaDeg[0] ?? 0, toDeg: data.twoThetaDeg.at(-1) ?? 0 };
    this.background = backgroundBasis(data.twoThetaDeg, data.liveS);
    this.likelihood = new TemperedLikelihood(data, MODEL_ERROR);
  }

  fit(start: Mixture, options: FitOptions): MixtureFit {
    let now = this.linearFit(start);
    let damping = 1e-3;
    for (let round = 0; round < options.iterations; round++) {
      const step = this.step(now, options, damping);
      if (!step) break;
      const next = this.linearFit(step, now.model);
      const gain = now.objective - next.objective;
      if (gain > 0) {
        now = next;
        damping = Math.max(1e-4, damping / 4);
        if (gain < 0.05) break;
      } else {
        damping *= 10;
        if (damping > 10) break;
      }
    }
    return now;
  }

  /** Scales and background at fixed lattices, by weighted least squares iterated towards the Poisson likelihood. */
  linearFit(mixture: Mixture, near: Float64Array | null = null): MixtureFit {
    const { data, background } = this;
    const shapes = mixture.phases.map(({ state }) => this.shapeOf(state, mixture));
    const scaleIndex = shapes.map((_, p) => background.count + p);
    let model = near ?? data.variance;
    let equations: NormalEquations;
    let solution: Float64Array;
    for (let round = near ? 1 : 0; ; round++) {
      equations = scanEquations(background, shapes, this.likelihood.weights(model), data.counts);
      ridge(equations, background.count);
      solution = solveNonNegative(equations, scaleIndex);
      model = this.modelOf(shapes, solution);
      if (round > 0 || !data.poisson) break;
    }
    const phases = mixture.phases.map((phase, p) => ({ ...phase, state: { ...phase.state, scale: solution[scaleIndex[p]!]! } }));
    const objective = this.likelihood.deviance(model) / 2 + penalty(phases, mixture);
    return completed({ phases, optics: mixture.optics, shift: mixture.shift, model, objective }, background, shapes, solution, equations);
  }

  private modelOf(shapes: readonly Float64Array[], solution: Float64Array): Float64Array {
    const model = new Float64Array(this.data.counts.length);
    addBackground(model, this.background, solution);
    shapes.forEach((shape, p) => {
      const scale = solution[this.background.count + p]!;
      if (scale !== 0) for (let i = 0; i < model.length; i++) model[i]! += scale * shape[i]!;
    });
    return model;
  }

  /** Counts per unit scale of a phase. The last one of each table is kept: most phases stand still while one is fitted. */
  private shapeOf(state: PhaseState, { optics, shift }: Mixture): Float64Array {
    const last = this.shapes.get(state.reflections);
    if (last && last.strain === state.strain && last.sizeNm === state.sizeNm && last.optics === optics && last.shift === shift)
      return last.shape;
    const shape = new Float64Array(this.data.counts.length);
    addLines(shape, this.data.twoThetaDeg, this.linesOf(state, [], optics, shift));
    multiply(shape, this.data.liveS);
    this.shapes.set(state.reflections, { strain: state.strain, sizeNm: state.sizeNm, optics, shift, shape });
    return shape;
  }

  private linesOf(state: PhaseState, basis: readonly (readonly number[])[], optics: Optics, shift: Shift): FitLines {
    return placeFitLines(state, basis, optics, shift, this.range);
  }

  private step(now: MixtureFit, options: FitOptions, damping: number): Mixture | null {
    const { data, background } = this;
    const points = data.counts.length;
    const moving: { readonly mover: Mover; readonly column: Float64Array }[] = [];
    const instrument = options.freeInstrument ? newInstrumentColumns(points) : null;
    now.phases.forEach(({ phaseId, state }, p) => {
      const free = state.scale > 0 && (options.freePhases === 'all' || (options.freePhases !== 'none' && options.freePhases.has(phaseId)));
      if (state.scale <= 0 || (!free && !instrument)) return;
      const basis = free ? strainBasis(state.cell, state.crystalSystem) : [];
      const strain = basis.map(() => new Float64Array(points));
      const inverseSize = free ? new Float64Array(points) : null;
      const lines = this.linesOf(state, basis, now.optics, now.shift);
      addSlopes({ strain, inverseSize, instrument }, data.twoThetaDeg, lines, state.scale);
      strain.forEach((column, k) => {
        moving.push({ mover: { kind: 'strain', phase: p, k }, column });
      });
      if (inverseSize) moving.push({ mover: { kind: 'size', phase: p, k: 0 }, column: inverseSize });
    });
    if (instrument)
      for (const kind of ['displacement', 'zero', 'width'] as const)
        moving.push({ mover: { kind, phase: -1, k: 0 }, column: instrument[kind] });
    if (moving.length === 0) return null;
    for (const { column } of moving) multiply(column, data.liveS);
    const shapes = now.phases.map(({ state }) => this.shapeOf(state, now));
    const linear = background.count + shapes.length;
    const residual = new Float64Array(points);
    for (let i = 0; i < points; i++) residual[i] = data.counts[i]! - now.model[i]!;
    const columns = [...shapes, ...moving.map(({ column }) => column)];
    const equations = scanEquations(background, columns, this.likelihood.weights(now.model), residual);
    ridge(equations, background.count);
    const movers = moving.map(({ mover }) => mover);
    for (const [m, mover] of movers.entries()) addPrior(equations, linear + m, priorOf(mover, now));
    return moveMixture(now, movers, solve(equations, damping).subarray(linear));
  }
}

interface Shape {
  readonly strain: readonly number[];
  readonly sizeNm: number;
  readonly optics: Optics;
  readonly shift: Shift;
  readonly shape: Float64Array;
}

/** Adds what only the fits that are looked at need; worked out when first asked for. */
function completed(
  fit: Pick<MixtureFit, 'phases' | 'optics' | 'shift' | 'model' | 'objective'>,
  basis: BackgroundBasis,
  shapes: readonly Float64Array[],
  solution: Float64Array,
  equations: NormalEquations,
): MixtureFit {
  let background: Float64Array | null = null;
  let contributions: Float64Array[] | null = null;
  let scaleSigma: number[] | null = null;
  return {
    ...fit,
    get background() {
      if (!background) {
        background = new Float64Array(fit.model.length);
        addBackground(background, basis, solution);
      }
      return background;
    },
    get contributions() {
      contributions ??= shapes.map((shape, p) => shape.map((value) => value * solution[basis.count + p]!));
      return contributions;
    },
    get scaleSigma() {
      scaleSigma ??= standardErrors(equations, basis.count);
      return scaleSigma;
    },
  };
}

/** Standard errors of the unknowns from `first` on. */
function standardErrors(equations: NormalEquations, first: number): number[] {
  const factor = factorise(equations);
  return Array.from({ length: equations.n - first }, (_, p) => {
    const right = new Float64Array(equations.n);
    right[first + p] = 1;
    const variance = backSolve(factor, right)[first + p]!;
    return variance > 0 ? Math.sqrt(variance) : Number.POSITIVE_INFINITY;
  });
}

function newInstrumentColumns(points: number): InstrumentColumns {
  return { displacement: new Float64Array(points), zero: new Float64Array(points), width: new Float64Array(points) };
}

function multiply(column: Float64Array, factor: Float64Array): void {
  for (let i = 0; i < column.length; i++) column[i]! *= factor[i]!;
}

/** A breath of stiffness, so that splines over unmeasured angles stay defined. */
function ridge({ n, matrix }: NormalEquations, count: number): void {
  for (let a = 0; a < count; a++) matrix[a * n + a]! = matrix[a * n + a]! * (1 + 1e-9) + 1e-9;
}

function addPrior({ n, matrix, right }: NormalEquations, index: number, { off, precision }: Prior): void {
  matrix[index * n + index]! += precision;
  right[index]! -= precision * off;
}
