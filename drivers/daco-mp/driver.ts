import type { Observable } from 'rxjs';
import type { CostModel } from '../../src/domain/decision.ts';
import { asEwaldError, EwaldError } from '../../src/domain/errors.ts';
import type { Radiation } from '../../src/domain/radiation.ts';
import { type ScanChunk, type ScanCommand, scanIdOf } from '../../src/domain/scan.ts';
import type { Capabilities, Diffractometer, FoundScan, InstrumentIdentity } from '../../src/ports/diffractometer.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import type { KeptScan } from '../kept-scans/kept-scan.ts';
import { KeptScans } from '../kept-scans/kept-scans.ts';
import type { BytePort } from '../transport/byte-port.ts';
import { closeShutter, giveRemoteBack, readVersion, takeRemote } from './commands.ts';
import { Exchange, type ExchangeCounters, type ExchangeTiming } from './exchange.ts';
import { FetchLengths } from './fetch-lengths.ts';
import type { Framing } from './frames.ts';
import type { Instrument, InstrumentOptions } from './instrument.ts';
import { OldAnswers } from './old-answers.ts';
import { endOrphan } from './prepare-scan.ts';
import { runScan } from './run-scan.ts';
import { findViolation, RASTER_DEG, type ScanLimits } from './scan-limits.ts';
import { StatusWatch, type WatchOptions } from './status-watch.ts';
import { makeStill } from './still.ts';
import { isScanning } from './words.ts';

/** An answer that has not come after so many times the time for one is not on its way any more. */
const PATIENCES = 60;

export interface DacoDriverOptions extends InstrumentOptions, WatchOptions, ExchangeTiming, ScanLimits {
  /** Opened and closed by the driver. */
  readonly port: BytePort;
  readonly framing: Framing;
  readonly title: string;
  readonly simulated: boolean;
  readonly radiation: Radiation;
  readonly sampleId: string;
  readonly minWindowDeg: number;
  readonly cost: CostModel;
  /** How fast the instrument's clock runs against ours: 1 for every real one. */
  readonly clockSpeed: number;
  readonly safeTimeoutMs: number;
}

export interface DacoDiffractometer extends Diffractometer {
  /** What was late, garbled or foreign on the wire so far. */
  counters(): Readonly<ExchangeCounters>;
}

/** A D5000 or D8 on a serial line (docs/drivers/daco-mp.md). Does nothing before `open`. */
export function openDacoDriver(options: DacoDriverOptions, runtime: Runtime): DacoDiffractometer {
  return new DacoDriver(options, runtime);
}

class DacoDriver implements DacoDiffractometer {
  readonly #options: DacoDriverOptions;
  readonly #runtime: Runtime;
  readonly #exchange: Exchange;
  readonly #watch: StatusWatch;
  readonly #instrument: Instrument;
  readonly #scans = new KeptScans();
  readonly #closing = new AbortController();
  #openedMs: number | null = null;
  #software = 'DACO-MP';
  #stop: EwaldError | null = null;

