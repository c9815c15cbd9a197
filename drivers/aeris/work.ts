import { EwaldError } from '../../src/domain/errors.ts';
import type { ScanCommand } from '../../src/domain/scan.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import type { FileWork } from '../file-results/file-scans.ts';
import { type JobBook, type JobNote, noteOf } from '../file-results/job-book.ts';
import { jobIdOf } from '../file-results/job-id.ts';
import { type FileOutcome, outcomeOf } from '../file-results/outcome.ts';
import { type AwaitedResult, type AwaitTiming, awaitRest, awaitResult, expectedMs } from './await-result.ts';
import type { AerisLine } from './line.ts';
import type { AerisOrders } from './orders.ts';
import type { StoredProgram } from './programs.ts';
import { SLOTS, type Slot } from './protocol.ts';
import type { ResultShelf } from './result-shelf.ts';

export interface AerisWorkOptions {
  readonly client: string;
  readonly slot: Slot;
  readonly programs: readonly StoredProgram[];
  readonly sampleIdMaxLength: number;
  readonly timing: AwaitTiming;
}

/** Jobs at the instrument: begun once, found again by their sample id and their note. */
export class AerisWork implements FileWork {
  readonly #options: AerisWorkOptions;
  readonly #line: AerisLine;
  readonly #orders: AerisOrders;
  readonly #shelf: ResultShelf;
  readonly #book: JobBook;
  readonly #runtime: Runtime;

  constructor(
    options: AerisWorkOptions,
    parts: { readonly line: AerisLine; readonly orders: AerisOrders; readonly shelf: ResultShelf; readonly book: JobBook },
    runtime: Runtime,
  ) {
    this.#options = options;
    this.#line = parts.line;
    this.#orders = parts.orders;
    this.#shelf = parts.shelf;
    this.#book = parts.book;
    this.#runtime = runtime;
  }

  /** On the clock that the driver gives to the instrument, which has none on this wire. */
  nowS(): number {
    return this.#toS(this.#runtime.clock.nowMs());
  }

