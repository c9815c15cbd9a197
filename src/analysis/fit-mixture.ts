import { fillColumns, newColumns, type PhaseColumns } from '../diffraction/phase-columns.ts';
import type { ReflectionTable } from '../diffraction/reflections.ts';
import type { Optics, PhaseState, Shift } from '../diffraction/simulate-pattern.ts';
import { strainBasis } from '../diffraction/strain-basis.ts';
import { backgroundBasis } from './background-basis.ts';
import type { FitData } from './fit-data.ts';
import { type NormalEquations, normalEquations, solve, solveNonNegative } from './normal-equations.ts';

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

/** Scale of the lattice prior: a powder's cell is seldom further from the literature's, but its tail is that of a Cauchy distribution. */
const STRAIN_SIGMA = 0.003;
const STRAIN_CAP = 0.03;
const INVERSE_SIZE = { meanPerNm: 0.015, sigmaPerNm: 0.03, minPerNm: 0.0015, maxPerNm: 0.3 };
const SHIFT_SIGMA_DEG = 0.1;
const ZERO_SIGMA_DEG = 0.015;
const WIDTH = { sigmaDeg2: 0.01, minDeg2: 0.0008, maxDeg2: 0.08 };
/** Misfit that no structure model avoids, as a share of the net intensity: grain statistics, texture, profile shape. */
export const MODEL_ERROR = 0.08;

/** Maximum of the tempered Poisson likelihood over scales, background and, as asked, lattices, sizes, shift and width (Gauss-Newton). */
export class MixtureFitter {
  private readonly data: FitData;
  private readonly background: readonly Float64Array[];
  private readonly temper: Float64Array;
  private readonly shapes = new WeakMap<ReflectionTable, Shape>();

  constructor(data: FitData) {
    this.data = data;
    this.background = backgroundBasis(data.twoThetaDeg).map((column) => column.map((value, i) => value * data.liveS[i]!));
    this.temper = data.variance.map((variance, i) => variance / (variance + (MODEL_ERROR * data.net[i]!) ** 2));
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
    const columns = [...background, ...shapes];
    const scaleIndex = shapes.map((_, p) => background.length + p);
    let solution = new Float64Array(columns.length);
    let model = near ?? data.variance;
    let equations: NormalEquations | null = null;
    for (let round = near ? 1 : 0; round < 2; round++) {
      equations = normalEquations(columns, this.weights(model), data.counts);
      ridge(equations, background.length);
      solution = solveNonNegative(equations, scaleIndex) as Float64Array<ArrayBuffer>;
      model = combine(columns, solution, data.counts.length);
      if (!data.poisson) break;
    }
    const scales = shapes.map((_, p) => solution[background.length + p]!);
    const phases = mixture.phases.map((phase, p) => ({ ...phase, state: { ...phase.state, scale: scales[p]! } }));
    const backgroundCounts = combine(background, solution, data.counts.length);
    const contributions = shapes.map((shape, p) => shape.map((value) => value * scales[p]!));
    const objective = this.deviance(model) / 2 + penalty(phases, mixture);
    return {
      ...mixture,
      phases,
      model,
      background: backgroundCounts,
      contributions,
      scaleSigma: scaleSigmas(equations!, scaleIndex),
      objective,
    };
  }

  /** Counts per unit scale of a phase. The last one of each table is kept: most phases stand still while one is fitted. */
  private shapeOf(state: PhaseState, { optics, shift }: Mixture): Float64Array {
    const last = this.shapes.get(state.reflections);
    if (last && last.strain === state.strain && last.sizeNm === state.sizeNm && last.optics === optics && last.shift === shift)
      return last.shape;
    const shape = this.drawShape(state, optics, shift);
    this.shapes.set(state.reflections, { strain: state.strain, sizeNm: state.sizeNm, optics, shift, shape });
    return shape;
  }

  private drawShape(state: PhaseState, optics: Optics, shift: Shift): Float64Array {
    const columns = newColumns(this.data.counts.length, 0);
    fillColumns(columns, this.data.twoThetaDeg, { ...state, scale: 1 }, [], optics, shift);
    return columns.value.map((value, i) => value * this.data.liveS[i]!);
  }

  private weights(model: Float64Array): Float64Array {
    const { variance, net, poisson } = this.data;
    return variance.map((own, i) => 1 / ((poisson ? (own + Math.max(model[i]!, 0.25 * own)) / 2 : own) + (MODEL_ERROR * net[i]!) ** 2));
  }

