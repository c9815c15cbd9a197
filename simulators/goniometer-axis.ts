export interface AxisSetup {
  readonly axis: number;
  readonly limits: { readonly fromDeg: number; readonly toDeg: number };
  readonly speedDegPerS: number;
  /** Where the reference mark is. */
  readonly markDeg: number;
  /** From the command until the axis sets off; until then it still says that it is ready. 0 where left out. */
  readonly startsAfterS?: number;
  /** Every motion is called finished so much before it is. 0 where left out. */
  readonly readyEarlyS?: number;
}

/** Times are those of the instrument's clock. */
export interface Motion {
  readonly kind: 'go' | 'reference';
  readonly fromDeg: number;
  readonly toDeg: number;
  readonly startS: number;
  readonly endS: number;
  readonly readyS: number;
  /** The motor loses its grip then: the axis stays where it is and the motion never ends. */
  readonly stallS: number | null;
}

/** An axis as it is now. */
export interface Axis {
  readonly setup: AxisSetup;
  speedDegPerS: number;
  /** Where it truly stands when nothing moves. */
  restDeg: number;
  /** What is shown less where it truly stands. */
  offsetDeg: number;
  isInitialised: boolean;
  motion: Motion | null;
  frozenDeg: number | null;
  atLimit: 'negative' | 'positive' | null;
  /** Where it truly stands less where the motor's steps say. */
  missedDeg: number;
}
