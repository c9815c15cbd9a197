import type { Goniometer } from '../../goniometer.ts';
import type { AxisSetup } from '../../goniometer-axis.ts';
import type { VirtualDiffractometer } from '../../virtual-diffractometer.ts';
import { SmcError, type SmcErrorName } from './smc-errors.ts';

/** A ready bit comes so much before the axis has truly arrived (seen on such a controller, domain-facts 1.3); 0.3 s is its settling. */
const EARLY_S = 0.2 + 0.3;
/** Until then a new motion does not show in the state. */
const STARTS_AFTER_S = 0.1;

/** Axis 1 carries the detector, axis 2 the sample. */
export const AXES: readonly AxisSetup[] = [
  { axis: 1, limits: { fromDeg: -5, toDeg: 150 }, speedDegPerS: 5, markDeg: 0, startsAfterS: STARTS_AFTER_S, readyEarlyS: EARLY_S },
  { axis: 2, limits: { fromDeg: -5, toDeg: 90 }, speedDegPerS: 5, markDeg: 0, startsAfterS: STARTS_AFTER_S, readyEarlyS: EARLY_S },
];

const FASTEST_DEG_PER_S = 20;
/** Two angles that differ by less than this are the same to the encoder. */
const DEVIATION_DEG = 0.005;
/** Positions are multiples of 1e-4 degree (`gnum` 10000). */
const PER_DEG = 10_000;

const STATE = {
  ready: 1 << 0,
  referenceInstalled: 1 << 1,
  limitNegative: 1 << 2,
  limitPositive: 1 << 3,
  homed: 1 << 4,
  enabled: 1 << 5,
  busy: 1 << 6,
  controllerReady: 1 << 7,
  encoderOff: 1 << 9,
  encoderReference: 1 << 10,
  softNegative: 1 << 12,
  softPositive: 1 << 13,
  blocked: 1 << 14,
  errorPending: 1 << 15,
  externalStop: 1 << 16,
} as const;

interface AxisMemory {
  error: SmcErrorName;
  beyond: 'negative' | 'positive' | null;
  deviationDeg: number;
}

/** The axes as the controller knows them. What cannot be done throws an SmcError; the caller keeps it with `remember`. */
export class SmcAxes {
  private readonly goniometer: Goniometer;
  private readonly device: VirtualDiffractometer;
  private readonly memory: ReadonlyMap<number, AxisMemory>;

  constructor(goniometer: Goniometer, device: VirtualDiffractometer) {
    this.goniometer = goniometer;
    this.device = device;
    this.memory = new Map(AXES.map(({ axis }) => [axis, { error: 'none', beyond: null, deviationDeg: DEVIATION_DEG }]));
    goniometer.onLimit((axis) => this.remember(axis, 'limitSwitch'));
  }

  numbers(): number[] {
    return [...this.memory.keys()];
  }

  has(axis: number): boolean {
    return this.memory.has(axis);
  }

  goTo(axis: number, deg: number): void {
    this.demandStill(axis);
    const target = Math.round(deg * PER_DEG) / PER_DEG;
    const { fromDeg, toDeg } = this.goniometer.limits(axis);
    const memory = this.of(axis);
    memory.beyond = target < fromDeg ? 'negative' : target > toDeg ? 'positive' : null;
    if (memory.beyond !== null) throw new SmcError('softLimit');
    if (this.goniometer.atLimit(axis) === (target > this.steppedDeg(axis) ? 'positive' : 'negative')) throw new SmcError('limitSwitch');
    this.goniometer.go(axis, target);
  }

  home(axis: number): void {
    this.demandStill(axis);
    this.goniometer.reference(axis);
  }

  /** From now on the axis shows `deg` where it stands. */
  setPosition(axis: number, deg: number): void {
    this.demandStill(axis);
    this.goniometer.setPosition(axis, deg);
  }

  /** One axis, or all. */
  halt(axis: number | null): void {
    this.goniometer.halt(axis);
  }

  /** In 1e-4 degree per second. */
  speed(axis: number): number {
    return Math.round(this.goniometer.speedDegPerS(axis) * PER_DEG);
  }

  setSpeed(axis: number, perS: number): void {
    if (!(perS > 0) || perS > FASTEST_DEG_PER_S * PER_DEG) throw new SmcError('invalidArgument');
    this.goniometer.setSpeed(axis, perS / PER_DEG);
  }

  deviationDeg(axis: number): number {
    return this.of(axis).deviationDeg;
  }

  setDeviation(axis: number, deg: number): void {
    this.demandStill(axis);
    if (!(deg > 0)) throw new SmcError('invalidArgument');
    this.of(axis).deviationDeg = deg;
  }

  /** What the steps of the motor add up to. */
  steppedDeg(axis: number): number {
    return this.goniometer.steppedDeg(axis);
  }

  /** What the encoder shows. */
  encoderDeg(axis: number): number {
    return this.goniometer.shownDeg(axis);
  }

  encoderCount(axis: number): number {
    return Math.round(this.encoderDeg(axis) * PER_DEG);
  }

  isMoving(axis: number): boolean {
    return this.goniometer.isMoving(axis) && !this.goniometer.isReady(axis);
  }

  limit(axis: number): 'negative' | 'positive' | null {
    return this.goniometer.atLimit(axis);
  }

  isHomed(axis: number): boolean {
    return this.goniometer.isInitialised(axis);
  }

  error(axis: number): SmcErrorName {
    return this.of(axis).error;
  }

  remember(axis: number, error: SmcErrorName): void {
    this.of(axis).error = error;
  }

  clear(axis: number): void {
    this.of(axis).error = 'none';
    this.of(axis).beyond = null;
  }

  state(axis: number): number {
    const { error, beyond, deviationDeg } = this.of(axis);
    const limit = this.limit(axis);
    const isIdle = !this.isMoving(axis);
    const isOff = isIdle && Math.abs(this.encoderDeg(axis) - this.steppedDeg(axis)) > deviationDeg;
    const bits = [
      isIdle && STATE.ready,
      STATE.referenceInstalled,
      limit === 'negative' && STATE.limitNegative,
      limit === 'positive' && STATE.limitPositive,
      this.isHomed(axis) && STATE.homed,
      STATE.enabled,
      !isIdle && !this.isHomed(axis) && STATE.busy,
      this.numbers().every((one) => !this.isMoving(one)) && STATE.controllerReady,
      isOff && STATE.encoderOff,
      STATE.encoderReference,
      beyond === 'negative' && STATE.softNegative,
      beyond === 'positive' && STATE.softPositive,
      this.device.isLocal() && STATE.blocked,
      error !== 'none' && STATE.errorPending,
      this.device.circuitState().emergencyStop && STATE.externalStop,
    ];
    return bits.reduce<number>((word, bit) => (bit === false ? word : word | bit), 0);
  }

  private demandStill(axis: number): void {
    if (this.device.circuitState().emergencyStop) throw new SmcError('externalStop');
    if (this.device.isLocal()) throw new SmcError('locked');
    if (this.goniometer.isMoving(axis)) throw new SmcError('axisMoves');
  }

  private of(axis: number): AxisMemory {
    const memory = this.memory.get(axis);
    if (!memory) throw new SmcError('invalidArgument');
    return memory;
  }
}
