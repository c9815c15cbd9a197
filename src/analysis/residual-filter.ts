import type { FitData } from './fit-data.ts';

/** Blurred weighted residual and blurred weight, on a raster; zero where nothing was measured. */
export interface FilteredResidual {
  readonly fromDeg: number;
  readonly stepDeg: number;
  readonly signal: Float64Array;
  readonly noise: Float64Array;
}

const STEP_DEG = 0.02;
/** Blur of the residual, so that a slightly misplaced line still finds it. */
const BLUR_FWHM_DEG = 0.16;
const REACH_DEG = BLUR_FWHM_DEG * 1.2;
const MARGIN_DEG = 1;

/** Blurs what fits leave of one data set; the kernels, which depend on the raster alone, are computed once. */
export class ResidualFilter {
  private readonly data: FitData;
  private readonly modelError: number;
  private readonly fromDeg: number;
  private readonly size: number;
  /** Cells firstCell[i] .. firstCell[i] + n - 1 take part of point i, with n the difference of kernelStart. */
  private readonly firstCell: Int32Array;
  private readonly kernelStart: Int32Array;
  private readonly kernels: Float64Array;

  constructor(data: FitData, modelError: number) {
    const { twoThetaDeg } = data;
    const n = twoThetaDeg.length;
    this.data = data;
    this.modelError = modelError;
    this.fromDeg = (twoThetaDeg[0] ?? 0) - MARGIN_DEG;
    this.size = Math.ceil(((twoThetaDeg[n - 1] ?? 0) + MARGIN_DEG - this.fromDeg) / STEP_DEG) + 1;
    this.firstCell = new Int32Array(n);
    this.kernelStart = new Int32Array(n + 1);
    this.kernels = new Float64Array(n * (Math.ceil((2 * REACH_DEG) / STEP_DEG) + 1));
    let at = 0;
    for (let i = 0; i < n; i++) {
      const centre = twoThetaDeg[i]! - this.fromDeg;
      const first = Math.ceil((centre - REACH_DEG) / STEP_DEG);
      const last = Math.floor((centre + REACH_DEG) / STEP_DEG);
      this.firstCell[i] = first;
      for (let cell = first; cell <= last; cell++) {
        const t = (cell * STEP_DEG - centre) / BLUR_FWHM_DEG;
        this.kernels[at++] = Math.exp(-4 * Math.LN2 * t * t);
      }
      this.kernelStart[i + 1] = at;
    }
  }

  apply(model: Float64Array): FilteredResidual {
    const { counts, liveS, variance, net } = this.data;
    const { firstCell, kernelStart, kernels } = this;
    const signal = new Float64Array(this.size);
    const noise = new Float64Array(this.size);
    for (let i = 0; i < counts.length; i++) {
      const misfit = this.modelError * net[i]!;
      const weight = liveS[i]! / (Math.max(variance[i]!, model[i]!) + misfit * misfit);
      const residual = (counts[i]! - model[i]!) * weight;
      const information = weight * liveS[i]!;
      const end = kernelStart[i + 1]!;
      for (let at = kernelStart[i]!, cell = firstCell[i]!; at < end; at++, cell++) {
        const kernel = kernels[at]!;
        signal[cell]! += kernel * residual;
        noise[cell]! += kernel * kernel * information;
      }
    }
    return { fromDeg: this.fromDeg, stepDeg: STEP_DEG, signal, noise };
  }
}