  async run(command: ScanCommand, signal: AbortSignal): Promise<FileOutcome> {
    const program = this.#programOf(command);
    const jobId = this.#idOf(command.requestId, command.attempt);
    const known = await this.#book.read(jobId);
    if (known?.phase === 'planned') await this.#orders.takeBack(known);
    if (known && known.phase !== 'planned') return this.#follow(known, signal);
    if (await this.#shelf.has(jobId)) return this.#orphan(jobId, command.requestId, command.attempt);
    if (this.nowS() > command.notAfterS) {
      throw new EwaldError('refused', jobId, `the scan was not to begin after ${command.notAfterS} s`, 'plan it anew');
    }
    const slot = this.#slotOf(command);
    const note = noteOf(jobId, { ...command, sample: { ...command.sample, slot } }, this.#runtime.clock.nowMs());
    const sent = await this.#orders.begin({ ...note, expectedS: program.durationS ?? command.expectedS }, slot, signal);
    return this.#follow(sent, signal);
  }

  async look(requestId: string, attempt: number): Promise<FileOutcome | 'running' | 'lost'> {
    const jobId = this.#idOf(requestId, attempt);
    const note = await this.#book.read(jobId);
    if (!note) return (await this.#shelf.has(jobId)) ? this.#orphan(jobId, requestId, attempt) : 'lost';
    if (note.phase === 'planned') {
      await this.#orders.takeBack(note);
      return 'lost';
    }
    const found = await this.#shelf.look(note);
    const over = note.phase === 'over' || (await this.#isLongOver(note));
    if (found.kind === 'result' && (over || found.cutShort === null)) return this.#finish(note, found);
    if (found.kind === 'foreign' && over) throw found.error;
    return over ? 'lost' : 'running';
  }

  async #follow(note: JobNote, signal: AbortSignal): Promise<FileOutcome> {
    const { clock, log } = this.#runtime;
    const { timing } = this.#options;
    if (note.phase === 'over') {
      const found = await this.#shelf.look(note);
      if (found.kind === 'result') return this.#finish(note, found);
      if (found.kind === 'foreign') throw found.error;
      throw new EwaldError('deviceFault', note.jobId, 'this scan ended without a result', 'look at the instrument, then resume');
    }
    // Across a restart only the clock on the wall tells how long it has been; within one run it may jump.
    const begunAtMs = clock.monotonicMs() - Math.max(0, clock.nowMs() - note.begunMs);
    try {
      const result = await awaitResult(note, begunAtMs, this.#line, this.#shelf, timing, clock, log, signal);
      const endedMs = note.begunMs + clock.monotonicMs() - begunAtMs;
      for (const warning of result.warnings) log.warn(warning, { jobId: note.jobId });
      await awaitRest(this.#line, timing, clock, signal);
      return await this.#finish({ ...note, endedMs }, result);
    } catch (error) {
      const { code } = error as EwaldError;
      // A job that ended badly is over; one that we only cannot see may still run.
      const ended = code === 'deviceFault' || (code === 'timeout' && (error as EwaldError).subject === note.jobId);
      if (ended) await this.#giveUp(note);
      throw error;
    }
  }

  async #finish(note: JobNote, { points, countingS, cutShort }: AwaitedResult): Promise<FileOutcome> {
    const { clock } = this.#runtime;
    const lastedMs = Math.max(0, clock.nowMs() - note.begunMs);
    const likelyMs = ((countingS ?? note.expectedS) * 1000) / this.#options.timing.clockSpeed;
    const endedMs = note.endedMs ?? note.begunMs + Math.min(lastedMs, likelyMs);
    if (note.phase !== 'over') {
      await this.#orders.remove(note.jobId);
      await this.#book.write({ ...note, phase: 'over', endedMs });
    }
    return outcomeOf(note, points, { startedAtS: this.#toS(note.begunMs), endedAtS: this.#toS(endedMs), countingS }, cutShort);
  }

  async #giveUp(note: JobNote): Promise<void> {
    await this.#orders.remove(note.jobId);
    await this.#book.write({ ...note, phase: 'over' });
  }

  /** A result whose note is gone: whichever program it fits. */
  async #orphan(jobId: string, requestId: string, attempt: number): Promise<FileOutcome> {
    let trouble: EwaldError | null = null;
    for (const { name, range, stepDeg, pointCount, dwellS, durationS } of this.#options.programs) {
      const times = { expectedS: durationS ?? 0, notAfterS: 0 };
      const sample = { sampleId: jobId, slot: null };
      const command = { requestId, attempt, sample, range, stepDeg, dwellS, pointCount, ...times, how: { kind: 'program' as const, name } };
      // Begun at 0: of a job without a note no age is known.
      const note: JobNote = { ...noteOf(jobId, command, 0), phase: 'over' };
      const found = await this.#shelf.look(note);
      if (found.kind === 'result') {
        const endedAtS = found.countingS ?? 0;
        return outcomeOf(note, found.points, { startedAtS: 0, endedAtS, countingS: found.countingS }, found.cutShort);
      }
      const unreadable = () =>
        new EwaldError('deviceFault', jobId, `the result ${jobId}.xrdml cannot be read`, 'move it away, then resume');
      trouble = found.kind === 'foreign' ? found.error : unreadable();
    }
    throw trouble;
  }

  async #isLongOver(note: JobNote): Promise<boolean> {
    const { timing } = this.#options;
    const elapsedMs = this.#runtime.clock.nowMs() - note.begunMs;
    if (elapsedMs < timing.startWaitMs || !(await this.#line.isReady())) return false;
    if (elapsedMs <= expectedMs(note, timing) + timing.fileWaitMs) return false;
    await this.#giveUp(note);
    return true;
  }

  #programOf(command: ScanCommand): StoredProgram {
    const { how } = command;
    const program = how.kind === 'program' ? this.#options.programs.find(({ name }) => name === how.name) : undefined;
    const same =
      program &&
      Math.abs(program.range.fromDeg - command.range.fromDeg) < 1e-6 &&
      Math.abs(program.range.toDeg - command.range.toDeg) < 1e-6 &&
      program.pointCount === command.pointCount;
    if (same) return program;
    const asked =
      how.kind === 'program' ? `the program '${how.name}' does not measure what was asked for` : 'only stored programs can be run';
    throw new EwaldError('refused', command.requestId, asked, 'ask for a program of the catalogue in the config');
  }

  #slotOf(command: ScanCommand): Slot {
    const slot = command.sample.slot ?? this.#options.slot;
    if (Object.hasOwn(SLOTS, slot)) return slot;
    throw new EwaldError('refused', command.requestId, `there is no place ${slot}`, `use one of: ${Object.keys(SLOTS).join(', ')}`);
  }

  #idOf(requestId: string, attempt: number): string {
    return jobIdOf(this.#options.client, requestId, attempt, this.#options.sampleIdMaxLength);
  }

  #toS(ms: number): number {
    return (ms / 1000) * this.#options.timing.clockSpeed;
  }
}
