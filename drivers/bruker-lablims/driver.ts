import { join } from 'node:path';
import type { Observable } from 'rxjs';
import { EwaldError } from '../../src/domain/errors.ts';
import type { Radiation } from '../../src/domain/radiation.ts';
import type { ScanChunk, ScanCommand } from '../../src/domain/scan.ts';
import type { Capabilities, Diffractometer, FoundScan, InstrumentIdentity, SafetyState } from '../../src/ports/diffractometer.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import { FileScans } from '../file-results/file-scans.ts';
import { JobBook } from '../file-results/job-book.ts';
import { ResultStore } from '../file-results/result-store.ts';
import type { AwaitTiming } from './await-result.ts';
import { FolderWatch } from './folder-watch.ts';
import { type FolderOptions, LabLimsFolders } from './folders.ts';
import type { ResultUnit } from './sort-result.ts';
import { LabLimsWork } from './work.ts';

export interface LabLimsOptions {
  readonly instrumentId: string;
  readonly title: string;
  readonly sampleId: string;
  readonly radiation: Radiation;
  readonly limits: Capabilities['twoThetaLimits'];
  readonly stepDeg: Capabilities['stepDeg'];
  readonly dwellS: Capabilities['dwellS'];
  readonly minWindowDeg: number;
  readonly mode: Capabilities['modes'][number];
  readonly cost: Capabilities['cost'];
  readonly folders: FolderOptions;
  readonly resultUnit: ResultUnit;
  readonly jobFolder: string;
  readonly client: string;
  readonly simulated: boolean;
  readonly timing: AwaitTiming & { readonly statusIntervalMs: number; readonly safetyValidMs: number };
}

/** A Bruker instrument that takes jobs from the folders of LabLims (docs/drivers/bruker-lablims.md). Does nothing before `open`. */
export function openLabLimsDriver(options: LabLimsOptions, runtime: Runtime): Diffractometer {
  return new LabLimsDriver(options, runtime);
}

class LabLimsDriver implements Diffractometer {
  readonly #options: LabLimsOptions;
  readonly #watch: FolderWatch;
  readonly #book: JobBook;
  readonly #store: ResultStore;
  readonly #work: LabLimsWork;
  readonly #scans: FileScans;
  #isOpen = false;

  constructor(options: LabLimsOptions, runtime: Runtime) {
    this.#options = options;
    const folders = new LabLimsFolders(options.folders);
    this.#watch = new FolderWatch(folders, options.timing, runtime.clock);
    this.#book = new JobBook(options.jobFolder);
    this.#store = new ResultStore(join(options.jobFolder, 'results'));
    this.#work = new LabLimsWork(options, { folders, book: this.#book, store: this.#store }, runtime);
    this.#scans = new FileScans({
      run: async (command, signal) => {
        this.#requireOpen();
        return this.#work.run(command, signal);
      },
      look: (requestId, attempt) => this.#work.look(requestId, attempt),
    });
  }

  async open(signal: AbortSignal): Promise<Capabilities> {
    const { instrumentId, limits, stepDeg, dwellS, minWindowDeg, cost, mode } = this.#options;
    if (signal.aborted) throw new EwaldError('interrupted', instrumentId, 'opening the instrument was interrupted', 'start again');
    await this.#book.open();
    await this.#store.open();
    await this.#watch.open();
    this.#isOpen = true;
    return {
      twoThetaLimits: limits,
      stepDeg,
      rasters: 'free',
      dwellS,
      minWindowDeg,
      cost,
      programs: 'free',
      modes: [mode],
      delivers: 'file',
      canFind: true,
      canAbort: false,
      hasShutter: false,
    };
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
   * Takes back the order that LabLims has not taken yet. A job that it has taken cannot be stopped or seen over this wire: then it rejects
   * with 'unsafe'.
   */
  async makeSafe(): Promise<void> {
    if (!this.#isOpen) return;
    const [job] = await this.#work.halt();
    if (!job) return;
    const message = `LabLims has taken the job of ${job.requestId}, and this wire has no order that stops it: it ends by itself`;
    throw new EwaldError('unsafe', this.#options.instrumentId, message, 'stop it at the instrument if it must not go on');
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#scans.close();
    this.#watch.close();
  }

  #requireOpen(): void {
    if (!this.#isOpen) throw new EwaldError('link', this.#options.instrumentId, 'the instrument is not open', 'open it first');
  }
}
