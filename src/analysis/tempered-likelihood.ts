import type { FitData } from './fit-data.ts';

/**
 * Poisson likelihood (Gaussian where the counts are lost) whose noise is widened by a misfit that grows with the net intensity: what a model with
 * the right phases would still leave.
 */
export class TemperedLikelihood {
  private readonly data: FitData;
  /** Variance of the misfit, and the share of the variance that is the data's own. */
  private readonly misfit: Float64Array;
  private readonly temper: Float64Array;
  /** c ln c - c. */
  private readonly own: Float64Array;
  private readonly known = new WeakMap<Float64Array, Float64Array>();

  constructor(data: FitData, modelError: number) {
    this.data = data;
    this.misfit = data.net.map((net) => (modelError * net) ** 2);
    this.temper = data.variance.map((variance, i) => variance / (variance + this.misfit[i]!));
    this.own = data.counts.map((count) => (count > 0 ? count * Math.log(count) - count : 0));
  }

  /** Inverse variances at a modelled number of counts; the same array for the same array. */
  weights(model: Float64Array): Float64Array {
    let weights = this.known.get(model);
    if (!weights) {
      weights = this.weigh(model);
      this.known.set(model, weights);
    }
    return weights;
  }

  private weigh(model: Float64Array): Float64Array {
    const { variance, poisson } = this.data;
    const weights = new Float64Array(variance.length);
    for (let i = 0; i < weights.length; i++) {
      const own = variance[i]!;
      weights[i] = 1 / ((poisson ? (own + Math.max(model[i]!, 0.25 * own)) / 2 : own) + this.misfit[i]!);
    }
    return weights;
  }

  /** Twice the tempered log likelihood ratio to a perfect model. */
  deviance(model: Float64Array): number {
    const { counts, poisson, variance } = this.data;
    const { temper, own } = this;
    let sum = 0;
    if (poisson) {
      for (let i = 0; i < counts.length; i++) {
        const c = counts[i]!;
        const m = Math.max(model[i]!, 0.02 * variance[i]!);
        sum += 2 * (own[i]! + m - (c > 0 ? c * Math.log(m) : 0)) * temper[i]!;
      }
    } else for (let i = 0; i < counts.length; i++) sum += ((counts[i]! - model[i]!) ** 2 / variance[i]!) * temper[i]!;
    return sum;
  }
}