  constructor(options: DacoDriverOptions, runtime: Runtime) {
    this.#options = options;
    this.#runtime = runtime;
    this.#exchange = new Exchange(options.port, options.framing, options, runtime.clock);
    this.#watch = new StatusWatch(this.#exchange, options, runtime);
    this.#instrument = {
      exchange: this.#exchange,
      watch: this.#watch,
      runtime,
      options,
      session: { remote: false },
      oldAnswers: new OldAnswers(),
      lengths: new FetchLengths(options.maxFetch, PATIENCES * options.replyTimeoutMs),
      nowS: () => this.#nowS(),
    };
  }

  async open(signal: AbortSignal): Promise<Capabilities> {
    if (this.#closing.signal.aborted) throw notOpen(this.#options.port.path);
    signal.throwIfAborted();
    await this.#exchange.open();
    this.#openedMs = this.#runtime.clock.monotonicMs();
    const status = await this.#watch.read();
    if (this.#options.dialect === 'd8') this.#software = await this.#demandD8();
    // Where only our own word tells how the shutter stands, we must have said it once. A scan that runs is left alone.
    if (isScanning(status)) this.#watch.told = 'open';
    else if (this.#watch.shutter(status) === 'unknown') await this.#settleShutter();
    void this.#watch.run(this.#closing.signal);
    return this.#capabilities();
  }

  async identity(): Promise<InstrumentIdentity> {
    this.#demandOpen();
    const { instrumentId, title, simulated, radiation, sampleId, clockSpeed } = this.#options;
    // The wire tells of no restart: a lost initialisation is what is seen of one.
    const clock = { bootId: `${instrumentId}-serial`, clockS: this.#nowS(), clockSpeed };
    return { instrumentId, title, software: this.#software, simulated, radiation, sampleId, ...clock };
  }

  safety() {
    return this.#watch.states;
  }

  alerts() {
    return this.#watch.board.alerts();
  }

  counters(): Readonly<ExchangeCounters> {
    return { ...this.#exchange.counters };
  }

  scan(command: ScanCommand): Observable<ScanChunk> {
    return this.#scans.scan(
      command,
      () => this.#demandOpen(),
      () => this.#begin(structuredClone(command)),
    );
  }

  async acknowledge(requestId: string, attempt: number, sequence: number): Promise<void> {
    this.#scans.acknowledge(requestId, attempt, sequence);
  }

  /** A scan of another process is lost: the wire gives scans no names. What it left running is stopped, so that it can be measured anew. */
  async find(requestId: string, attempt: number): Promise<FoundScan> {
    this.#demandOpen();
    const found = this.#scans.found(requestId, attempt);
    if (found.kind === 'lost' && this.#scans.running === null && isScanning(await this.#watch.read())) await endOrphan(this.#instrument);
    return found;
  }

  async makeSafe(reason: string): Promise<void> {
    const { running } = this.#scans;
    const stop = new EwaldError('unsafe', this.#options.instrumentId, `the instrument was made safe: ${reason}`, 'start or resume the run');
    if (running) this.#stop = stop;
    this.#exchange.dropWaiting(stop);
    const ended = async () => running?.over;
    await makeStill(this.#instrument, this.#options.safeTimeoutMs, ended);
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const quiet = (error: unknown) => this.#runtime.log.warn('on closing', { why: asEwaldError(error).message });
    if (this.#scans.running) await this.makeSafe('the driver was closed').catch(quiet);
    this.#closing.abort();
    if (this.#instrument.session.remote && this.#options.port.isOpen) await this.#exchange.tell(giveRemoteBack).catch(quiet);
    await this.#exchange.close();
    this.#watch.close();
  }

  #begin(command: ScanCommand): KeptScan {
    const violation = findViolation(command, this.#options, this.#nowS());
    if (violation) throw new EwaldError('refused', scanIdOf(command), violation, 'stay inside what the instrument can do');
    this.#scans.demandNone(command);
    this.#stop = null;
    return this.#scans.begin(command, (kept) => runScan(this.#instrument, kept, () => this.#stop));
  }

  #capabilities(): Capabilities {
    const { limits, dwellS, minWindowDeg, cost, scanModes } = this.#options;
    return {
      twoThetaLimits: limits,
      stepDeg: { min: RASTER_DEG, max: 1, rasterDeg: RASTER_DEG },
      rasters: 'free',
      dwellS,
      minWindowDeg,
      cost,
      programs: 'free',
      modes: scanModes,
      delivers: 'stream',
      canFind: false,
      canAbort: true,
      hasShutter: true,
    };
  }

  async #demandD8(): Promise<string> {
    const version = await this.#exchange.ask(readVersion, (text) => text);
    if (version.startsWith('D8-Diffractometer')) return version;
    const { port } = this.#options;
    throw new EwaldError(
      'refused',
      port.path,
      `what answers on ${port.path} is no D8: '${version.slice(0, 40)}'`,
      "mend 'path' or 'dialect'",
    );
  }

  /** Says "closed" to the idle instrument, for then its "in position" has a meaning. Where it refuses, the shutter stays unknown. */
  async #settleShutter(): Promise<void> {
    try {
      await this.#exchange.tell(takeRemote);
      this.#instrument.session.remote = true;
      await this.#exchange.tell(closeShutter);
      this.#watch.told = 'closed';
      await this.#watch.read();
    } catch (error) {
      this.#watch.trouble(asEwaldError(error));
      this.#runtime.log.warn('the state of the shutter is not known', { why: asEwaldError(error).message });
    }
  }

  #nowS(): number {
    const { clock } = this.#runtime;
    return ((clock.monotonicMs() - (this.#openedMs ?? clock.monotonicMs())) / 1000) * this.#options.clockSpeed;
  }

  #demandOpen(): void {
    if (this.#openedMs === null || this.#closing.signal.aborted) throw notOpen(this.#options.port.path);
  }
}

function notOpen(path: string): EwaldError {
  return new EwaldError('link', path, 'the instrument is not open', 'open it first');
}
