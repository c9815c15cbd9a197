import { asEwaldError } from '../../src/domain/errors.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import type { AlarmBoard } from '../watching/alarm-board.ts';
import { type LookTiming, RepeatedLook } from '../watching/repeated-look.ts';
import type { Detector } from './detector.ts';
import type { Goniometer } from './goniometer.ts';
import { faultOf, isReady, STATE } from './smc-words.ts';

/**
 * Asks both devices again and again. Neither knows of doors, interlock, generator or shutter: while both answer, the circuit of the enclosure is
 * taken to be closed. Of danger they know one thing, the goniometer's external stop.
 */
export class StatusWatch extends RepeatedLook {
  readonly #goniometer: Goniometer;
  readonly #detector: Detector;
  /** Axes that showed a fault when they were looked at last which a moving axis may show. */
  #doubtful = new Set<number>();

  constructor(goniometer: Goniometer, detector: Detector, board: AlarmBoard, timing: LookTiming, runtime: Runtime) {
    super(timing, runtime, board);
    this.#goniometer = goniometer;
    this.#detector = detector;
  }

  protected override async see() {
    const { states, troubles } = await this.#ask('goniometer', async () => {
      const states: number[] = [];
      const troubles: (string | null)[] = [];
      for (const axis of this.#goniometer.axes) {
        const wasMoving = this.#goniometer.isMoving(axis);
        const word = await this.#goniometer.state(axis);
        states.push(word);
        troubles.push(this.#troubleOf(axis, word, wasMoving || this.#goniometer.isMoving(axis)));
      }
      return { states, troubles };
    });
    await this.#ask('detector', () => this.#detector.isCounting());
    this.#goniometer.axes.forEach((axis, at) => {
      const trouble = troubles[at];
      if (trouble) this.alarms.raise(`axis ${axis}`, { kind: 'device', text: `axis ${axis} of the goniometer: ${trouble}` });
      else this.alarms.clear(`axis ${axis}`);
    });
    return { emergencyStop: states.some((word) => (word & STATE.externalStop) !== 0) };
  }

  /** What is wrong with the axis. A motion of ours watches over its own end; one of somebody else may, for one look, show what only counts at rest. */
  #troubleOf(axis: number, word: number, isOurs: boolean): string | null {
    const always = faultOf(word, true);
    const atRest = faultOf(word);
    const doubted = this.#doubtful.delete(axis);
    if (isOurs || always !== null || atRest === null) return always;
    this.#doubtful.add(axis);
    return isReady(word) || doubted ? atRest : null;
  }

  async #ask<T>(device: string, question: () => Promise<T>): Promise<T> {
    try {
      const answer = await question();
      this.alarms.clear(device);
      return answer;
    } catch (error) {
      const known = asEwaldError(error);
      this.alarms.raise(device, { kind: known.code === 'deviceFault' ? 'device' : 'link', text: known.message });
      throw known;
    }
  }
}
