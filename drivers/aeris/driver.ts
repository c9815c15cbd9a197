import { EwaldError } from '../../src/domain/errors.ts';
import type { Radiation } from '../../src/domain/radiation.ts';
import type { Capabilities, Diffractometer } from '../../src/ports/diffractometer.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import { FileDriver } from '../file-results/file-driver.ts';
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
  const line = new AerisLine(options.address, options.timing, runtime.clock);
  const watch = new StatusWatch(line, options.timing, runtime);
  const book = new JobBook(options.jobFolder);
  const parts = {
    line,
    watch,
    book,
    shelf: new ResultShelf(options.resultFolder, options),
    orders: new AerisOrders(line, watch, book, runtime),
  };
  return new AerisDriver(options, parts, runtime);
}

interface AerisParts {
  readonly line: AerisLine;
  readonly watch: StatusWatch;
  readonly book: JobBook;
  readonly shelf: ResultShelf;
  readonly orders: AerisOrders;
}

class AerisDriver extends FileDriver {
  readonly #options: AerisOptions;
  readonly #runtime: Runtime;
  readonly #parts: AerisParts;

  constructor(options: AerisOptions, parts: AerisParts, runtime: Runtime) {
    const { line, watch } = parts;
    super(options, { name: line.name, work: new AerisWork(options, parts, runtime), watch });
    this.#options = options;
    this.#runtime = runtime;
    this.#parts = parts;
  }

  protected async start(): Promise<Capabilities> {
    const { book, shelf, watch } = this.#parts;
    await book.open();
    await shelf.open();
    await watch.open();
    return capabilitiesOf(this.#options);
  }

  /**
   * Nothing new begins; resolves once the instrument says that it measures nothing. This wire has no order that stops a program or closes the
   * shutter, so it rejects with 'unsafe' where a program goes on.
   */
  async makeSafe(reason: string): Promise<void> {
    this.#parts.orders.halt();
    const { clock, log } = this.#runtime;
    const { safeTimeoutMs, pollMs } = this.#options.timing;
    const untilMs = clock.monotonicMs() + safeTimeoutMs;
    let why = '';
    do {
      try {
        if (await this.#parts.line.isReady()) return;
        why = 'a program is being measured, and this wire has no order that stops it: it ends by itself';
      } catch (error) {
        why = `it cannot be asked: ${(error as Error).message}`;
      }
      await clock.sleep(Math.min(pollMs, 500));
    } while (clock.monotonicMs() < untilMs);
    log.warn('the instrument cannot be made safe over this wire', { reason, why });
    throw new EwaldError(
      'unsafe',
      this.#parts.line.name,
      `the instrument is not at rest: ${why}`,
      'press stop at the instrument if it must not go on',
    );
  }
}

function capabilitiesOf({ programs, cost, timing }: AerisOptions): Capabilities {
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
    overdue: { leastMs: timing.scanTimeoutMs, graceMs: timing.fileWaitMs + timing.gripperMs + timing.linkGraceMs },
    programs: programs.map(({ name, range, stepDeg, dwellS }) => ({ name, range, stepDeg, dwellS })),
    modes: ['continuous'],
    delivers: 'file',
    canFind: true,
    canAbort: false,
    hasShutter: false,
  };
}
