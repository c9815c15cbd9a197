import type { Axis, AxisSetup, Motion } from './goniometer-axis.ts';
import type { InstrumentClock } from './instrument-clock.ts';
import type { Journal } from './journal.ts';
import { MotionTroubles } from './motion-troubles.ts';

/** After an axis has arrived, in s. */
const SETTLE_S = 0.3;

/**
 * Axes that are moved one by one. Angles are in degrees; what an axis shows may differ from where it truly stands, for its zero was set by a
 * command or because its encoder froze.
 */
export class Goniometer {
  readonly troubles = new MotionTroubles();
  private readonly clock: InstrumentClock;
  private readonly journal: Journal;
  private readonly axes: ReadonlyMap<number, Axis>;
  private readonly never = new AbortController();
  private limitHooks: ((axis: number) => void)[] = [];
  private motionHooks: ((axis: number) => void)[] = [];
  private powerHooks: (() => void)[] = [];

  constructor(setups: readonly AxisSetup[], isInitialised: boolean, clock: InstrumentClock, journal: Journal) {
    this.clock = clock;
    this.journal = journal;
    this.axes = new Map(
      setups.map((setup) => [
        setup.axis,
        {
          setup,
          speedDegPerS: setup.speedDegPerS,
          restDeg: setup.markDeg,
          offsetDeg: 0,
          isInitialised,
          motion: null,
          frozenDeg: null,
          atLimit: null,
          missedDeg: 0,
        },
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
    const nowS = this.clock.nowS();
    return (
      isInitialised &&
      (motion === null || (motion.kind === 'go' && ((motion.stallS === null && nowS >= motion.readyS) || nowS < motion.startS)))
    );
  }

  isMoving(axis: number): boolean {
    return this.settled(axis).motion !== null;
  }

  atLimit(axis: number): Axis['atLimit'] {
    return this.of(axis).atLimit;
  }

  /** Where it truly stands. */
  trueDeg(axis: number): number {
    this.settled(axis);
    return this.trueDegAt(axis, this.clock.nowS());
  }

  /** Where it truly stood or will stand at `atS`, if its motion of now is the one it had and will have. */
  trueDegAt(axis: number, atS: number): number {
    const { motion, restDeg } = this.of(axis);
    if (!motion) return restDeg;
    const movedS = Math.min(atS, motion.stallS ?? atS) - motion.startS;
    const share = Math.min(1, Math.max(0, movedS) / Math.max(1e-9, motion.endS - SETTLE_S - motion.startS));
    return motion.fromDeg + (motion.toDeg - motion.fromDeg) * share;
  }

  /** Where the motor's steps say it stands, whatever the encoder shows. */
  steppedDeg(axis: number): number {
    return this.trueDeg(axis) + this.of(axis).offsetDeg - this.of(axis).missedDeg;
  }

  speedDegPerS(axis: number): number {
    return this.of(axis).speedDegPerS;
  }

  /** Holds for motions that begin from now on. */
  setSpeed(axis: number, degPerS: number): void {
    this.of(axis).speedDegPerS = degPerS;
  }

  /** What it shows. */
  shownDeg(axis: number): number {
    const { frozenDeg, offsetDeg } = this.settled(axis);
    return frozenDeg ?? this.trueDeg(axis) + offsetDeg;
  }

  /** Sets off towards the angle `shownDeg`; a motion under way is given up. The caller has checked limits and initialisation. */
  go(axis: number, shownDeg: number): void {
    const state = this.of(axis);
    const aimDeg = shownDeg - state.offsetDeg;
    const fromDeg = this.trueDeg(axis);
    this.tellMotion(axis);
    const { missDeg, earlyS, stalls } = this.troubles.take();
    const toDeg = aimDeg + missDeg;
    state.missedDeg = missDeg;
    if (state.atLimit !== null && Math.sign(toDeg - fromDeg) === (state.atLimit === 'negative' ? 1 : -1)) state.atLimit = null;
    const takesS = Math.abs(toDeg - fromDeg) / state.speedDegPerS + SETTLE_S;
    this.begin(state, 'go', toDeg, takesS, earlyS ?? state.setup.readyEarlyS ?? 0, stalls);
  }

  /** A reference run: the axis finds its mark and is initialised then. */
  reference(axis: number): void {
    const state = this.of(axis);
    const { markDeg } = state.setup;
    const wayDeg = Math.abs(markDeg - this.trueDeg(axis));
    this.tellMotion(axis);
    state.atLimit = null;
    state.missedDeg = 0;
    this.begin(state, 'reference', markDeg, wayDeg / state.speedDegPerS + 5, 0);
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
      const atDeg = this.trueDeg(number);
      this.tellMotion(number);
      state.restDeg = atDeg;
      state.motion = null;
      if (isLost) state.isInitialised = false;
    }
  }

  /** A scan has taken it there. */
  follow(axis: number, trueDeg: number): void {
    const state = this.of(axis);
    this.tellMotion(axis);
    state.motion = null;
    state.restDeg = trueDeg;
  }

  /** `hook` is called just before a motion begins, ends or is given up: who follows the axis in time takes stock then. */
  onMotion(hook: (axis: number) => void): () => void {
    this.motionHooks.push(hook);
    return () => {
      this.motionHooks = this.motionHooks.filter((other) => other !== hook);
    };
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

  /** The controller loses its power and starts again: every axis is taken to stand at 0 and to be without its home. */
  powerCycle(): void {
    this.halt(null);
    for (const state of this.axes.values()) {
      state.isInitialised = false;
      state.offsetDeg = -state.restDeg;
      state.frozenDeg = null;
      state.missedDeg = 0;
    }
    for (const hook of this.powerHooks) hook();
  }

  onPowerCycle(hook: () => void): void {
    this.powerHooks.push(hook);
  }

  private begin(state: Axis, kind: Motion['kind'], toDeg: number, takesS: number, earlyS: number, stalls = false): void {
    const startS = this.clock.nowS() + (state.setup.startsAfterS ?? 0);
    const endS = startS + takesS;
    state.motion = {
      kind,
      fromDeg: this.trueDeg(state.setup.axis),
      toDeg,
      startS,
      endS,
      readyS: endS - earlyS,
      stallS: stalls ? startS + takesS / 2 : null,
    };
    this.journal('move', { atS: startS, axis: state.setup.axis, how: kind, toDeg: toDeg + state.offsetDeg, takesS });
    // Where all waiting is skipped nobody else would let this time pass.
    if (this.clock.spanS(1) === Number.POSITIVE_INFINITY) void this.clock.advanceTo(endS, this.never.signal);
  }

  /** The axis after what time has done to it. */
  private settled(axis: number): Axis {
    const state = this.of(axis);
    const { motion } = state;
    if (motion && motion.stallS === null && this.clock.nowS() >= motion.endS) {
      this.tellMotion(axis);
      state.restDeg = motion.toDeg;
      state.motion = null;
      if (motion.kind === 'reference') {
        state.isInitialised = true;
        state.offsetDeg = 0;
      }
    }
    return state;
  }

  private tellMotion(axis: number): void {
    for (const hook of this.motionHooks) hook(axis);
  }

  private of(axis: number): Axis {
    const state = this.axes.get(axis);
    if (!state) throw new RangeError(`there is no axis ${axis}`);
    return state;
  }
}
