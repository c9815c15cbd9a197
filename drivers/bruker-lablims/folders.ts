import { join } from 'node:path';
import { EwaldError } from '../../src/domain/errors.ts';
import {
  type FileReading,
  type FoundFile,
  listFiles,
  lookAt,
  requireFolder,
  tryMove,
  tryRead,
  writeAtomically,
} from '../transport/handoff-folder.ts';
import { encodeJob, encodeParams, JOB_FILE, type LabLimsJob, PARAMS_FILE, type ScanParams } from './protocol.ts';

export interface FolderOptions {
  /** Where LabLims looks for Job.xml. */
  readonly labLimsFolder: string;
  /** Where the script looks for ScanParams.txt. */
  readonly paramsFolder: string;
  readonly resultFolder: string;
  /** On the same share as the results: what is cleared away goes there, and nothing is deleted. */
  readonly archiveFolder: string;
  readonly job: LabLimsJob;
}

/** The folders that are shared with the instrument's computer. */
export class LabLimsFolders {
  readonly #options: FolderOptions;
  readonly #jobText: string;

  constructor(options: FolderOptions) {
    this.#options = options;
    this.#jobText = encodeJob(options.job);
  }

  /** Rejects with 'link' where one of them is out of reach. */
  async check(): Promise<void> {
    await requireFolder(this.#options.labLimsFolder, 'write');
    await requireFolder(this.#options.paramsFolder, 'write');
    await requireFolder(this.#options.resultFolder, 'write');
  }

  /** Does an order wait to be taken, ours or another's? */
  async jobWaits(): Promise<boolean> {
    return (await lookAt(this.#jobPath)) !== null;
  }

  results(): Promise<FoundFile[]> {
    return listFiles(this.#options.resultFolder);
  }

  read(file: FoundFile): Promise<FileReading> {
    return tryRead(file.path);
  }

  /** Moves every file out of the folder for results. Rejects with 'busy' where one is held. */
  async clearResults(): Promise<void> {
    for (const file of await this.results()) {
      if (await this.putAway(file, `${Math.round(file.mtimeMs)}-${file.name}`)) continue;
      if (!(await lookAt(file.path))) continue;
      const message = `the old result ${file.path} is held by another program, so a new one could not be told from it`;
      throw new EwaldError('busy', file.name, message, 'close the program that shows it');
    }
  }

  /** False where the file is held. */
  putAway(file: FoundFile, name: string): Promise<boolean> {
    return tryMove(file.path, join(this.#options.archiveFolder, name));
  }

  /** Writes the parameters and gives the time of that on the clock of the share, ms. */
  async writeParams(params: ScanParams): Promise<number | null> {
    const path = join(this.#options.paramsFolder, PARAMS_FILE);
    await writeAtomically(path, encodeParams(params));
    return (await lookAt(path))?.mtimeMs ?? null;
  }

  writeJob(): Promise<void> {
    return writeAtomically(this.#jobPath, this.#jobText);
  }

  /** Takes our order back where it is still there: true means that nobody has it any more. */
  async withdrawJob(jobId: string): Promise<boolean> {
    const reading = await tryRead(this.#jobPath);
    if (reading.kind !== 'read' || new TextDecoder().decode(reading.bytes) !== this.#jobText) return false;
    return tryMove(this.#jobPath, join(this.#options.archiveFolder, `${jobId}-withdrawn-${JOB_FILE}`));
  }

  get #jobPath(): string {
    return join(this.#options.labLimsFolder, JOB_FILE);
  }
}
