import type { Observable } from 'rxjs';
import type { AngleRange } from '../../src/domain/angle-range.ts';
import type { CostModel } from '../../src/domain/decision.ts';
import { asEwaldError, EwaldError } from '../../src/domain/errors.ts';
import type { Radiation } from '../../src/domain/radiation.ts';
import { type ScanChunk, type ScanCommand, scanIdOf } from '../../src/domain/scan.ts';
import type { Capabilities, Diffractometer, FoundScan, InstrumentIdentity } from '../../src/ports/diffractometer.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import type { KeptScan } from '../kept-scans/kept-scan.ts';
import { KeptScans } from '../kept-scans/kept-scans.ts';
import type { BytePort } from '../transport/byte-port.ts';
import { AlarmBoard } from '../watching/alarm-board.ts';
import type { LookTiming } from '../watching/repeated-look.ts';
import { Detector, type DetectorOptions } from './detector.ts';
import { Goniometer, type GoniometerOptions } from './goniometer.ts';
import type { Instrument } from './instrument.ts';
import { makeStill } from './make-still.ts';
import { MythenLine, type MythenTiming } from './mythen-line.ts';
import { runScan, type ScanStrips } from './run-scan.ts';
import { boundsOf, findViolation, type ScanBounds } from './scan-limits.ts';
import { type LineTiming, SmcLine } from './smc-line.ts';
import { isReady } from './smc-words.ts';
import { StatusWatch } from './status-watch.ts';
import { type StripGeometry, stripOffsetsDeg, widestPitchDeg } from './strip-geometry.ts';

export interface HuberMythenOptions
  extends LineTiming,
    MythenTiming,
    LookTiming,
    Omit<GoniometerOptions, 'pollMs'>,
    Omit<DetectorOptions, 'modules'> {
  /** Opened and closed by the driver. */
  readonly goniometerPort: BytePort;
  readonly detectorPort: BytePort;
  readonly instrumentId: string;
  readonly title: string;
  readonly simulated: boolean;
  readonly radiation: Radiation;
  readonly sampleId: string;
  /** Where the arm may be sent, deg. */
  readonly limits: AngleRange;
  readonly dwellS: { readonly min: number; readonly max: number };
  readonly minWindowDeg: number;
  /** Without the aperture: that follows from the strips. */
  readonly cost: Omit<CostModel, 'apertureDeg'>;
  readonly geometry: StripGeometry;
  readonly rules: Instrument['rules'];
  readonly safeTimeoutMs: number;
}

/** A Huber goniometer that carries a Mythen2 detector (docs/drivers/huber-mythen.md). Does nothing before `open`. */
export function openHuberMythenDriver(options: HuberMythenOptions, runtime: Runtime): Diffractometer {
  return new HuberMythenDriver(options, runtime);
}

interface Opened {
  readonly strips: ScanStrips;
  readonly bounds: ScanBounds;
  readonly apertureDeg: number;
  readonly software: string;
  readonly sinceMs: number;
}

class HuberMythenDriver implements Diffractometer {
  readonly #options: HuberMythenOptions;
  readonly #runtime: Runtime;
  readonly #smc: SmcLine;
  readonly #mythen: MythenLine;
  readonly #instrument: Instrument;
  readonly #watch: StatusWatch;
  readonly #scans = new KeptScans();
  #opened: Opened | null = null;
  #closed = false;
  #stop: EwaldError | null = null;

