import { Observable } from 'rxjs';
import { asEwaldError, EwaldError } from '../../src/domain/errors.ts';
import type { ScanChunk, ScanCommand } from '../../src/domain/scan.ts';
import type { FoundScan } from '../../src/ports/diffractometer.ts';
import type { FileOutcome } from './outcome.ts';

/** What a wire that delivers files must be able to do. */
export interface FileWork {
  /** Begins the job unless it is known already, and waits for its result. Rejects where there will be none. */
  run(command: ScanCommand, signal: AbortSignal): Promise<FileOutcome>;
  /** What became of a job that nobody here waits for. Moves nothing. */
  look(requestId: string, attempt: number): Promise<FileOutcome | 'running' | 'lost'>;
}

/** Scans of an instrument that delivers its results as files: shares one execution among all watchers, and keeps what is not acknowledged. */
export class FileScans {
  readonly #work: FileWork;
  readonly #running = new Map<string, Promise<FileOutcome>>();
  readonly #over = new Map<string, FileOutcome>();
  /** The highest sequence of each scan: an acknowledgement covers everything before it, so that a lost one costs nothing. */
  readonly #acknowledged = new Map<string, number>();
  readonly #closing = new AbortController();

  constructor(work: FileWork) {
    this.#work = work;
  }

  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** How many jobs are being waited for. */
  get busy(): number {
    return this.#running.size;
  }

  scan(command: ScanCommand): Observable<ScanChunk> {
    return new Observable((subscriber) => {
      const deliver = (outcome: FileOutcome) => {
        for (const chunk of this.#kept(command.requestId, command.attempt, outcome)) subscriber.next(chunk);
        if (outcome.report.completeness === 'whole') subscriber.complete();
        else subscriber.error(cutShort(command, outcome.report.reason));
      };
      const stop = () => subscriber.error(new EwaldError('interrupted', command.requestId, 'the driver was closed', 'open it again'));
      if (this.closed) return stop();
      this.#closing.signal.addEventListener('abort', stop, { once: true });
      this.#execute(command).then(deliver, (error: unknown) => subscriber.error(asEwaldError(error)));
      return () => this.#closing.signal.removeEventListener('abort', stop);
    });
  }

  acknowledge(requestId: string, attempt: number, sequence: number): void {
    const name = nameOf(requestId, attempt);
    this.#acknowledged.set(name, Math.max(sequence, this.#acknowledged.get(name) ?? -1));
  }

  async find(requestId: string, attempt: number): Promise<FoundScan> {
    const name = nameOf(requestId, attempt);
    if (this.#running.has(name)) return { kind: 'running' };
    const outcome = this.#over.get(name) ?? (await this.#work.look(requestId, attempt));
    if (typeof outcome === 'string') return { kind: outcome };
    this.#over.set(name, outcome);
    return { kind: 'finished', chunks: this.#kept(requestId, attempt, outcome), report: outcome.report };
  }

  close(): void {
    this.#closing.abort();
  }

  #execute(command: ScanCommand): Promise<FileOutcome> {
    const name = nameOf(command.requestId, command.attempt);
    const over = this.#over.get(name);
    if (over) return Promise.resolve(over);
    const underWay = this.#running.get(name);
    if (underWay) return underWay;
    const running = this.#work.run(command, this.#closing.signal).then(
      (outcome) => {
        this.#over.set(name, outcome);
        this.#running.delete(name);
        return outcome;
      },
      (error: unknown) => {
        this.#running.delete(name);
        throw error;
      },
    );
    this.#running.set(name, running);
    return running;
  }

  #kept(requestId: string, attempt: number, outcome: FileOutcome): ScanChunk[] {
    const acknowledged = this.#acknowledged.get(nameOf(requestId, attempt)) ?? -1;
    return outcome.chunks.filter((chunk) => chunk.sequence > acknowledged);
  }
}

function nameOf(requestId: string, attempt: number): string {
  return `${requestId}.${attempt}`;
}

function cutShort(command: ScanCommand, reason: string | null): EwaldError {
  const message = `the instrument cut the scan short: ${reason ?? 'no reason given'}`;
  return new EwaldError('deviceFault', command.requestId, message, 'look at the instrument, then resume');
}
