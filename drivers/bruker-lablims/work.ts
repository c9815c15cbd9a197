import { createHash } from 'node:crypto';
import { EwaldError } from '../../src/domain/errors.ts';
import type { ScanCommand } from '../../src/domain/scan.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import type { FileWork } from '../file-results/file-scans.ts';
import { type JobBook, type JobNote, noteOf } from '../file-results/job-book.ts';
import { jobIdOf } from '../file-results/job-id.ts';
import { type FileOutcome, outcomeOf } from '../file-results/outcome.ts';
import type { ResultStore } from '../file-results/result-store.ts';
import { type AwaitedResult, type AwaitTiming, awaitResult, expectedMs } from './await-result.ts';
import type { LabLimsFolders } from './folders.ts';
import { type ResultUnit, sortResult } from './sort-result.ts';

export interface LabLimsWorkOptions {
  readonly client: string;
  readonly limits: { readonly fromDeg: number; readonly toDeg: number };
  readonly resultUnit: ResultUnit;
  readonly timing: AwaitTiming;
}

export interface LabLimsParts {
  readonly folders: LabLimsFolders;
  readonly book: JobBook;
  readonly store: ResultStore;
}

/** Jobs handed to LabLims, one at a time: a result bears no name of its job, so that a second one could not be told from it. */
export class LabLimsWork implements FileWork {
  readonly #options: LabLimsWorkOptions;
  readonly #folders: LabLimsFolders;
  readonly #book: JobBook;
  readonly #store: ResultStore;
  readonly #runtime: Runtime;
  readonly #withdrawals = new Map<string, AbortController>();

  constructor(options: LabLimsWorkOptions, { folders, book, store }: LabLimsParts, runtime: Runtime) {
    this.#options = options;
    this.#folders = folders;
    this.#book = book;
    this.#store = store;
    this.#runtime = runtime;
  }

  /** On the clock that the driver gives to the instrument, which has none on this wire. */
  nowS(): number {
    return this.#toS(this.#runtime.clock.nowMs());
  }

