import { asEwaldError } from '../../src/domain/errors.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import type { AlarmBoard } from '../watching/alarm-board.ts';
import { type LookTiming, RepeatedLook } from '../watching/repeated-look.ts';
import type { Detector } from './detector.ts';
import type { Goniometer } from './goniometer.ts';
import { faultOf, STATE } from './smc-words.ts';

/**
 * Asks both devices again and again. Neither knows of doors, interlock, generator or shutter: while both answer, the circuit of the enclosure is
 * taken to be closed. Of danger they know one thing, the goniometer's external stop.
 */
export class StatusWatch extends RepeatedLook {
  readonly #goniometer: Goniometer;
  readonly #detector: Detector;

  constructor(goniometer: Goniometer, detector: Detector, board: AlarmBoard, timing: LookTiming, runtime: Runtime) {
    super(timing, runtime, board);
    this.#goniometer = goniometer;
    this.#detector = detector;
  }

  protected override async see() {
    const words = await this.#ask('goniometer', async () => {
      const states: number[] = [];
      for (const axis of this.#goniometer.axes) states.push(await this.#goniometer.state(axis));
      return states;
    });
    await this.#ask('detector', () => this.#detector.isCounting());
    const troubles = words.map((word) => faultOf(word, true));
    this.#goniometer.axes.forEach((axis, at) => {
      const trouble = troubles[at];
      if (trouble) this.alarms.raise(`axis ${axis}`, { kind: 'device', text: `axis ${axis} of the goniometer: ${trouble}` });
      else this.alarms.clear(`axis ${axis}`);
    });
    return { emergencyStop: words.some((word) => (word & STATE.externalStop) !== 0) };
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
