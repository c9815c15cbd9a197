import type { Observable } from 'rxjs';
import { EwaldError } from '../../src/domain/errors.ts';
import type { Radiation } from '../../src/domain/radiation.ts';
import type { ScanChunk, ScanCommand } from '../../src/domain/scan.ts';
import type { Capabilities, Diffractometer, FoundScan, InstrumentIdentity, SafetyState } from '../../src/ports/diffractometer.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import { FileScans } from '../file-results/file-scans.ts';
import { JobBook } from '../file-results/job-book.ts';
import type { TcpAddress } from '../transport/tcp-exchange.ts';
import type { AwaitTiming } from './await-result.ts';
import { AerisLine } from './line.ts';
import { AerisOrders } from './orders.ts';
import type { StoredProgram } from './programs.ts';
import type { Slot } from './protocol.ts';
import { ResultShelf } from './result-shelf.ts';
import { StatusWatch } from './status-watch.ts';
import { AerisWork } from './work.ts';

export interface AerisOptions {
  readonly address: TcpAddress;
  readonly instrumentId: string;
  readonly title: string;
  readonly sampleId: string;
  readonly slot: Slot;
  readonly radiation: Radiation;
  readonly programs: readonly StoredProgram[];
  readonly cost: Capabilities['cost'];
  readonly resultFolder: string;
  readonly jobFolder: string;
  readonly client: string;
  readonly sampleIdMaxLength: number;
  readonly clockSkewMs: number;
  readonly simulated: boolean;
  readonly timing: AwaitTiming & {
    readonly connectTimeoutMs: number;
    readonly replyTimeoutMs: number;
    readonly quietMs: number;
    readonly statusIntervalMs: number;
    readonly safetyValidMs: number;
    readonly safeTimeoutMs: number;
  };
}

/** A Malvern Panalytical Aeris over its automation interface (docs/drivers/aeris.md). Does nothing before `open`. */
export function openAerisDriver(options: AerisOptions, runtime: Runtime): Diffractometer {
  return new AerisDriver(options, runtime);
}

class AerisDriver implements Diffractometer {
  readonly #options: AerisOptions;
  readonly #runtime: Runtime;
  readonly #line: AerisLine;
  readonly #watch: StatusWatch;
  readonly #book: JobBook;
  readonly #shelf: ResultShelf;
  readonly #orders: AerisOrders;
  readonly #work: AerisWork;
  readonly #scans: FileScans;
  #isOpen = false;

  constructor(options: AerisOptions, runtime: Runtime) {
    this.#options = options;
    this.#runtime = runtime;
    this.#line = new AerisLine(options.address, options.timing, runtime.clock);
    this.#watch = new StatusWatch(this.#line, options.timing, runtime);
    this.#book = new JobBook(options.jobFolder);
    this.#shelf = new ResultShelf(options.resultFolder, options);
    this.#orders = new AerisOrders(this.#line, this.#watch, this.#book, runtime);
    const parts = { line: this.#line, orders: this.#orders, shelf: this.#shelf, book: this.#book };
    this.#work = new AerisWork(options, parts, runtime);
    const requireOpen = () => this.#requireOpen();
    this.#scans = new FileScans({
      run: async (command, signal) => {
        requireOpen();
        return this.#work.run(command, signal);
      },
      look: (requestId, attempt) => this.#work.look(requestId, attempt),
    });
  }

  async open(signal: AbortSignal): Promise<Capabilities> {
    if (signal.aborted) throw new EwaldError('interrupted', this.#line.name, 'opening the instrument was interrupted', 'start again');
    await this.#book.open();
    await this.#shelf.open();
    await this.#watch.open();
    this.#isOpen = true;
    return capabilitiesOf(this.#options);
  }

  async identity(): Promise<InstrumentIdentity> {
    this.#requireOpen();
    const { instrumentId, title, radiation, sampleId, simulated, timing } = this.#options;
    // Neither name nor start of the instrument can be asked: what the config says stands for them.
    const software = 'unknown to this wire';
    const clock = { clockS: this.#work.nowS(), clockSpeed: timing.clockSpeed };
    return { instrumentId, title, software, simulated, radiation, sampleId, bootId: instrumentId, ...clock };
  }

  safety(): Observable<SafetyState> {
    return this.#watch.states;
  }

  alerts() {
    return this.#watch.alarms.alerts();
  }

  scan(command: ScanCommand): Observable<ScanChunk> {
    return this.#scans.scan(command);
  }

  async acknowledge(requestId: string, attempt: number, sequence: number): Promise<void> {
    this.#scans.acknowledge(requestId, attempt, sequence);
  }

  async find(requestId: string, attempt: number): Promise<FoundScan> {
    this.#requireOpen();
    return this.#scans.find(requestId, attempt);
  }

  /**
   * Nothing new begins; resolves once the instrument says that it measures nothing. This wire has no order that stops a program or closes the
   * shutter, so it rejects with 'unsafe' where a program goes on.
   */
  async makeSafe(reason: string): Promise<void> {
    this.#orders.halt();
    const { clock, log } = this.#runtime;
    const { safeTimeoutMs, pollMs } = this.#options.timing;
    const untilMs = clock.monotonicMs() + safeTimeoutMs;
    let why = '';
    do {
      try {
        if (await this.#line.isReady()) return;
        why = 'a program is being measured, and this wire has no order that stops it: it ends by itself';
      } catch (error) {
        why = `it cannot be asked: ${(error as Error).message}`;
      }
      await clock.sleep(Math.min(pollMs, 500));
    } while (clock.monotonicMs() < untilMs);
    log.warn('the instrument cannot be made safe over this wire', { reason, why });
    throw new EwaldError(
      'unsafe',
      this.#line.name,
      `the instrument is not at rest: ${why}`,
      'press stop at the instrument if it must not go on',
    );
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#scans.close();
    this.#watch.close();
  }

  #requireOpen(): void {
    if (!this.#isOpen) throw new EwaldError('link', this.#line.name, 'the instrument is not open', 'open it first');
  }
}

function capabilitiesOf({ programs, cost }: AerisOptions): Capabilities {
  const of = (pick: (program: StoredProgram) => number) => {
    const values = programs.map(pick);
    return { min: Math.min(...values), max: Math.max(...values) };
  };
  const step = of(({ stepDeg }) => stepDeg);
  return {
    twoThetaLimits: { fromDeg: of(({ range }) => range.fromDeg).min, toDeg: of(({ range }) => range.toDeg).max },
    stepDeg: { ...step, rasterDeg: step.min },
    rasters: programs.map(({ stepDeg, range }) => ({ stepDeg, originDeg: range.fromDeg })),
    dwellS: of(({ dwellS }) => dwellS),
    minWindowDeg: of(({ range }) => range.toDeg - range.fromDeg).min,
    cost,
    programs: programs.map(({ name, range, stepDeg, dwellS }) => ({ name, range, stepDeg, dwellS })),
    modes: ['continuous'],
    delivers: 'file',
    canFind: true,
    canAbort: false,
    hasShutter: false,
  };
}
