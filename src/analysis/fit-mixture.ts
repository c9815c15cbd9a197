import { type FitLines, placeFitLines, QUICK_TAILS } from '../diffraction/fit-lines.ts';
import { addLines, addSlopes, newScratch, type SlopeColumns, type SlopeScratch } from '../diffraction/phase-columns.ts';
import type { ReflectionTable } from '../diffraction/reflections.ts';
import type { Optics, PhaseState, Shift } from '../diffraction/simulate-pattern.ts';
import { strainBasis } from '../diffraction/strain-basis.ts';
import type { Texture } from '../diffraction/texture.ts';
import type { AngleRange } from '../domain/angle-range.ts';
import { addBackground, type BackgroundBasis, backgroundBasis } from './background-basis.ts';
import { ColumnPool } from './column-pool.ts';
import { completeFit } from './complete-fit.ts';
import type { FitData } from './fit-data.ts';
import { type Mover, type Prior, penalty, priorOf } from './fit-priors.ts';
import { moveMixture } from './move-mixture.ts';
import { type NormalEquations, solve, solveNonNegative } from './normal-equations.ts';
import { ScanEquations } from './scan-equations.ts';
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
  private readonly tails: number;
  private readonly range: AngleRange;
  private readonly background: BackgroundBasis;
  private readonly likelihood: TemperedLikelihood;
  private readonly equations: ScanEquations;
  private readonly columns: ColumnPool;
  private readonly scratch: SlopeScratch;
  private readonly shapes = new WeakMap<ReflectionTable, Shape>();
  private readonly solutions = new WeakMap<Mixture, Float64Array>();

  /** `tails`: where profiles end, see `placeFitLines`. */
  constructor(data: FitData, tails: number = QUICK_TAILS) {
    this.data = data;
    this.tails = tails;
    this.range = { fromDeg: data.twoThetaDeg[0] ?? 0, toDeg: data.twoThetaDeg.at(-1) ?? 0 };
    this.background = backgroundBasis(data.twoThetaDeg, data.liveS);
    this.likelihood = new TemperedLikelihood(data, MODEL_ERROR);
    this.equations = new ScanEquations(this.background, data.counts);
    this.columns = new ColumnPool(data.counts.length);
    this.scratch = newScratch(data.counts.length);
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
    const shapes = mixture.phases.map(({ state }) => this.shapeOf(state, mixture).shape);
    const scaleIndex = shapes.map((_, p) => background.count + p);
    let model = near ?? data.variance;
    let equations: NormalEquations;
    let solution: Float64Array;
    for (let round = near ? 1 : 0; ; round++) {
      equations = this.equations.build(shapes, this.likelihood.weights(model));
      ridge(equations, background.count);
      solution = solveNonNegative(equations, scaleIndex);
      model = this.modelOf(shapes, solution);
      if (round > 0 || !data.poisson) break;
    }
    const phases = mixture.phases.map((phase, p) => ({ ...phase, state: { ...phase.state, scale: solution[scaleIndex[p]!]! } }));
    const objective = this.likelihood.deviance(model) / 2 + penalty(phases, mixture);
    const { optics, shift } = mixture;
    const fit = completeFit({ phases, optics, shift, model, objective }, background, shapes, solution, equations);
    this.solutions.set(fit, solution);
    return fit;
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

  /** A phase per unit scale. The last one of each table is kept: most phases stand still while one is fitted. */
  private shapeOf(state: PhaseState, { optics, shift }: Mixture): Shape {
    const last = this.shapes.get(state.reflections);
    if (
      last &&
      last.strain === state.strain &&
      last.sizeNm === state.sizeNm &&
      last.microstrain === state.microstrain &&
      last.texture === state.texture &&
      last.optics === optics &&
      last.shift === shift
    )
      return last;
    const lines = placeFitLines(state, strainBasis(state.cell, state.crystalSystem), optics, shift, this.range, this.tails);
    const counts = new Float64Array(this.data.counts.length);
    addLines(counts, this.data.twoThetaDeg, lines);
    multiply(counts, this.data.liveS);
    const { strain, sizeNm, microstrain, texture } = state;
    const shape = { strain, sizeNm, microstrain, texture, optics, shift, lines, shape: counts };
    this.shapes.set(state.reflections, shape);
    return shape;
  }

  /** One step of Gauss and Newton. The right side is that of the counts less that of the present model, which is linear in its scales. */
  private step(now: MixtureFit, options: FitOptions, damping: number): Mixture | null {
    const shapes = now.phases.map(({ state }) => this.shapeOf(state, now));
    const { movers, columns } = this.slopes(now, shapes, options);
    if (movers.length === 0) return null;
    const all = [...shapes.map(({ shape }) => shape), ...columns];
    const equations = this.equations.build(all, this.likelihood.weights(now.model), shapes.length);
    subtractModel(equations, this.solutions.get(now)!);
    ridge(equations, this.background.count);
    const linear = this.background.count + shapes.length;
    for (const [m, mover] of movers.entries()) addPrior(equations, linear + m, priorOf(mover, now));
    return moveMixture(now, movers, solve(equations, damping).subarray(linear));
  }

  /** What may move, and the change of the model with it. */
  private slopes(now: MixtureFit, shapes: readonly Shape[], options: FitOptions): { movers: Mover[]; columns: Float64Array[] } {
    const movers: Mover[] = [];
    const columns: Float64Array[] = [];
    this.columns.reset();
    const take = (mover: Mover) => {
      movers.push(mover);
      const column = this.columns.take();
      columns.push(column);
      return column;
    };
    const wanted = now.phases.map(({ phaseId, state }, phase): Omit<SlopeColumns, 'instrument'> | null => {
      const free = options.freePhases === 'all' || (options.freePhases !== 'none' && options.freePhases.has(phaseId));
      if (state.scale <= 0 || !free) return null;
      const strain = shapes[phase]!.lines.byStrain.map((_, k) => take({ kind: 'strain', phase, k }));
      return { strain, inverseSize: take({ kind: 'size', phase, k: 0 }), microstrain: take({ kind: 'microstrain', phase, k: 0 }) };
    });
    const instrument = options.freeInstrument
      ? {
          displacement: take({ kind: 'displacement', phase: -1, k: 0 }),
          zero: take({ kind: 'zero', phase: -1, k: 0 }),
          width: take({ kind: 'width', phase: -1, k: 0 }),
        }
      : null;
    now.phases.forEach(({ state }, p) => {
      if (state.scale <= 0 || !(wanted[p] || instrument)) return;
      const { strain, inverseSize, microstrain } = wanted[p] ?? { strain: [], inverseSize: null, microstrain: null };
      addSlopes({ strain, inverseSize, microstrain, instrument }, this.data.twoThetaDeg, shapes[p]!.lines, state.scale, this.scratch);
    });
    for (const column of columns) multiply(column, this.data.liveS);
    return { movers, columns };
  }
}

interface Shape {
  readonly strain: readonly number[];
  readonly sizeNm: number;
  readonly microstrain: number;
  readonly texture: Texture | null;
  readonly optics: Optics;
  readonly shift: Shift;
  readonly lines: FitLines;
  /** Counts per unit scale. */
  readonly shape: Float64Array;
}

function multiply(column: Float64Array, factor: Float64Array): void {
  for (let i = 0; i < column.length; i++) column[i]! *= factor[i]!;
}

/** Turns the right side of the counts into that of what the solution leaves of them. */
function subtractModel({ n, matrix, right }: NormalEquations, solution: Float64Array): void {
  for (let a = 0; a < n; a++) for (let b = 0; b < solution.length; b++) right[a]! -= matrix[a * n + b]! * solution[b]!;
}

/** A breath of stiffness, so that splines over unmeasured angles stay defined. */
function ridge({ n, matrix }: NormalEquations, count: number): void {
  for (let a = 0; a < count; a++) matrix[a * n + a]! = matrix[a * n + a]! * (1 + 1e-9) + 1e-9;
}

function addPrior({ n, matrix, right }: NormalEquations, index: number, { off, precision }: Prior): void {
  matrix[index * n + index]! += precision;
  right[index]! -= precision * off;
}
