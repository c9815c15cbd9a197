import type { InstrumentClock } from './instrument-clock.ts';
import type { Journal } from './journal.ts';

export interface AxisSetup {
  readonly axis: number;
  readonly limits: { readonly fromDeg: number; readonly toDeg: number };
  readonly speedDegPerS: number;
  /** Where the reference mark is. */
  readonly markDeg: number;
}

interface Motion {
  readonly kind: 'go' | 'reference';
  readonly fromDeg: number;
  readonly toDeg: number;
  readonly startS: number;
  readonly endS: number;
  readonly readyS: number;
}

interface Axis {
  readonly setup: AxisSetup;
  /** Where it truly stands when nothing moves. */
  restDeg: number;
  /** What is shown less where it truly stands. */
  offsetDeg: number;
  isInitialised: boolean;
  motion: Motion | null;
  frozenDeg: number | null;
  atLimit: 'negative' | 'positive' | null;
}

/** After an axis has arrived, in s. */
const SETTLE_S = 0.3;

/**
 * Axes that are moved one by one. Angles are in degrees; what an axis shows may differ from where it truly stands, for its zero was set by a
 * command or because its encoder froze.
 */
export class Goniometer {
  private readonly clock: InstrumentClock;
  private readonly journal: Journal;
  private readonly axes: ReadonlyMap<number, Axis>;
  private readonly never = new AbortController();
  private limitHooks: ((axis: number) => void)[] = [];
  private missDeg: { readonly byDeg: number; readonly took: () => void } | null = null;
  private early: { readonly byS: number; readonly took: () => void } | null = null;

  constructor(setups: readonly AxisSetup[], isInitialised: boolean, clock: InstrumentClock, journal: Journal) {
    this.clock = clock;
    this.journal = journal;
    this.axes = new Map(
      setups.map((setup) => [
        setup.axis,
        { setup, restDeg: setup.markDeg, offsetDeg: 0, isInitialised, motion: null, frozenDeg: null, atLimit: null },
      ]),
    );
  }

  has(axis: number): boolean {
    return this.axes.has(axis);
  }

  limits(axis: number): AxisSetup['limits'] {
    return this.of(axis).setup.limits;
  }

  isInitialised(axis: number): boolean {
    const { isInitialised, motion } = this.settled(axis);
    return isInitialised && motion?.kind !== 'reference';
  }

  isReady(axis: number): boolean {
    const { isInitialised, motion } = this.settled(axis);
    return isInitialised && (motion === null || (motion.kind === 'go' && this.clock.nowS() >= motion.readyS));
  }

  isMoving(axis: number): boolean {
    return this.settled(axis).motion !== null;
  }

  atLimit(axis: number): Axis['atLimit'] {
    return this.of(axis).atLimit;
  }

  /** Where it truly stands. */
  trueDeg(axis: number): number {
    const { motion, restDeg } = this.settled(axis);
    if (!motion) return restDeg;
    const share = Math.min(1, (this.clock.nowS() - motion.startS) / Math.max(1e-9, motion.endS - SETTLE_S - motion.startS));
    return motion.fromDeg + (motion.toDeg - motion.fromDeg) * share;
  }

  /** What it shows. */
  shownDeg(axis: number): number {
    const { frozenDeg, offsetDeg } = this.settled(axis);
    return frozenDeg ?? this.trueDeg(axis) + offsetDeg;
  }

  /** Sets off towards the angle `shownDeg`; a motion under way is given up. The caller has checked limits and initialisation. */
  go(axis: number, shownDeg: number): void {
    const state = this.of(axis);
    let toDeg = shownDeg - state.offsetDeg;
    if (this.missDeg) {
      toDeg += this.missDeg.byDeg;
      this.missDeg.took();
      this.missDeg = null;
    }
    const earlyS = this.early?.byS ?? 0;
    this.early?.took();
    this.early = null;
    const fromDeg = this.trueDeg(axis);
    if (state.atLimit !== null && Math.sign(toDeg - fromDeg) === (state.atLimit === 'negative' ? 1 : -1)) state.atLimit = null;
    this.begin(state, 'go', toDeg, Math.abs(toDeg - fromDeg) / state.setup.speedDegPerS + SETTLE_S, earlyS);
  }

  /** A reference run: the axis finds its mark and is initialised then. */
  reference(axis: number): void {
    const state = this.of(axis);
    const { markDeg, speedDegPerS } = state.setup;
    state.atLimit = null;
    this.begin(state, 'reference', markDeg, Math.abs(markDeg - this.trueDeg(axis)) / speedDegPerS + 5, 0);
  }

  /** From now on it shows `shownDeg` where it stands, and counts as initialised. */
  setPosition(axis: number, shownDeg: number): void {
    const state = this.settled(axis);
    state.offsetDeg = shownDeg - this.trueDeg(axis);
    state.isInitialised = true;
    this.journal('zero', { atS: this.clock.nowS(), axis, offsetDeg: state.offsetDeg });
  }

  /** Stops one axis, or all. */
  halt(axis: number | null): void {
    for (const [number, state] of this.axes) {
      if (axis !== null && axis !== number) continue;
      const isLost = this.settled(number).motion?.kind === 'reference';
      state.restDeg = this.trueDeg(number);
      state.motion = null;
      if (isLost) state.isInitialised = false;
    }
  }

  /** A scan has taken it there. */
  follow(axis: number, trueDeg: number): void {
    const state = this.of(axis);
    state.motion = null;
    state.restDeg = trueDeg;
  }

  onLimit(hook: (axis: number) => void): void {
    this.limitHooks.push(hook);
  }

  /** The axis runs into a switch where it is and stops. */
  hitLimit(axis: number, side: 'negative' | 'positive'): void {
    this.halt(axis);
    this.of(axis).atLimit = side;
    for (const hook of this.limitHooks) hook(axis);
  }

  loseInitialisation(axis: number): void {
    this.halt(axis);
    this.of(axis).isInitialised = false;
  }

  /** What it shows stays while it moves. */
  freeze(axis: number, on: boolean): void {
    this.of(axis).frozenDeg = on ? this.shownDeg(axis) : null;
  }

  /** The next motion ends beside its target. */
  missNext(byDeg: number, took: () => void): void {
    this.missDeg = { byDeg, took };
  }

  /** The next motion is called finished so much before it is. */
  readyEarlyNext(byS: number, took: () => void): void {
    this.early = { byS, took };
  }

  private begin(state: Axis, kind: Motion['kind'], toDeg: number, takesS: number, earlyS: number): void {
    const startS = this.clock.nowS();
    const endS = startS + takesS;
    state.motion = { kind, fromDeg: this.trueDeg(state.setup.axis), toDeg, startS, endS, readyS: endS - earlyS };
    this.journal('move', { atS: startS, axis: state.setup.axis, how: kind, toDeg: toDeg + state.offsetDeg, takesS });
    // Where all waiting is skipped nobody else would let this time pass.
    if (this.clock.spanS(1) === Number.POSITIVE_INFINITY) void this.clock.advanceTo(endS, this.never.signal);
  }

  /** The axis after what time has done to it. */
  private settled(axis: number): Axis {
    const state = this.of(axis);
    const { motion } = state;
    if (motion && this.clock.nowS() >= motion.endS) {
      state.restDeg = motion.toDeg;
      state.motion = null;
      if (motion.kind === 'reference') {
        state.isInitialised = true;
        state.offsetDeg = 0;
      }
    }
    return state;
  }

  private of(axis: number): Axis {
    const state = this.axes.get(axis);
    if (!state) throw new RangeError(`there is no axis ${axis}`);
    return state;
  }
}
