/** A fit, drawn: all arrays but the ticks are as long as `twoThetaDeg`; rates in counts per second. */
export interface FittedCurves {
  readonly twoThetaDeg: Float64Array;
  readonly observedCps: Float64Array;
  readonly modelCps: Float64Array;
  readonly backgroundCps: Float64Array;
  readonly phases: readonly FittedPhase[];
  /** Observed minus model, in units of its own standard error. */
  readonly residualSigma: Float64Array;
}

export interface FittedPhase {
  readonly phaseId: string;
  /** This phase alone, above the background. */
  readonly cps: Float64Array;
  /** Positions of its lines, and their heights relative to the strongest; equally long. */
  readonly ticksDeg: Float64Array;
  readonly tickHeights: Float64Array;
}