  /** Twice the tempered log likelihood ratio to a perfect model. */
  private deviance(model: Float64Array): number {
    const { counts, poisson, variance } = this.data;
    let sum = 0;
    for (let i = 0; i < counts.length; i++) {
      const c = counts[i]!;
      const m = Math.max(model[i]!, poisson ? 0.02 * variance[i]! : Number.NEGATIVE_INFINITY);
      const own = poisson ? 2 * (c > 0 ? c * Math.log(c / m) - c + m : m) : (c - m) ** 2 / variance[i]!;
      sum += own * this.temper[i]!;
    }
    return sum;
  }

  private step(now: MixtureFit, options: FitOptions, damping: number): Mixture | null {
    const { data } = this;
    const { liveS } = data;
    const columns: Float64Array[] = [...this.background];
    const movers: Mover[] = [];
    const instrument = {
      displacement: new Float64Array(liveS.length),
      zero: new Float64Array(liveS.length),
      width: new Float64Array(liveS.length),
    };
    now.phases.forEach(({ phaseId, state }, p) => {
      const basis = strainBasis(state.cell, state.crystalSystem);
      const free = state.scale > 0 && (options.freePhases === 'all' || (options.freePhases !== 'none' && options.freePhases.has(phaseId)));
      if (!free && !options.freeInstrument) {
        columns.push(now.contributions[p]!.map((value) => value / Math.max(state.scale, 1e-12)));
        return;
      }
      const own = newColumns(liveS.length, free ? basis.length : 0);
      fillColumns(own, data.twoThetaDeg, { ...state, scale: 1 }, free ? basis : [], now.optics, now.shift);
      columns.push(scaled(own.value, liveS, 1));
      if (free) {
        for (const k of basis.keys()) movers.push({ kind: 'strain', phase: p, k, column: scaled(own.strain[k]!, liveS, state.scale) });
        movers.push({ kind: 'size', phase: p, k: 0, column: scaled(own.inverseSize, liveS, state.scale) });
      }
      if (options.freeInstrument) addTo(instrument, own, liveS, state.scale);
    });
    if (options.freeInstrument)
      for (const kind of ['displacement', 'zero', 'width'] as const) movers.push({ kind, phase: -1, k: 0, column: instrument[kind] });
    if (movers.length === 0) return null;
    const linear = columns.length;
    const residual = data.counts.map((count, i) => count - now.model[i]!);
    const equations = normalEquations([...columns, ...movers.map((mover) => mover.column)], this.weights(now.model), residual);
    ridge(equations, this.background.length);
    for (const [m, mover] of movers.entries()) addPrior(equations, linear + m, priorOf(mover, now));
    const solution = solve(equations, damping);
    return move(now, movers, solution.subarray(linear));
  }
}

interface Shape {
  readonly strain: readonly number[];
  readonly sizeNm: number;
  readonly optics: Optics;
  readonly shift: Shift;
  readonly shape: Float64Array;
}

interface Mover {
  readonly kind: 'strain' | 'size' | 'displacement' | 'zero' | 'width';
  readonly phase: number;
  readonly k: number;
  readonly column: Float64Array;
}

function scaled(column: Float64Array, liveS: Float64Array, factor: number): Float64Array {
  return column.map((value, i) => value * liveS[i]! * factor);
}

function addTo(
  instrument: { displacement: Float64Array; zero: Float64Array; width: Float64Array },
  own: PhaseColumns,
  liveS: Float64Array,
  scale: number,
): void {
  for (let i = 0; i < liveS.length; i++) {
    const factor = liveS[i]! * scale;
    instrument.displacement[i]! += own.displacement[i]! * factor;
    instrument.zero[i]! += own.zero[i]! * factor;
    instrument.width[i]! += own.width[i]! * factor;
  }
}

function combine(columns: readonly Float64Array[], solution: Float64Array, points: number): Float64Array {
  const sum = new Float64Array(points);
  columns.forEach((column, a) => {
    const factor = solution[a]!;
    if (factor !== 0) for (let i = 0; i < points; i++) sum[i]! += factor * column[i]!;
  });
  return sum;
}

/** A breath of stiffness, so that splines over unmeasured angles stay defined. */
function ridge({ n, matrix }: NormalEquations, count: number): void {
  for (let a = 0; a < count; a++) matrix[a * n + a]! = matrix[a * n + a]! * (1 + 1e-9) + 1e-9;
}

