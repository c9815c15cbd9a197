import type { Log, RandomSource } from '../../../src/ports/runtime.ts';
import type { Goniometer } from '../../goniometer.ts';
import type { Journal } from '../../journal.ts';
import type { VirtualDiffractometer } from '../../virtual-diffractometer.ts';
import type { RawFrame } from './corrections.ts';
import { DcsError } from './dcs-error.ts';
import { type DetectorSettings, defaultSettings, READOUT_S, TICK_S } from './detector-settings.ts';
import { ExposureTrace } from './exposure-trace.ts';
import { FrameQueue } from './frame-queue.ts';
import { CHANNELS_PER_MODULE } from './strip-geometry.ts';
import type { StripSensor } from './strip-sensor.ts';

/** The axis that carries the detector. */
export const ARM = 1;
/** From `-reset` to its answer, in s; and for each module, there and where thresholds change. */
const RESET_S = 2;
const MODULE_S = 0.5;

const STATUS = { running: 1 << 0, notExposing: 1 << 3, nothingToRead: 1 << 16 } as const;

export interface DetectorParts {
  readonly device: VirtualDiffractometer;
  readonly goniometer: Goniometer;
  readonly sensor: StripSensor;
  readonly modules: number;
  readonly random: RandomSource;
  readonly journal: Journal;
  readonly log: Log;
  /** Aborted when the simulator closes. */
  readonly signal: AbortSignal;
}

/**
 * The detector's controller: programmed, started, and read frame by frame in the order of exposure. Its exposure output opens and closes the
 * shutter, as far as the safety circuit lets it; the detector itself does not know whether there is beam.
 */
export class StripDetector {
  readonly parts: DetectorParts;
  readonly frames: FrameQueue;
  settings: DetectorSettings;
  private running: { readonly stop: AbortController; readonly done: Promise<void> } | null = null;
  private trace: ExposureTrace | null = null;
  private readonly visits = new Map<string, number>();

  constructor(parts: DetectorParts) {
    this.parts = parts;
    this.settings = defaultSettings(parts.modules);
    this.frames = new FrameQueue(parts.signal);
    const { device, goniometer } = parts;
    goniometer.onMotion((axis) => axis === ARM && this.trace?.mark(device.clock.nowS()));
    device.attach({
      safety: () => this.trace?.light(device.clock.nowS(), this.isLit()),
      alarm: () => {},
      chunk: () => {},
      end: () => {},
    });
  }

  isRunning(): boolean {
    return this.running !== null;
  }

  status(): number {
    const exposes = this.trace !== null;
    return (
      (this.running ? STATUS.running : 0) |
      (this.running && !exposes ? STATUS.notExposing : 0) |
      (this.frames.length === 0 ? STATUS.nothingToRead : 0)
    );
  }

  /** Throws a DcsError while an acquisition runs. */
  start(): void {
    this.demandIdle();
    const stop = new AbortController();
    const run = this.acquire({ ...this.settings }, AbortSignal.any([stop.signal, this.parts.signal]));
    const done = run
      .catch((error: unknown) => this.parts.log.error('an acquisition failed', { error: String(error) }))
      .finally(() => {
        this.running = null;
        this.frames.setMore(false);
      });
    this.running = { stop, done };
    this.frames.setMore(true);
  }

  /** Settles when the shutter is closed; what was counted until now is the last frame. */
  async stop(): Promise<void> {
    this.running?.stop.abort();
    await this.running?.done;
  }

  async reset(): Promise<void> {
    await this.stop();
    this.frames.clear();
    await this.pass(RESET_S + MODULE_S * this.settings.modules);
    this.settings = defaultSettings(this.parts.modules);
  }

  /** As many of the connected modules as are to be read; they are as after a reset then. Throws a DcsError. */
  activate(modules: number): void {
    this.demandIdle();
    if (modules < 1 || modules > this.parts.modules) throw new DcsError('invalidArgument');
    this.frames.clear();
    this.settings = defaultSettings(modules);
  }

  /** The time that new thresholds take. */
  trim(): Promise<void> {
    return this.pass(MODULE_S * (this.settings.module === null ? this.settings.modules : 1));
  }

  demandIdle(): void {
    if (this.running) throw new DcsError('acquisitionNotFinished');
  }

