import { EwaldError } from '../../src/domain/errors.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import type { JobBook, JobNote } from '../file-results/job-book.ts';
import type { AerisLine } from './line.ts';
import type { Slot } from './protocol.ts';
import type { StatusWatch } from './status-watch.ts';

const RESUME = 'look at the instrument, then resume';

/** Registers and starts jobs, each order sent once. */
export class AerisOrders {
  readonly #line: AerisLine;
  readonly #watch: StatusWatch;
  readonly #book: JobBook;
  readonly #runtime: Runtime;
  #halts = 0;

  constructor(line: AerisLine, watch: StatusWatch, book: JobBook, runtime: Runtime) {
    this.#line = line;
    this.#watch = watch;
    this.#book = book;
    this.#runtime = runtime;
  }

  /**
   * Registers the sample and starts the program. Resolves with the note as sent, also where the reply to the start was lost: what follows is
   * then read from the state. Rejects with 'refused' (local control, empty slot, the instrument's no) or 'busy', having taken back what it added.
   */
  async begin(planned: JobNote, slot: Slot, signal: AbortSignal): Promise<JobNote> {
    const { jobId, program } = planned;
    if (program === null) throw new EwaldError('internal', jobId, 'a job has no program', 'report this with the log of the run');
    const halts = this.#halts;
    await this.#admit(planned, slot);
    await this.#book.write(planned);
    await this.#register(planned, program, slot);
    if (signal.aborted || this.#halts !== halts) {
      await this.takeBack(planned);
      throw new EwaldError('interrupted', jobId, 'the instrument was made safe before the scan began', 'ask for it again');
    }
    const sent: JobNote = { ...planned, phase: 'sent', begunMs: this.#runtime.clock.nowMs() };
    // Written before the order goes out: after a crash in between, the state is read and the order never repeated.
    await this.#book.write(sent);
    const fate = await this.#line.order({ kind: 'measure', sampleId: jobId, program }).catch(async (error: unknown) => {
      await this.takeBack(planned);
      throw error;
    });
    if (fate.kind === 'refused') {
      await this.takeBack(sent);
      throw this.#refused(`does not start the program ${program}: ${fate.text}`);
    }
    if (fate.kind === 'unknown') this.#runtime.log.warn('the reply to the start was lost; the state is watched', { jobId, why: fate.why });
    return sent;
  }

  /** Whatever is about to begin, does not. */
  halt(): void {
    this.#halts += 1;
  }

  /** Removes the sample from the instrument's list, where it was added, and forgets the job. A list entry that stays harms nothing. */
  async takeBack(note: JobNote): Promise<void> {
    await this.remove(note.jobId);
    await this.#book.drop(note.jobId);
  }

  /** State-checked: an id that is not there is answered "fatal", and that is as good. */
  async remove(jobId: string): Promise<void> {
    for (let tries = 0; tries < 2; tries++) {
      try {
        const fate = await this.#line.order({ kind: 'remove', sampleId: jobId });
        if (fate.kind === 'refused') this.#runtime.log.debug('the instrument did not know the sample', { jobId, said: fate.text });
        if (fate.kind !== 'unknown') return;
      } catch (error) {
        this.#runtime.log.debug('the sample could not be removed', { jobId, error: String(error) });
      }
    }
    this.#runtime.log.warn('a sample may be left in the list of the instrument', { jobId });
  }

  async #admit({ jobId }: JobNote, slot: Slot): Promise<void> {
    if (!(await this.#watch.look())) {
      throw new EwaldError('refused', this.#line.name, 'the instrument is not under remote control', 'switch it to remote, then resume');
    }
    if (!(await this.#line.isReady())) {
      const message = 'the instrument measures something else';
      throw new EwaldError('busy', this.#line.name, message, 'wait until it is ready, or see who else uses it');
    }
    if (!(await this.#line.isOccupied(slot))) {
      throw new EwaldError('refused', jobId, `there is no sample in place ${slot} of the instrument`, 'put the sample there, then resume');
    }
  }

  async #register(note: JobNote, program: string, slot: Slot): Promise<void> {
    const { jobId } = note;
    for (let tries = 0; tries < 2; tries++) {
      const fate = await this.#line.order({ kind: 'add', sampleId: jobId, program, slot }).catch(async (error: unknown) => {
        await this.#book.drop(jobId);
        throw error;
      });
      if (fate.kind === 'accepted') return;
      if (fate.kind === 'refused') {
        await this.takeBack(note);
        throw this.#refused(`does not take the sample for the program ${program}: ${fate.text}`);
      }
      // Whether it is registered cannot be asked on this wire: take it back, known or not, and register it afresh. Nothing moves by that.
      await this.remove(jobId);
    }
    await this.#book.drop(jobId);
    const message = 'the instrument does not say whether it took the sample';
    throw new EwaldError('timeout', this.#line.name, message, RESUME);
  }

  #refused(what: string): EwaldError {
    const remedy = 'see that the program exists under this name, the place is right and the instrument is under remote control';
    return new EwaldError('refused', this.#line.name, `the instrument ${what}`, remedy);
  }
}
