import { asEwaldError, EwaldError, mayRetry } from '../../src/domain/errors.ts';
import type { Clock, Log } from '../../src/ports/runtime.ts';
import type { StopReason } from './instrument.ts';
import type { MythenLine } from './mythen-line.ts';
import {
  askBits,
  askFrames,
  askModules,
  askStatus,
  askSwitch,
  askThreshold,
  askTicks,
  askVersion,
  COUNTER_BITS,
  type MythenCommand,
  MythenRefusal,
  NOT_FINISHED,
  readOut,
  STATUS,
  SWITCHES,
  setBits,
  setFrames,
  setSettings,
  setThreshold,
  setTicks,
  startCounting,
  stopCounting,
  switchOff,
  TICKS_PER_S,
} from './mythen-words.ts';
import { readStrips, type StripOptions, type Strips } from './read-strips.ts';

export interface DetectorOptions extends StripOptions {
  readonly pollMs: number;
  /** How long an exposure may take beyond its time. */
  readonly exposureGraceMs: number;
  /** Loaded before each scan; null leaves the detector as it is. */
  readonly settings: 'Cu' | 'Mo' | 'Cr' | 'Ag' | null;
  readonly thresholdKeV: number | null;
  readonly clockSpeed: number;
}

/** How often what only asks or sets is sent, and how often an exposure is made whose frame was lost. */
const TRIES = 3;
const MOST_STALE_FRAMES = 100;
const THRESHOLD_TOLERANCE_KEV = 0.05;
/** Two clocks may differ by so much; an exposure that ends before was stopped. */
const EARLY = 0.98;
const LOOK_SHARE = 0.1;
const SHORTEST_LOOK_MS = 5;
/** Two frames with so many strips that counted are never the same by chance. */
const COUNTED_STRIPS = 10;

/** The strip detector: raw counts of single exposures, with nothing corrected on the way. */
export class Detector {
  readonly #line: MythenLine;
  readonly #options: DetectorOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  /** Strips of all modules. */
  #count = 0;
  #ticks = 0;
  #lastFrame: Int32Array | null = null;

  constructor(line: MythenLine, options: DetectorOptions, clock: Clock, log: Log) {
    this.#line = line;
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
  }

  version(): Promise<string> {
    return this.#again(askVersion);
  }

