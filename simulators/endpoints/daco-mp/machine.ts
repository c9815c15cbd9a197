import type { WireChunk, WireEnd } from '../../../drivers/mqtt/protocol.ts';
import type { Controller } from '../../controller.ts';
import type { Goniometer } from '../../goniometer.ts';
import type { Journal } from '../../journal.ts';
import { Refusal } from '../../refusal.ts';
import type { Specimen } from '../../specimen.ts';
import type { VirtualDiffractometer } from '../../virtual-diffractometer.ts';
import type { WireScans } from '../wire-scans.ts';
import { startPlaceUdeg } from './start-place.ts';
import { ABORT, AXIS, alarmWord, readyBit } from './status-words.ts';
import { type ErrorName, WordError } from './word-error.ts';

export interface MachineParts {
  readonly device: VirtualDiffractometer;
  readonly goniometer: Goniometer;
  readonly controller: Controller;
  readonly scans: WireScans;
  readonly specimen: Specimen;
  readonly journal: Journal;
  readonly minDwellS: number;
}

export interface ScanWord {
  readonly steps: number;
  readonly dwellS: number;
  readonly stepDeg: number;
  readonly axis: number;
  readonly isContinuous: boolean;
}

export interface Abort {
  readonly reason: number;
  readonly missingReady: number;
  readonly alarms: number;
}

/** What the controller of the goniometer does, apart from how it is asked. Every method may throw a WordError. */
export class DacoMachine {
  readonly parts: MachineParts;
  /** Measured and not yet fetched: pulses of each point. */
  readonly stored: number[] = [];
  abort: Abort | null = null;
  remaining = 0;
  isAbsorberIn = false;
  dwellS = 0;
  lastPulses = 0;
  shutterCommand: 'open' | 'closed' = 'closed';
  private scansMade = 0;
  private abortHint: number | null = null;
  private hasLostPower = false;

  constructor(parts: MachineParts) {
    this.parts = parts;
    parts.goniometer.onPowerCycle(() => {
      this.hasLostPower = this.isScanning();
      this.cut('the controller lost its power', ABORT.other);
      this.stored.length = 0;
      this.remaining = 0;
      this.isAbsorberIn = false;
      this.shutterCommand = 'closed';
      parts.device.commandShutter('closed');
      parts.controller.loseRemote();
    });
    parts.goniometer.onLimit(() => this.cut('an axis ran into a limit switch', ABORT.limitSwitch));
  }

  isScanning(): boolean {
    return this.parts.device.scans.isRunning();
  }

  remote(on: boolean): void {
    const { controller, device } = this.parts;
    if (controller.isBusy()) throw new WordError('portBusy');
    if (on && (controller.inService || device.isLocal())) throw new WordError('service');
    if (on && controller.heldElsewhere) throw new WordError('heldElsewhere');
    if (on) controller.isRemote = true;
    else controller.loseRemote();
  }

  go(axis: number, deg: number): void {
    const { goniometer } = this.parts;
    this.demandRemote();
    this.demandIdle();
    this.demandAxis(axis);
    if (!goniometer.isInitialised(axis)) throw new WordError('notInitialised');
    const { fromDeg, toDeg } = goniometer.limits(axis);
    if (deg < fromDeg || deg > toDeg) throw new WordError('incorrectArgument');
    const side = goniometer.atLimit(axis);
    if (side === (deg > goniometer.shownDeg(axis) ? 'positive' : 'negative')) throw new WordError('atLimitSwitch');
    goniometer.go(axis, deg);
  }

  reference(axis: number): void {
    this.demandRemote();
    this.demandIdle();
    this.demandAxis(axis);
    this.parts.goniometer.reference(axis);
  }

  zero(axis: number, deg: number): void {
    this.demandRemote();
    this.demandIdle();
    this.demandAxis(axis);
    this.parts.goniometer.setPosition(axis, deg);
  }

  /** Stops one drive or all, and the scan with what it stored: so does the one public implementation of this command. */
  hold(axis: number | null): void {
    this.demandRemote();
    this.cut('the host called a halt', ABORT.halted);
    this.stored.length = 0;
    this.parts.goniometer.halt(axis === AXIS.coupled ? null : axis);
  }

  shutter(to: 'open' | 'closed'): void {
    this.demandRemote();
    this.shutterCommand = to;
    const { device } = this.parts;
    if (!device.commandShutter(to) && to === 'open' && device.obstacle() !== null) throw new WordError('generator');
  }

  absorber(isIn: boolean): void {
    this.demandRemote();
    this.isAbsorberIn = isIn;
  }

