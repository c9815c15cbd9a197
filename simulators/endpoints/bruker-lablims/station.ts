import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal } from '../../journal.ts';
import { Refusal } from '../../refusal.ts';
import type { VirtualDiffractometer } from '../../virtual-diffractometer.ts';
import { CountedScan } from '../counted-scan.ts';
import type { ResultShelf } from '../result-shelf.ts';
import type { WireScans } from '../wire-scans.ts';
import { asciiResult } from './ascii-result.ts';
import { readJob, readScanParams } from './job.ts';

export const JOB = 'Job.xml';
export const PARAMS = 'ScanParams.txt';
export const RESULT = 'XRD.ascii';

export interface StationParts {
  /** False for a job that is taken and never carried out. */
  readonly admits: (job: string) => boolean;
  readonly folder: string;
  readonly device: VirtualDiffractometer;
  readonly scans: WireScans;
  readonly shelf: ResultShelf;
  readonly journal: Journal;
  readonly bootMs: number;
  readonly onFailure: (why: string) => void;
}

/**
 * The measuring computer: takes a job out of the folder, runs it, leaves the result. A job is taken once, when its file is whole; one that says
 * nothing sensible is thrown away, and one that comes while another runs waits.
 */
export class Station {
  private readonly parts: StationParts;
  private jobs = 0;
  private isBusy = false;

  constructor(parts: StationParts) {
    this.parts = parts;
  }

  /** To be called as often as the measuring computer looks into its folder. */
  look(): void {
    const file = join(this.parts.folder, JOB);
    if (this.isBusy || this.parts.device.isLocal() || !existsSync(file)) return;
    const job = readJob(readFileSync(file, 'utf8'));
    rmSync(file, { force: true });
    if (!this.parts.admits(JOB)) return;
    const params = this.readParams();
    if (!job || !params) {
      this.giveUp(job ? `${PARAMS} does not hold four numbers` : `${JOB} is not a whole job and was thrown away`);
      return;
    }
    this.isBusy = true;
    this.run(`job-${++this.jobs}`, params).then(
      () => {
        this.isBusy = false;
      },
      (error: unknown) => {
        this.isBusy = false;
        this.giveUp(String(error));
      },
    );
  }

  private readParams(): ReturnType<typeof readScanParams> {
    const file = join(this.parts.folder, PARAMS);
    return existsSync(file) ? readScanParams(readFileSync(file, 'utf8')) : null;
  }

  private async run(name: string, { startDeg, endDeg, stepDeg, dwellS }: NonNullable<ReturnType<typeof readScanParams>>): Promise<void> {
    const { device, scans, shelf, journal, bootMs } = this.parts;
    const scan = new CountedScan();
    const startedS = device.clock.nowS();
    shelf.begin(RESULT);
    const plan = {
      fromUdeg: Math.round(startDeg * 1e6),
      stepUdeg: Math.round(stepDeg * 1e6),
      pointCount: Math.floor((endDeg - startDeg) / stepDeg + 1e-6) + 1,
      dwellNs: Math.round(dwellS * 1e9),
    };
    try {
      scans.begin(name, plan, 'continuous', scan);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.giveUp(error.message);
      return;
    }
    const end = await scan.done;
    // A measurement that was cut short leaves no file.
    if (end.report.completeness !== 'whole') {
      this.giveUp(end.report.reason ?? 'cut short');
      return;
    }
    await shelf.deliver({ name: RESULT, text: asciiResult(scan, new Date(shelf.stampMs(bootMs + startedS * 1000)).toISOString()) });
    journal('result', { atS: device.clock.nowS(), job: name, name: RESULT, points: scan.counts.length, whole: true });
  }

  private giveUp(why: string): void {
    this.parts.journal('given-up', { atS: this.parts.device.clock.nowS(), why });
    this.parts.onFailure(why);
  }
}
