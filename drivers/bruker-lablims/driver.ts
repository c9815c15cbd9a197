import { join } from 'node:path';
import { EwaldError } from '../../src/domain/errors.ts';
import type { Radiation } from '../../src/domain/radiation.ts';
import type { Capabilities, Diffractometer } from '../../src/ports/diffractometer.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import { FileDriver } from '../file-results/file-driver.ts';
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

class LabLimsDriver extends FileDriver {
  readonly #options: LabLimsOptions;
  readonly #watch: FolderWatch;
  readonly #book: JobBook;
  readonly #store: ResultStore;
  readonly #work: LabLimsWork;

  constructor(options: LabLimsOptions, runtime: Runtime) {
    const folders = new LabLimsFolders(options.folders);
    const watch = new FolderWatch(folders, options.timing, runtime);
    const book = new JobBook(options.jobFolder);
    const store = new ResultStore(join(options.jobFolder, 'results'));
    const work = new LabLimsWork(options, { folders, book, store }, runtime);
    super(options, { name: options.instrumentId, work, watch });
    this.#options = options;
    this.#watch = watch;
    this.#book = book;
    this.#store = store;
    this.#work = work;
  }

  protected async start(): Promise<Capabilities> {
    const { limits, stepDeg, dwellS, minWindowDeg, cost, mode, timing } = this.#options;
    await this.#book.open();
    await this.#store.open();
    await this.#watch.open();
    return {
      twoThetaLimits: limits,
      stepDeg,
      rasters: 'free',
      dwellS,
      minWindowDeg,
      cost,
      overdue: { leastMs: 0, graceMs: timing.resultGraceMs + timing.linkGraceMs },
      programs: 'free',
      modes: [mode],
      delivers: 'file',
      canFind: true,
      canAbort: false,
      hasShutter: false,
    };
  }

  /**
   * Takes back the order that LabLims has not taken yet. A job that it has taken cannot be stopped or seen over this wire: then it rejects
   * with 'unsafe'.
   */
  async makeSafe(): Promise<void> {
    if (!this.isOpen) return;
    const [job] = await this.#work.halt();
    if (!job) return;
    const message = `LabLims has taken the job of ${job.requestId}, and this wire has no order that stops it: it ends by itself`;
    throw new EwaldError('unsafe', this.#options.instrumentId, message, 'stop it at the instrument if it must not go on');
  }
}