  constructor(options: HuberMythenOptions, runtime: Runtime) {
    this.#options = options;
    this.#runtime = runtime;
    const { clock, log } = runtime;
    this.#smc = new SmcLine(options.goniometerPort, options, clock);
    this.#mythen = new MythenLine(options.detectorPort, options, clock);
    const goniometer = new Goniometer(this.#smc, options, clock);
    const detector = new Detector(this.#mythen, { ...options, modules: options.geometry.modules.length }, clock, log);
    const board = new AlarmBoard();
    this.#instrument = { goniometer, detector, board, runtime, rules: options.rules, nowS: () => this.#nowS() };
    this.#watch = new StatusWatch(goniometer, detector, board, options, runtime);
  }

  async open(signal: AbortSignal): Promise<Capabilities> {
    if (this.#closed) throw notOpen(this.#options.instrumentId);
    signal.throwIfAborted();
    const { goniometer, detector } = this.#instrument;
    await this.#smc.open();
    await this.#mythen.open();
    const software = `${await goniometer.version()}, Mythen ${await detector.version()}`;
    const { geometry, limits, dwellS } = this.#options;
    const known = await detector.strips();
    const strips = { ...known, offsetsDeg: stripOffsetsDeg(geometry, known.channels) };
    const seen = strips.offsetsDeg.filter((_, strip) => strips.usable[strip]).sort();
    if (seen.length < 2) throw new EwaldError('deviceFault', 'the detector', 'the detector has no good strips', 'look at the detector');
    const [lowDeg, highDeg] = [seen[0]!, seen.at(-1)!];
    const bounds = boundsOf(limits, dwellS, (lowDeg + highDeg) / 2, widestPitchDeg(geometry));
    await this.#watch.open();
    this.#opened = { strips, bounds, apertureDeg: highDeg - lowDeg, software, sinceMs: this.#runtime.clock.monotonicMs() };
    return this.#capabilities(this.#opened);
  }

  async identity(): Promise<InstrumentIdentity> {
    const { software } = this.#demandOpen();
    const { instrumentId, title, simulated, radiation, sampleId, clockSpeed } = this.#options;
    // Neither wire tells of a restart; a lost home position is what is seen of one.
    const clock = { bootId: `${instrumentId}-tcp`, clockS: this.#nowS(), clockSpeed };
    return { instrumentId, title, software, simulated, radiation, sampleId, ...clock };
  }

  safety() {
    return this.#watch.states;
  }

  alerts() {
    return this.#instrument.board.alerts();
  }

  scan(command: ScanCommand): Observable<ScanChunk> {
    return this.#scans.scan(
      command,
      () => this.#demandOpen(),
      (opened) => this.#begin(structuredClone(command), opened),
    );
  }

  async acknowledge(requestId: string, attempt: number, sequence: number): Promise<void> {
    this.#scans.acknowledge(requestId, attempt, sequence);
  }

  /** A scan of another process is lost: the devices know exposures and no scans. What it left running is stopped. */
  async find(requestId: string, attempt: number): Promise<FoundScan> {
    this.#demandOpen();
    const found = this.#scans.found(requestId, attempt);
    if (found.kind === 'lost' && this.#scans.running === null && (await this.#isBusy())) {
      this.#runtime.log.warn('what an earlier program left running is stopped', { instrument: this.#options.instrumentId });
      await makeStill(this.#instrument, this.#options.safeTimeoutMs);
    }
    return found;
  }

  /** Axes at rest and nothing counted, both read back. Neither device has a shutter to close: the beam stays as it is. */
  async makeSafe(reason: string): Promise<void> {
    const { running } = this.#scans;
    if (running) {
      const message = `the instrument was made safe: ${reason}`;
      this.#stop = new EwaldError('unsafe', this.#options.instrumentId, message, 'start or resume the run');
    }
    await makeStill(this.#instrument, this.#options.safeTimeoutMs, running?.over);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    const quiet = (error: unknown) => this.#runtime.log.warn('on closing', { why: asEwaldError(error).message });
    if (this.#scans.running) await this.makeSafe('the driver was closed').catch(quiet);
    this.#closed = true;
    this.#watch.close();
    await this.#smc.close();
    await this.#mythen.close();
  }

  #begin(command: ScanCommand, { bounds, strips }: Opened): KeptScan {
    const violation = findViolation(command, bounds, this.#nowS());
    if (violation) throw new EwaldError('refused', scanIdOf(command), violation, 'stay inside what the instrument can do');
    this.#scans.demandNone(command);
    this.#stop = null;
    return this.#scans.begin(command, (kept) => this.#run(kept, strips));
  }

  async #run(kept: KeptScan, strips: ScanStrips): Promise<void> {
    try {
      if (await this.#isBusy()) {
        const message = `${this.#options.instrumentId} moves or counts for somebody else`;
        throw new EwaldError('busy', this.#options.instrumentId, message, 'wait for its end or stop it there');
      }
    } catch (error) {
      kept.end(null, asEwaldError(error));
      return;
    }
    await runScan(this.#instrument, kept, strips, () => this.#stop);
  }

  async #isBusy(): Promise<boolean> {
    const { goniometer, detector } = this.#instrument;
    for (const axis of goniometer.axes) if (!isReady(await goniometer.state(axis))) return true;
    return detector.isCounting();
  }

  #capabilities({ bounds, apertureDeg }: Opened): Capabilities {
    return {
      twoThetaLimits: bounds.limits,
      stepDeg: bounds.stepDeg,
      rasters: 'free',
      dwellS: bounds.dwellS,
      minWindowDeg: this.#options.minWindowDeg,
      cost: { ...this.#options.cost, apertureDeg },
      programs: 'free',
      modes: ['snapshot'],
      delivers: 'stream',
      canFind: false,
      canAbort: true,
      hasShutter: false,
    };
  }

  #nowS(): number {
    const { clock } = this.#runtime;
    return ((clock.monotonicMs() - (this.#opened?.sinceMs ?? clock.monotonicMs())) / 1000) * this.#options.clockSpeed;
  }

  #demandOpen(): Opened {
    if (!this.#opened || this.#closed) throw notOpen(this.#options.instrumentId);
    return this.#opened;
  }
}

function notOpen(name: string): EwaldError {
  return new EwaldError('link', name, 'the instrument is not open', 'open it first');
}
