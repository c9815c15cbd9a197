import { EwaldError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/runtime.ts';
import type { StopReason } from './instrument.ts';
import type { SmcLine } from './smc-line.ts';
import { askAngle, askError, askState, askVersion, faultOf, gotoText, isReady, limitOf, quitText, STATE } from './smc-words.ts';

export interface GoniometerOptions {
  /** Axis that carries the detector. */
  readonly armAxis: number;
  /** Axis that turns the sample by half the angle; null where it stays as it is. */
  readonly sampleAxis: number | null;
  readonly positionToleranceDeg: number;
  /** Ready bits stand before the axis has arrived: after them so long is waited, and looked again. */
  readonly settleMs: number;
  readonly pollMs: number;
  readonly moveTimeoutMs: number;
  /** A command is not acknowledged: an axis that shows nothing of it for so long is sent it again. */
  readonly moveStartMs: number;
  /** Compare the encoder too. */
  readonly encoder: boolean;
  /** Refuse to move an axis that was not homed. */
  readonly requireHomed: boolean;
}

export interface AxisState {
  readonly state: number;
  readonly angleDeg: number;
}

/** How often a goto is sent: it names a place, so that hearing it twice moves nothing twice. */
const TRIES = 3;

/** The axes of the goniometer. Commands are never acknowledged, so that everything is known from questions alone. */
export class Goniometer {
  readonly #line: SmcLine;
  readonly #options: GoniometerOptions;
  readonly #clock: Clock;
  #moving: number | null = null;

  constructor(line: SmcLine, options: GoniometerOptions, clock: Clock) {
    this.#line = line;
    this.#options = options;
    this.#clock = clock;
  }

  get axes(): number[] {
    const { armAxis, sampleAxis } = this.#options;
    return sampleAxis === null ? [armAxis] : [armAxis, sampleAxis];
  }

  /** Whether a motion of ours is under way on this axis. */
  isMoving(axis: number): boolean {
    return this.#moving === axis;
  }

  version(): Promise<string> {
    return this.#line.ask(askVersion);
  }

  state(axis: number): Promise<number> {
    return this.#line.ask(askState(axis));
  }

  async read(axis: number): Promise<AxisState> {
    return { state: await this.state(axis), angleDeg: await this.#line.ask(askAngle(axis, 'motor')) };
  }

  /** Parks the arm at `armDeg`, the sample at half of it, and gives where the arm reads that it stands. */
  async park(armDeg: number, stop: StopReason): Promise<number> {
    const { armAxis, sampleAxis } = this.#options;
    if (sampleAxis !== null) await this.#move(sampleAxis, armDeg / 2, stop);
    return this.#move(armAxis, armDeg, stop);
  }

  /** Fails where an axis no longer stands at rest where it was parked. */
  async demandParked(armDeg: number): Promise<void> {
    const { armAxis } = this.#options;
    const { state, angleDeg } = await this.read(armAxis);
    await this.#demandWell(armAxis, state);
    if (isReady(state) && Math.abs(angleDeg - armDeg) <= this.#options.positionToleranceDeg) return;
    const message = `the arm was parked at ${armDeg} deg and now reads ${angleDeg} deg`;
    throw fault(message, 'see who else moves the goniometer, and that nothing pushes the arm');
  }

  /** Tells every axis to stop, without waiting for a turn. */
  async quit(): Promise<void> {
    await this.#line.tellAtOnce(quitText);
  }

  /** True where every axis is ready and stands where it stood `settleMs` before. */
  async isAtRest(): Promise<boolean> {
    const before = await this.#readAll();
    if (!before.every(({ state }) => isReady(state))) return false;
    await this.#clock.sleep(this.#options.settleMs);
    const after = await this.#readAll();
    const { positionToleranceDeg } = this.#options;
    return after.every(({ state, angleDeg }, i) => isReady(state) && Math.abs(angleDeg - before[i]!.angleDeg) <= positionToleranceDeg);
  }

  /** Fails with the sentence for what an axis reports. Nothing is ever cleared here: that is for somebody who has looked. */
  async demandFit(): Promise<void> {
    for (const axis of this.axes) {
      const state = await this.state(axis);
      await this.#demandWell(axis, state);
    }
  }

  async #readAll(): Promise<AxisState[]> {
    const all: AxisState[] = [];
    for (const axis of this.axes) all.push(await this.read(axis));
    return all;
  }

  async #move(axis: number, deg: number, stop: StopReason): Promise<number> {
    this.#moving = axis;
    try {
      return await this.#moveTo(axis, deg, stop);
    } finally {
      this.#moving = null;
    }
  }

  async #moveTo(axis: number, deg: number, stop: StopReason): Promise<number> {
    const { positionToleranceDeg, moveTimeoutMs, moveStartMs, settleMs, pollMs } = this.#options;
    const isThere = ({ state, angleDeg }: AxisState) =>
      isReady(state) && faultOf(state) === null && Math.abs(angleDeg - deg) <= positionToleranceDeg;
    const start = await this.read(axis);
    await this.#demandWell(axis, start.state, true);
    if (isThere(start)) return start.angleDeg;
    const untilMs = this.#clock.monotonicMs() + moveTimeoutMs;
    let sentMs = Number.NEGATIVE_INFINITY;
    let sent = 0;
    let now = start;
    for (;;) {
      const why = stop();
      if (why) throw why;
      const nowMs = this.#clock.monotonicMs();
      const stoodStill = isReady(now.state) && Math.abs(now.angleDeg - start.angleDeg) <= positionToleranceDeg;
      if (stoodStill && sent < TRIES && nowMs - sentMs >= moveStartMs) {
        await this.#line.tell(gotoText(axis, deg));
        sentMs = this.#clock.monotonicMs();
        sent++;
      }
      await this.#clock.sleep(pollMs);
      now = await this.read(axis);
      await this.#demandWell(axis, now.state, true);
      if (isThere(now)) {
        await this.#clock.sleep(settleMs);
        now = await this.read(axis);
        if (isThere(now) && (await this.#encoderAgrees(axis, deg))) return now.angleDeg;
      }
      if (this.#clock.monotonicMs() > untilMs) {
        const { text } = await this.#line.ask(askError(axis)).catch(() => ({ text: '' }));
        const more = `${limitOf(now.state)}${text === '' ? '' : ` (${text})`}`;
        throw fault(`axis ${axis} was sent to ${deg.toFixed(4)} deg and stands at ${now.angleDeg} deg${more}`, 'look at the goniometer');
      }
    }
  }

  async #encoderAgrees(axis: number, deg: number): Promise<boolean> {
    if (!this.#options.encoder) return true;
    return Math.abs((await this.#line.ask(askAngle(axis, 'encoder'))) - deg) <= this.#options.positionToleranceDeg;
  }

  async #demandWell(axis: number, state: number, isMoving = false): Promise<void> {
    const trouble = faultOf(state, isMoving);
    if (!trouble) return this.#demandHomed(axis, state);
    const { code, text } = await this.#line.ask(askError(axis)).catch(() => ({ code: 0, text: '' }));
    const words = code === 0 && text === '' ? '' : `: ${code} ${text}`;
    const message = `axis ${axis} of the goniometer: ${trouble}${words}${limitOf(state)}`;
    const remedy = 'look at the goniometer and clear the error there';
    if (state & STATE.externalStop) throw new EwaldError('unsafe', 'goniometer', message, remedy);
    throw fault(message, remedy);
  }

  /** Looked at with every state: a controller that starts anew in the middle of a motion would count its angles from where it stands. */
  #demandHomed(axis: number, state: number): void {
    if (!this.#options.requireHomed || (state & STATE.homed) !== 0) return;
    throw fault(`axis ${axis} was not homed, so that its angle means nothing`, 'home it at the goniometer, or see requireHomed');
  }
}

function fault(message: string, remedy: string): EwaldError {
  return new EwaldError('deviceFault', 'goniometer', message, remedy);
}
