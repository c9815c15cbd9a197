import { join } from 'node:path';
import type { JobNote } from '../file-results/job-book.ts';
import { lookAt, requireFolder, tryRead } from '../transport/handoff-folder.ts';
import { type CheckedResult, checkResult, type ResultRules } from './check-result.ts';

export type ShelfLook =
  | { readonly kind: 'none' }
  /** Another program holds the file. */
  | { readonly kind: 'locked' }
  | CheckedResult;

/** The shared folder in which the instrument lays each result as `<sample id>.xrdml`. */
export class ResultShelf {
  readonly folder: string;
  readonly #rules: ResultRules;

  constructor(folder: string, rules: ResultRules) {
    this.folder = folder;
    this.#rules = rules;
  }

  /** Rejects with 'link' where the folder cannot be read. */
  open(): Promise<void> {
    return requireFolder(this.folder, 'read');
  }

  async has(jobId: string): Promise<boolean> {
    return (await lookAt(this.#path(jobId))) !== null;
  }

  /** The result of the job as it stands now. Rejects with 'link' where the folder fails. */
  async look(note: JobNote): Promise<ShelfLook> {
    const reading = await tryRead(this.#path(note.jobId));
    if (reading.kind === 'missing') return { kind: 'none' };
    if (reading.kind === 'locked') return { kind: 'locked' };
    // A file that has just been made is empty before it is anything.
    if (reading.bytes.length === 0) return { kind: 'damaged', why: `${note.jobId}.xrdml is empty` };
    return checkResult(reading.bytes, `${note.jobId}.xrdml`, note, this.#rules);
  }

  #path(jobId: string): string {
    return join(this.folder, `${jobId}.xrdml`);
  }
}