  channels(): number {
    return this.settings.modules * CHANNELS_PER_MODULE;
  }

  private async acquire(settings: DetectorSettings, stop: AbortSignal): Promise<void> {
    const { device } = this.parts;
    // No trigger and no gate is wired to this detector: it waits for them until it is stopped.
    if (settings.trigger || settings.continuousTrigger || settings.gate) return untilAborted(stop);
    let startS = device.clock.nowS();
    for (let frame = 0; frame < settings.frames && !stop.aborted; frame++) {
      const endS = startS + settings.timeTicks * TICK_S;
      await this.expose(settings, startS, endS, stop);
      startS = endS + Math.max(settings.ticksAfter * TICK_S, READOUT_S.get(settings.bits)!);
      if (frame + 1 < settings.frames) await this.passUntil(startS, stop);
    }
  }

  private async expose(settings: DetectorSettings, startS: number, endS: number, stop: AbortSignal): Promise<void> {
    const { device, goniometer } = this.parts;
    const { clock } = device;
    const channels = this.channels();
    device.isExposing = true;
    device.commandShutter('open');
    const trace = new ExposureTrace(startS, endS, this.isLit(), (atS) => goniometer.trueDegAt(ARM, atS));
    const fromDeg = goniometer.trueDegAt(ARM, startS);
    this.trace = trace;
    const number = device.scans.announce(channels, (index) => startS + ((endS - startS) * (index + 1)) / channels);
    const isWhole = await this.passUntil(endS, stop);
    const stopS = isWhole ? endS : Math.min(endS, clock.nowS());
    trace.mark(stopS);
    this.trace = null;
    device.commandShutter('closed');
    device.isExposing = false;
    this.keep(settings, trace, stopS, number, fromDeg);
  }

  private keep(settings: DetectorSettings, trace: ExposureTrace, stopS: number, number: number, fromDeg: number): void {
    const { sensor, random, journal, goniometer } = this.parts;
    const exposureS = stopS - trace.startS;
    const pieces = trace.litPieces();
    const toDeg = pieces.at(-1)?.armDeg ?? fromDeg;
    const name = `${Math.round(toDeg * 1e6)}/${Math.round(exposureS / TICK_S)}`;
    const visit = (this.visits.get(name) ?? 0) + 1;
    this.visits.set(name, visit);
    const seen = sensor
      .count(pieces, exposureS, [...settings.thresholdKev, ...this.idleModules()], random.fork(`${name}/${visit}`))
      .subarray(0, this.channels());
    const room = 2 ** settings.bits;
    const frame: RawFrame = { counts: Int32Array.from(seen, (count) => count % room), exposureS, bits: settings.bits };
    const isKept = this.frames.push(frame);
    journal('frame', {
      atS: stopS,
      frame: number,
      fromDeg,
      toDeg,
      shownDeg: goniometer.shownDeg(ARM),
      exposureS,
      litS: pieces.reduce((sum, { seconds }) => sum + seconds, 0),
      countsSum: seen.reduce((sum, count) => sum + count, 0),
      largest: seen.reduce((most, count) => Math.max(most, count), 0),
      rolledOver: seen.reduce((strips, count) => strips + (count >= room ? 1 : 0), 0),
      kept: isKept,
    });
  }

  /** Thresholds of connected modules that are not read. */
  private idleModules(): number[] {
    return new Array<number>(this.parts.modules - this.settings.modules).fill(0);
  }

  private isLit(): boolean {
    const { shutter, generatorOn } = this.parts.device.circuitState();
    return shutter === 'open' && generatorOn;
  }

  private async pass(seconds: number): Promise<void> {
    const { clock } = this.parts.device;
    await this.passUntil(clock.nowS() + seconds, this.parts.signal);
  }

  /** Lets time pass, with everything scheduled on the way; false where it was cut short. */
  private async passUntil(targetS: number, signal: AbortSignal): Promise<boolean> {
    const { clock, schedule } = this.parts.device;
    while (!signal.aborted) {
      const stopS = Math.min(targetS, Math.max(clock.nowS(), schedule.nextS()));
      await clock.advanceTo(stopS, signal);
      if (signal.aborted) break;
      schedule.runUntil(stopS);
      if (stopS >= targetS) return true;
    }
    return false;
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
