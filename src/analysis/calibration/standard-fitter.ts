import type { PhaseState } from '../../diffraction/simulate-pattern.ts';
import type { AngleRange } from '../../domain/angle-range.ts';
import { addBackground, type BackgroundBasis, backgroundBasis } from '../background-basis.ts';
import { backSolve, factorise, type NormalEquations, solveNonNegative } from '../normal-equations.ts';
import { ScanEquations } from '../scan-equations.ts';
import { boundedStep } from './bounded-step.ts';
import type { CalibrationData } from './calibration-data.ts';
import { type FixedOptics, instrumentOf, type ParameterRule, type ProfileParameters } from './instrument-parameters.ts';
import { addStandardLine, type PlacedStandard, placeStandard, standardRates } from './standard-rates.ts';

/** Profile parameters with what follows from them: line areas and background are solved for, not stepped. */
export interface StandardFit {
  readonly values: ProfileParameters;
  readonly placed: PlacedStandard;
  /** Area of the largest line in counts per second times degrees as each line alone tells it; all equal where the structure is exactly right. */
  readonly areas: Float64Array;
  /** Modelled counts per point: all of it, and the background. */
  readonly model: Float64Array;
  readonly background: Float64Array;
  /** Half the deviance, divided by the temper, plus the priors. */
  readonly objective: number;
  readonly deviance: number;
  /** Counts per unit area of each line. */
  readonly columns: readonly Float64Array[];
  readonly solution: Float64Array;
}

export interface FitSettings {
  readonly free: readonly ParameterRule[];
  readonly iterations: number;
  /** Misfit of the model beside counting, as a factor on the variance; 1 for none. */
  readonly temper: number;
}

/** Line areas may differ from the structure's by this factor's logarithm or so: texture and few grains. */
const AREA_SPREAD = 0.5;
const LINEAR_ROUNDS = 3;

/** Fits a standard: Gauss-Newton with damping on the Poisson likelihood, each line's area free about the structure's. */
export class StandardFitter {
  readonly data: CalibrationData;
  private readonly phase: PhaseState;
  private readonly fixed: FixedOptics;
  private readonly basis: BackgroundBasis;
  private readonly equations: ScanEquations;
  private readonly own: Float64Array;
  private readonly range: AngleRange;

  constructor(data: CalibrationData, phase: PhaseState, fixed: FixedOptics) {
    this.data = data;
    this.phase = phase;
    this.fixed = fixed;
    this.range = { fromDeg: data.twoThetaDeg[0]!, toDeg: data.twoThetaDeg.at(-1)! };
    this.basis = backgroundBasis(data.twoThetaDeg, data.liveS);
    this.equations = new ScanEquations(this.basis, data.counts);
    this.own = data.counts.map((count) => (count > 0 ? count * Math.log(count) - count : 0));
  }

  /** Background and areas at fixed profile parameters; `byStructure` gives all lines one common area. */
  linear(values: ProfileParameters, { free, temper }: FitSettings, near: StandardFit | null = null, byStructure = false): StandardFit {
    const placed = this.place(values);
    const single = this.lineColumns(placed);
    const columns = byStructure ? [sumOf(single, this.data.counts.length)] : single;
    const start = near ?? (byStructure ? null : this.linear(values, { free, temper, iterations: 0 }, null, true));
    const common = start ? median(start.areas) : 0;
    const first = this.basis.count;
    let model: Float64Array = start?.model ?? this.data.smooth;
    let solution: Float64Array = new Float64Array(0);
    for (let round = 0; round < LINEAR_ROUNDS; round++) {
      const equations = this.equations.build(columns, this.weights(model, temper));
      ridge(equations, first);
      if (!byStructure && common > 0) for (let i = 0; i < columns.length; i++) addPrior(equations, first + i, common, AREA_SPREAD * common);
      solution = solveNonNegative(
        equations,
        columns.map((_, i) => first + i),
      );
      model = this.modelOf(columns, solution);
    }
    const background = new Float64Array(model.length);
    addBackground(background, this.basis, solution);
    const areas = byStructure ? new Float64Array(single.length).fill(solution[first]!) : solution.slice(first);
    const deviance = this.deviance(model);
    let objective = deviance / (2 * temper);
    if (!byStructure && common > 0) for (const area of areas) objective += ((area - common) / (AREA_SPREAD * common)) ** 2 / 2;
    for (const rule of free) objective += ((values[rule.name] - rule.usual) / rule.spread) ** 2 / 2;
    return { values, placed, areas, model, background, objective, deviance, columns, solution };
  }

  fit(start: StandardFit, settings: FitSettings): StandardFit {
    let now = this.linear(start.values, settings, start);
    let damping = 1e-3;
    for (let round = 0; round < settings.iterations && damping < 1e4; round++) {
      const values = this.step(now, settings, damping);
      const next = this.linear(values, settings, now);
      const gain = now.objective - next.objective;
      if (gain > 0) {
        now = next;
        damping = Math.max(1e-6, damping / 5);
        // A damped step gains little wherever it stands.
        if (gain < 1e-3 && damping < 1e-3) break;
      } else damping *= 10;
    }
    return now;
  }

