import type { AngleRange } from './angle-range.ts';
import type { Radiation } from './radiation.ts';

/** What a fit of a standard tells of an instrument. */
export type InstrumentParameterName =
  | 'uDeg2'
  | 'vDeg2'
  | 'wDeg2'
  | 'xDeg'
  | 'yDeg'
  | 'axial'
  | 'zeroDeg'
  | 'displacementMm'
  | 'kAlpha2Weight'
  | 'kBetaWeight'
  | 'tungstenWeight'
  | 'polarisationK';

/** One parameter; `sigma` is its standard error, null where the scan cannot tell it and it stands at its default. */
export interface CalibratedParameter {
  readonly name: InstrumentParameterName;
  readonly value: number;
  readonly sigma: number | null;
  /** Why the scan does not tell it; null where it does. */
  readonly notDetermined: string | null;
}

/** One line of the standard: the fitted curve, and what the line alone says. */
export interface StandardLine {
  readonly h: number;
  readonly k: number;
  readonly l: number;
  readonly twoThetaDeg: number;
  /** Measured minus fitted position. */
  readonly offDeg: number;
  readonly offSigmaDeg: number;
  /** Full width at half maximum without axial asymmetry: measured, its error, and the fitted curve. */
  readonly fwhmDeg: number;
  readonly fwhmSigmaDeg: number;
  readonly curveFwhmDeg: number;
}

/** An instrument as a scan of a standard shows it: the content of an instrument file. */
export interface InstrumentCalibration {
  readonly instrumentId: string;
  /** When the fit was made, ISO 8601; the age of the calibration counts from here. */
  readonly calibratedAt: string;
  readonly standard: {
    readonly id: string;
    readonly phaseId: string;
    readonly aA: number;
    readonly cA: number;
    readonly citation: string;
  };
  readonly scan: { readonly name: string; readonly sha256: string; readonly points: number };
  /** Where lines of the standard were seen; beyond it the curves are extrapolated. */
  readonly validRange: AngleRange;
  /** With the weak lines that were found. */
  readonly radiation: Radiation;
  readonly optics: {
    readonly uDeg2: number;
    readonly vDeg2: number;
    readonly wDeg2: number;
    readonly xDeg: number;
    readonly yDeg: number;
    readonly axial: number;
    readonly radiusMm: number;
    readonly monochromatorTwoThetaDeg: number | null;
  };
  readonly shift: { readonly zeroDeg: number; readonly displacementMm: number };
  /** Chebyshev coefficients of the first kind over the range, and what falls with 1/2theta as at 10 degrees; both in heights of the strongest line. */
  readonly background: {
    readonly coefficients: readonly number[];
    readonly air: number;
    readonly fromDeg: number;
    readonly toDeg: number;
  };
  readonly parameters: readonly CalibratedParameter[];
  readonly goodness: {
    /** Weighted profile residual and what counting alone would give, 0..1. */
    readonly rWeighted: number;
    readonly rExpected: number;
    readonly reducedChiSquare: number;
    /** Share of the net intensity that the fit leaves beyond the noise. */
    readonly unexplained: number;
  };
  readonly lines: readonly StandardLine[];
}