  async isCounting(urgent = false): Promise<boolean> {
    return ((await this.#again(askStatus, urgent)) & (STATUS.running | STATUS.waitingForTrigger)) !== 0;
  }

  /** Asks what strips there are and which are good. Changes nothing. */
  async strips(): Promise<Strips> {
    const strips = await readStrips((command) => this.#again(command), this.#options, this.#log);
    this.#count = strips.usable.length;
    return strips;
  }

  /** Ends what an earlier program left, and sets the detector to raw counts, reading everything back. */
  async prepare(): Promise<void> {
    const { settings, thresholdKeV, modules } = this.#options;
    await this.clear();
    if (settings !== null) await this.#again(setSettings(settings, modules));
    if (thresholdKeV !== null) {
      await this.#again(setThreshold(thresholdKeV, modules));
      const keV = await this.#again(askThreshold(modules));
      if (keV.some((value) => Math.abs(value - thresholdKeV) > THRESHOLD_TOLERANCE_KEV))
        throw notTaken(`a threshold of ${thresholdKeV} keV`, keV.join(', '));
    }
    for (const name of SWITCHES) await this.#set(switchOff(name), askSwitch(name), 0, name);
    await this.#set(setBits, askBits, COUNTER_BITS, 'bits');
    await this.#set(setFrames, askFrames, 1, 'frames');
    this.#ticks = 0;
  }

  /** Counts for `exposureS` and gives the counts of every strip. A frame that is lost on the way is counted anew, as a whole. */
  async expose(exposureS: number, stop: StopReason): Promise<Int32Array> {
    const ticks = Math.round(exposureS * TICKS_PER_S);
    for (let left = TRIES - 1; ; left--) {
      try {
        if (this.#ticks !== ticks) await this.#set(setTicks(ticks), askTicks, ticks, 'time');
        this.#ticks = ticks;
        return await this.#exposeOnce(ticks / TICKS_PER_S, stop);
      } catch (error) {
        const known = asEwaldError(error);
        const lost = error instanceof MythenRefusal || mayRetry(known);
        if (!lost || left <= 0 || stop()) throw known;
        this.#log.warn('an exposure was lost and is made anew', { why: known.message });
        await this.clear();
      }
    }
  }

  /** Nothing is counted any more and no frame is left over. */
  async clear(urgent = false): Promise<void> {
    await this.stop(urgent);
    let silent = 0;
    for (let frames = 0; frames < MOST_STALE_FRAMES && silent < TRIES; frames++) {
      const status = await this.#again(askStatus, urgent);
      if ((status & STATUS.fifoEmpty) !== 0) return;
      try {
        this.#lastFrame = await this.#line.ask(readOut(this.#count), urgent);
      } catch (error) {
        // There is nothing to read, whatever the status says.
        if (error instanceof MythenRefusal) return;
        if (!mayRetry(asEwaldError(error))) throw error;
        silent++;
      }
    }
    throw new EwaldError('deviceFault', 'the detector', 'frames of an earlier measurement cannot be cleared', 'reset the detector');
  }

  /** Stops counting and waits until it has stopped. */
  async stop(urgent = false): Promise<void> {
    await this.#again(stopCounting, urgent);
    const untilMs = this.#clock.monotonicMs() + this.#options.exposureGraceMs;
    while (await this.isCounting(urgent)) {
      if (this.#clock.monotonicMs() > untilMs)
        throw new EwaldError('deviceFault', 'the detector', 'the detector does not stop counting', 'look at the detector');
      await this.#clock.sleep(this.#options.pollMs);
    }
  }

  async #exposeOnce(exposureS: number, stop: StopReason): Promise<Int32Array> {
    const { exposureGraceMs, pollMs, clockSpeed } = this.#options;
    const exposureMs = (exposureS * 1000) / clockSpeed;
    // Looked at so often, because an exposure that somebody stops between the last two looks passes for whole.
    const lookMs = Math.max(SHORTEST_LOOK_MS, LOOK_SHARE * exposureMs);
    const sentMs = this.#clock.monotonicMs();
    // Once only: where its answer is lost, the whole exposure is cleared away and begun anew.
    await this.#line.ask(startCounting);
    const untilMs = this.#clock.monotonicMs() + exposureMs + exposureGraceMs;
    for (;;) {
      const leftMs = sentMs + exposureMs - this.#clock.monotonicMs();
      await this.#clock.sleep(Math.min(pollMs, leftMs > 0 ? Math.min(leftMs, lookMs) : lookMs));
      const why = stop();
      if (why) throw why;
      const counting = await this.isCounting();
      const ranMs = this.#clock.monotonicMs() - sentMs;
      if (!counting && ranMs < EARLY * exposureMs) throw endedEarly(ranMs, exposureMs);
      if (!counting) break;
      if (this.#clock.monotonicMs() > untilMs) {
        const message = `the detector still counts ${Math.round(ranMs / 1000)} s after it was started for ${exposureS} s`;
        throw new EwaldError('deviceFault', 'the detector', message, 'see that it does not wait for a trigger');
      }
    }
    const before = this.#lastFrame;
    const counts = await this.#readOut();
    this.#lastFrame = counts;
    if (before && isSameFrame(before, counts))
      throw new EwaldError('garbled', 'the detector', 'the frame before came once more', 'see what stands between here and the detector');
    // A frame with four bytes too many would be shifted by a strip. A question whose answer is known shows that nothing is left over.
    if ((await this.#line.ask(askModules)) === this.#options.modules) return counts;
    throw new EwaldError('garbled', 'the detector', 'the replies of the detector are out of step', 'see that nobody else uses it');
  }

  async #readOut(): Promise<Int32Array> {
    for (let left = TRIES - 1; ; left--) {
      try {
        return await this.#line.ask(readOut(this.#count));
      } catch (error) {
        if (!(error instanceof MythenRefusal) || error.deviceCode !== NOT_FINISHED || left <= 0) throw error;
        await this.#clock.sleep(this.#options.pollMs);
      }
    }
  }

  async #set(command: MythenCommand<true>, question: MythenCommand<number>, value: number, name: string): Promise<void> {
    await this.#again(command);
    const said = await this.#again(question);
    if (said !== value) throw notTaken(`${name} ${value}`, String(said));
  }

  /** Of what only asks or sets: hearing it twice does no harm. */
  async #again<T>(command: MythenCommand<T>, urgent = false): Promise<T> {
    for (let left = TRIES - 1; ; left--) {
      try {
        return await this.#line.ask(command, urgent);
      } catch (error) {
        const { code } = asEwaldError(error);
        if (left <= 0 || (code !== 'timeout' && code !== 'garbled')) throw error;
      }
    }
  }
}

function isSameFrame(before: Int32Array, now: Int32Array): boolean {
  return (
    now.length === before.length &&
    now.every((count, strip) => count === before[strip]) &&
    now.filter((count) => count > 0).length >= COUNTED_STRIPS
  );
}

/** Its counts would belong to a live time that nobody knows. */
function endedEarly(ranMs: number, exposureMs: number): EwaldError {
  const message = `an exposure of ${Math.round(exposureMs)} ms was over after ${Math.round(ranMs)} ms`;
  return new EwaldError('garbled', 'the detector', message, 'see who else uses the detector');
}

function notTaken(what: string, said: string): EwaldError {
  return new EwaldError('deviceFault', 'the detector', `the detector was told ${what} and reads back ${said}`, 'look at the detector');
}