  /** Standard errors of the free parameters, in their order, with the priors counted as data. */
  sigmas(fit: StandardFit, settings: FitSettings): number[] {
    const { equations, first } = this.system(fit, settings);
    const factor = factorise(equations);
    return settings.free.map((_, m) => {
      const unit = new Float64Array(equations.n);
      unit[first + m] = 1;
      const variance = backSolve(factor, unit)[first + m]!;
      return variance > 0 ? Math.sqrt(variance) : Number.POSITIVE_INFINITY;
    });
  }

  private step(now: StandardFit, settings: FitSettings, damping: number): ProfileParameters {
    const { equations, first } = this.system(now, settings);
    return boundedStep(equations, first, now.values, settings.free, this.range, damping);
  }

  /** Normal equations of background, areas and free parameters about the present fit. */
  private system(now: StandardFit, { free, temper }: FitSettings): { equations: NormalEquations; first: number } {
    const slopes = free.map((rule) => this.slope(now, rule));
    const equations = this.equations.build([...now.columns, ...slopes], this.weights(now.model, temper), 0);
    const { n, matrix, right } = equations;
    for (let a = 0; a < n; a++) for (let b = 0; b < now.solution.length; b++) right[a]! -= matrix[a * n + b]! * now.solution[b]!;
    ridge(equations, this.basis.count);
    const common = median(now.areas);
    now.areas.forEach((area, i) => {
      addPrior(equations, this.basis.count + i, common - area, AREA_SPREAD * common);
    });
    const first = this.basis.count + now.areas.length;
    free.forEach((rule, m) => {
      addPrior(equations, first + m, rule.usual - now.values[rule.name], rule.spread);
    });
    return { equations, first };
  }

  private slope({ values, areas }: StandardFit, { name, trial, least }: ParameterRule): Float64Array {
    const low = Math.max(least, values[name] - trial);
    const high = values[name] + trial;
    const at = (value: number) => standardRates(this.data.twoThetaDeg, this.place({ ...values, [name]: value }), areas);
    const [before, after] = [at(low), at(high)];
    return after.map((value, i) => ((value - before[i]!) / (high - low)) * this.data.liveS[i]!);
  }

  private place(values: ProfileParameters): PlacedStandard {
    const { optics, shift } = instrumentOf(values, this.fixed);
    return placeStandard(this.phase, optics, shift);
  }

  private lineColumns(placed: PlacedStandard): Float64Array[] {
    const { twoThetaDeg, liveS } = this.data;
    return Array.from({ length: this.phase.reflections.count }, (_, i) => {
      const column = new Float64Array(twoThetaDeg.length);
      addStandardLine(column, twoThetaDeg, placed, i, 1);
      for (let k = 0; k < column.length; k++) if (column[k] !== 0) column[k]! *= liveS[k]!;
      return column;
    });
  }

  private modelOf(columns: readonly Float64Array[], solution: Float64Array): Float64Array {
    const model = new Float64Array(this.data.counts.length);
    addBackground(model, this.basis, solution);
    columns.forEach((column, i) => {
      const area = solution[this.basis.count + i]!;
      if (area !== 0) for (let k = 0; k < model.length; k++) model[k]! += area * column[k]!;
    });
    return model;
  }

  private weights(model: Float64Array, temper: number): Float64Array {
    return model.map((value, i) => 1 / (temper * Math.max(value, 0.1 * this.data.smooth[i]!, 0.3)));
  }

  private deviance(model: Float64Array): number {
    const { counts, smooth } = this.data;
    let sum = 0;
    for (let i = 0; i < counts.length; i++) {
      const m = Math.max(model[i]!, 0.02 * smooth[i]!);
      const c = counts[i]!;
      sum += 2 * (this.own[i]! + m - (c > 0 ? c * Math.log(m) : 0));
    }
    return sum;
  }
}

function sumOf(columns: readonly Float64Array[], points: number): Float64Array {
  const sum = new Float64Array(points);
  for (const column of columns) for (let i = 0; i < points; i++) sum[i]! += column[i]!;
  return sum;
}

export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  return sorted.length === 0 ? 0 : sorted[Math.floor(sorted.length / 2)]!;
}

function ridge({ n, matrix }: NormalEquations, count: number): void {
  for (let a = 0; a < count; a++) matrix[a * n + a]! = matrix[a * n + a]! * (1 + 1e-9) + 1e-12;
}

/** What is wanted of an unknown (a value, or a step), and how surely. */
function addPrior({ n, matrix, right }: NormalEquations, index: number, wanted: number, sigma: number): void {
  matrix[index * n + index]! += 1 / sigma ** 2;
  right[index]! += wanted / sigma ** 2;
}