function scaleSigmas({ n, matrix }: NormalEquations, indices: readonly number[]): number[] {
  return indices.map((index) => {
    const right = new Float64Array(n);
    right[index] = 1;
    const variance = solve({ n, matrix, right })[index]!;
    return variance > 0 ? Math.sqrt(variance) : Number.POSITIVE_INFINITY;
  });
}

interface Prior {
  /** Present value minus the prior's mean, and the inverse variance there. */
  readonly off: number;
  readonly precision: number;
}

function shiftSigmaMm(optics: Optics): number {
  return (SHIFT_SIGMA_DEG * Math.PI * optics.radiusMm) / 360;
}

function strainAmount(state: PhaseState, k: number): number {
  const vector = strainBasis(state.cell, state.crystalSystem)[k]!;
  return state.strain[vector.findIndex((value) => value !== 0)]!;
}

function priorOf(mover: Mover, now: Mixture): Prior {
  switch (mover.kind) {
    case 'strain': {
      const off = strainAmount(now.phases[mover.phase]!.state, mover.k);
      return { off, precision: 2 / (STRAIN_SIGMA ** 2 + off ** 2) };
    }
    case 'size':
      return { off: 1 / now.phases[mover.phase]!.state.sizeNm - INVERSE_SIZE.meanPerNm, precision: 1 / INVERSE_SIZE.sigmaPerNm ** 2 };
    case 'displacement':
      return { off: now.shift.displacementMm, precision: 1 / shiftSigmaMm(now.optics) ** 2 };
    case 'zero':
      return { off: now.shift.zeroDeg, precision: 1 / ZERO_SIGMA_DEG ** 2 };
    case 'width':
      return { off: 0, precision: 1 / WIDTH.sigmaDeg2 ** 2 };
  }
}

function addPrior({ n, matrix, right }: NormalEquations, index: number, { off, precision }: Prior): void {
  matrix[index * n + index]! += precision;
  right[index]! -= precision * off;
}

/** Minus the log of the priors, in nats. */
function penalty(phases: readonly MixturePhase[], { optics, shift }: Mixture): number {
  let nats = (shift.displacementMm / shiftSigmaMm(optics)) ** 2 / 2 + (shift.zeroDeg / ZERO_SIGMA_DEG) ** 2 / 2;
  for (const { state } of phases) {
    strainBasis(state.cell, state.crystalSystem).forEach((_, k) => {
      nats += Math.log(1 + (strainAmount(state, k) / STRAIN_SIGMA) ** 2);
    });
    nats += ((1 / state.sizeNm - INVERSE_SIZE.meanPerNm) / INVERSE_SIZE.sigmaPerNm) ** 2 / 2;
  }
  return nats;
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

function move(now: Mixture, movers: readonly Mover[], steps: Float64Array): Mixture {
  const phases: { readonly phaseId: string; state: PhaseState & { strain: number[] } }[] = now.phases.map((phase, p) => {
    const strain = movers.some((mover) => mover.phase === p) ? [...phase.state.strain] : (phase.state.strain as number[]);
    return { ...phase, state: { ...phase.state, strain } };
  });
  let { optics, shift } = now;
  movers.forEach((mover, m) => {
    const step = steps[m]!;
    const state = phases[mover.phase]?.state;
    if (mover.kind === 'strain' && state) {
      const vector = strainBasis(state.cell, state.crystalSystem)[mover.k]!;
      vector.forEach((value, i) => {
        if (value !== 0) state.strain[i] = clamp(state.strain[i]! + clamp(step, -0.004, 0.004) * value, -STRAIN_CAP, STRAIN_CAP);
      });
    } else if (mover.kind === 'size' && state) {
      phases[mover.phase]!.state = {
        ...state,
        sizeNm: 1 / clamp(1 / state.sizeNm + clamp(step, -0.05, 0.05), INVERSE_SIZE.minPerNm, INVERSE_SIZE.maxPerNm),
      };
    } else if (mover.kind === 'displacement') shift = { ...shift, displacementMm: shift.displacementMm + clamp(step, -0.2, 0.2) };
    else if (mover.kind === 'zero') shift = { ...shift, zeroDeg: shift.zeroDeg + clamp(step, -0.05, 0.05) };
    else if (mover.kind === 'width') {
      const wDeg2 = clamp(optics.caglioti.wDeg2 + clamp(step, -0.01, 0.01), WIDTH.minDeg2, WIDTH.maxDeg2);
      optics = { ...optics, caglioti: { ...optics.caglioti, wDeg2 } };
    }
  });
  return { phases, optics, shift };
}