  /** From where the axis stands: `steps` steps, so one point more. Whether the shutter is open is the host's business. */
  scan({ steps, dwellS, stepDeg, axis, isContinuous }: ScanWord): void {
    const { goniometer, scans, specimen, minDwellS } = this.parts;
    this.demandRemote();
    this.demandIdle();
    if (axis !== AXIS.coupled && axis !== AXIS.twoTheta) throw new WordError('notInstalled');
    if (!Number.isInteger(steps) || steps < 0 || !(stepDeg > 0) || !(dwellS > 0) || dwellS < minDwellS)
      throw new WordError('incorrectArgument');
    const axes = axis === AXIS.coupled ? [AXIS.twoTheta, AXIS.theta] : [AXIS.twoTheta];
    if (!axes.every((one) => goniometer.isInitialised(one))) throw new WordError('notInitialised');
    this.abort = null;
    this.stored.length = 0;
    const missingReady = axes.filter((one) => !goniometer.isReady(one)).reduce((mask, one) => mask | readyBit(one), 0);
    if (missingReady !== 0) {
      this.abort = { reason: ABORT.missingReady, missingReady, alarms: this.alarms() };
      return;
    }
    for (const one of axes) goniometer.halt(one);
    const startDeg = goniometer.trueDeg(AXIS.twoTheta);
    this.parts.device.scans.standAt(startDeg);
    const plan = {
      fromUdeg: startPlaceUdeg(startDeg, specimen),
      stepUdeg: Math.round(stepDeg * 1e6),
      pointCount: steps + 1,
      dwellNs: Math.round(dwellS * 1e9),
    };
    this.remaining = steps + 1;
    this.dwellS = dwellS;
    try {
      scans.begin(`daco-${this.scansMade + 1}`, plan, isContinuous ? 'continuous' : 'step', {
        points: (chunk) => this.take(chunk, axes),
        end: (end) => this.finish(end),
      });
      this.scansMade++;
    } catch (error) {
      this.remaining = 0;
      if (error instanceof Refusal) throw new WordError(ERROR_OF[error.code] ?? 'unknown');
      throw error;
    }
  }

  /** The oldest values, at most `count`; they are deleted here, whether the answer arrives or not. */
  fetch(count: number): number[] {
    const values = this.stored.splice(0, count);
    this.parts.journal('fetch', { atS: this.parts.device.clock.nowS(), points: values.length, left: this.stored.length });
    return values;
  }

  alarms(): number {
    return alarmWord(this.parts.device.alarms().keys());
  }

  /** Bit n - 1 where axis n is where it was sent. */
  readyMask(): number {
    const { goniometer, device } = this.parts;
    let mask = readyBit(AXIS.absorber) | readyBit(AXIS.detectorHv1);
    for (const axis of [AXIS.twoTheta, AXIS.theta, AXIS.chi, AXIS.phi])
      if (goniometer.isReady(axis) && goniometer.atLimit(axis) === null && !this.isScanning()) mask |= readyBit(axis);
    if (device.circuitState().generatorOn) mask |= readyBit(AXIS.generator);
    if (device.shownShutter() === this.shutterCommand) mask |= readyBit(AXIS.tubeWindow);
    return mask;
  }

  /** An operator who takes local control ends remote control, whoever holds it. */
  look(): void {
    if (this.parts.device.isLocal() && this.parts.controller.isRemote) this.parts.controller.loseRemote();
  }

  demandRemote(): void {
    this.look();
    if (this.parts.controller.isBusy()) throw new WordError('portBusy');
    if (!this.parts.controller.isRemote) throw new WordError('onlyInRemote');
  }

  private demandIdle(): void {
    if (this.parts.controller.inSetup) throw new WordError('setupActive');
    if (this.isScanning()) throw new WordError('measuring');
  }

  private demandAxis(axis: number): void {
    if (!this.parts.goniometer.has(axis)) throw new WordError('notInstalled');
  }

  private cut(why: string, reason: number): void {
    if (!this.isScanning()) return;
    this.abortHint = reason;
    this.parts.device.halt(why);
  }

  private take(chunk: WireChunk, axes: readonly number[]): void {
    const { goniometer } = this.parts;
    this.stored.push(...chunk.counts);
    this.remaining = Math.max(0, this.remaining - chunk.counts.length);
    this.lastPulses = chunk.counts.at(-1) ?? 0;
    const atDeg = (chunk.fromUdeg + (chunk.counts.length - 1) * chunk.stepUdeg) / 1e6;
    goniometer.follow(AXIS.twoTheta, atDeg);
    if (axes.includes(AXIS.theta)) goniometer.follow(AXIS.theta, atDeg / 2);
  }

  private finish(end: WireEnd): void {
    const hint = this.abortHint;
    this.abortHint = null;
    this.remaining = 0;
    if (this.hasLostPower) {
      this.hasLostPower = false;
      this.stored.length = 0;
      return;
    }
    if (end.report.completeness === 'whole') return;
    if (hint === ABORT.halted) this.stored.length = 0;
    const alarms = this.alarms();
    const reason = hint ?? (alarms !== 0 ? ABORT.alarm : this.parts.device.isLocal() ? ABORT.remoteLost : ABORT.other);
    this.abort = { reason, missingReady: 0, alarms };
  }
}

const ERROR_OF: Readonly<Record<string, ErrorName>> = {
  invalid: 'incorrectArgument',
  outOfLimits: 'incorrectArgument',
  busy: 'measuring',
  unsafe: 'generator',
  localControl: 'onlyInRemote',
};