  async run(command: ScanCommand, signal: AbortSignal): Promise<FileOutcome> {
    const jobId = jobIdOf(this.#options.client, command.requestId, command.attempt);
    const known = await this.#book.read(jobId);
    if (known && known.phase !== 'planned') return this.#follow(known, signal);
    return this.#follow(await this.#handOver(noteOf(jobId, command, this.#runtime.clock.nowMs()), command), signal);
  }

  async look(requestId: string, attempt: number): Promise<FileOutcome | 'running' | 'lost'> {
    const note = await this.#book.read(jobIdOf(this.#options.client, requestId, attempt));
    if (!note || note.phase === 'planned') return 'lost';
    const kept = await this.#kept(note);
    if (kept || note.phase === 'over') return kept ?? 'lost';
    // What came while nobody looked still lies there, however late it is now; whoever attaches finds out whether it is ours.
    return this.#isLate(note) && (await this.#folders.results()).length === 0 ? 'lost' : 'running';
  }

  /** Takes back what LabLims has not taken yet. The jobs that it has: they go on, whatever we do. */
  async halt(): Promise<readonly JobNote[]> {
    const goOn: JobNote[] = [];
    for (const note of await this.#book.unfinished()) {
      if (note.phase === 'sent' && (await this.#folders.withdrawJob(note.jobId))) {
        await this.#book.write({ ...note, phase: 'over' });
        this.#withdrawable(note.jobId).abort();
      } else if (note.phase === 'sent' && !this.#isLate(note)) goOn.push(note);
    }
    return goOn;
  }

  async #handOver(planned: JobNote, command: ScanCommand): Promise<JobNote> {
    const { jobId } = planned;
    this.#checkCommand(command);
    if (this.nowS() > command.notAfterS) {
      throw new EwaldError('refused', jobId, `the scan was not to begin after ${command.notAfterS} s`, 'plan it anew');
    }
    if (await this.#folders.jobWaits()) {
      throw new EwaldError('busy', 'Job.xml', 'another job waits to be taken by LabLims', 'wait for it, or see that LabLims runs');
    }
    const earlier = (await this.#book.unfinished()).find((note) => note.jobId !== jobId && note.phase === 'sent' && !this.#isLate(note));
    if (earlier) {
      const message = `the result of ${earlier.requestId} may still come, and nothing would tell it from this one`;
      throw new EwaldError('busy', jobId, message, 'wait until that job has ended');
    }
    await this.#folders.clearResults();
    await this.#book.write(planned);
    const farMs = await this.#folders.writeParams({ ...planned });
    const sent: JobNote = { ...planned, phase: 'sent', begunMs: this.#runtime.clock.nowMs(), farMs };
    // Written before the order: after a crash in between the result is waited for, and the order never repeated.
    await this.#book.write(sent);
    await this.#folders.writeJob().catch(async (error: unknown) => {
      await this.#book.drop(jobId);
      throw error;
    });
    return sent;
  }

  async #follow(note: JobNote, signal: AbortSignal): Promise<FileOutcome> {
    const { clock, log } = this.#runtime;
    // The result may have been taken just before the program ended, and the note not yet brought up to date.
    const kept = await this.#kept(note);
    if (kept && note.phase !== 'over') await this.#book.write({ ...note, phase: 'over' });
    if (kept) return kept;
    if (note.phase === 'over')
      throw new EwaldError('deviceFault', note.jobId, 'this scan ended without a result', 'look at the instrument, then resume');
    // Across a restart only the clock on the wall tells how long it has been; within one run it may jump.
    const begunAtMs = clock.monotonicMs() - Math.max(0, clock.nowMs() - note.begunMs);
    const { timing, resultUnit } = this.#options;
    const taken = {
      isOld: (bytes: Uint8Array) => this.#store.holds(sha256(bytes)),
      isTaken: async () => (await this.#store.read(note.jobId)) !== null,
    };
    const withdrawn = this.#withdrawable(note.jobId);
    try {
      const result = await awaitResult(
        note,
        begunAtMs,
        this.#folders,
        resultUnit,
        taken,
        timing,
        clock,
        log,
        AbortSignal.any([signal, withdrawn.signal]),
      );
      if (!result) return (await this.#kept((await this.#book.read(note.jobId)) ?? note))!;
      return await this.#finish({ ...note, endedMs: note.begunMs + clock.monotonicMs() - begunAtMs }, result);
    } catch (error) {
      if (withdrawn.signal.aborted && !signal.aborted)
        throw new EwaldError('deviceFault', note.jobId, 'the job was withdrawn before LabLims took it', 'ask for the scan again');
      const { code } = error as EwaldError;
      // A job that ended badly is over; one that we only cannot see may still run.
      if (code === 'deviceFault' || code === 'timeout') await this.#book.write({ ...note, phase: 'over' });
      throw error;
    }
  }

  async #finish(note: JobNote, { file, bytes, points, cutShort }: AwaitedResult): Promise<FileOutcome> {
    const over: JobNote = { ...note, phase: 'over' };
    await this.#store.keep(note.jobId, bytes, sha256(bytes));
    await this.#book.write(over);
    // Had LabLims not taken our order away, it might do it once more.
    await this.#folders.withdrawJob(note.jobId).catch(() => false);
    if (!(await this.#folders.putAway(file, `${note.jobId}-${file.name}`).catch(() => false)))
      this.#runtime.log.warn('the result could not be moved away; the next job waits for that', { name: file.name });
    return this.#outcome(over, points, cutShort);
  }

  async #kept(note: JobNote): Promise<FileOutcome | null> {
    const bytes = await this.#store.read(note.jobId);
    if (!bytes) return null;
    const result = sortResult(bytes, note, this.#options.resultUnit);
    if (result.kind === 'whole') return this.#outcome(note, result.points, null);
    if (result.kind !== 'partial') return null;
    return this.#outcome(note, result.points, result.allRowsAreThere ? null : `the result is cut off: ${result.why}`);
  }

  #outcome(note: JobNote, points: AwaitedResult['points'], cutShort: string | null): FileOutcome {
    const startedAtS = this.#toS(note.begunMs);
    const endedMs = note.endedMs ?? note.begunMs + expectedMs(note, this.#options.timing);
    return outcomeOf(note, points, { startedAtS, endedAtS: this.#toS(endedMs), countingS: null }, cutShort);
  }

  #checkCommand({ requestId, range, how, stepDeg, dwellS, pointCount }: ScanCommand): void {
    const { limits } = this.#options;
    const refuse = (why: string) => new EwaldError('refused', requestId, why, 'ask for a scan within the limits of the config');
    if (how.kind === 'program') throw refuse(`this instrument has no stored programs, '${how.name}' was asked for`);
    const inside = range.fromDeg >= limits.fromDeg - 1e-9 && range.toDeg <= limits.toDeg + 1e-9 && range.fromDeg < range.toDeg;
    if (!inside) throw refuse(`${range.fromDeg} to ${range.toDeg} deg leaves the limits ${limits.fromDeg} to ${limits.toDeg} deg`);
    if (!(stepDeg >= 1e-6 && dwellS >= 1e-6 && pointCount >= 2)) throw refuse('step, time or number of points cannot be written down');
  }

  #isLate(note: JobNote): boolean {
    const { timing } = this.#options;
    return this.#runtime.clock.nowMs() - note.begunMs > expectedMs(note, timing) + timing.resultGraceMs + 2 * timing.pollMs;
  }

  /** Aborted where the job is taken back while it is waited for. */
  #withdrawable(jobId: string): AbortController {
    const known = this.#withdrawals.get(jobId) ?? new AbortController();
    this.#withdrawals.set(jobId, known);
    return known;
  }

  #toS(ms: number): number {
    return (ms / 1000) * this.#options.timing.clockSpeed;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
