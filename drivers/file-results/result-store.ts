import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Copies of the results that were taken, on this computer: named after their job and their content. */
export class ResultStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
  }

  async keep(jobId: string, bytes: Uint8Array, sha256: string): Promise<void> {
    const path = join(this.#folder, nameOf(jobId, sha256));
    // Two programs may take the same result at once: each by a file of its own, and the same content wins either way.
    const part = `${path}.${randomUUID()}.part`;
    try {
      await writeFile(part, bytes, { flush: true });
      await rename(part, path);
    } catch (error) {
      // A full disk must not be filled further by what is of no use.
      await rm(part, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  /** The result of this job, or null where none was taken. */
  async read(jobId: string): Promise<Uint8Array | null> {
    const name = (await this.#names()).find((candidate) => candidate.startsWith(`${jobId}.`) && candidate.endsWith('.result'));
    return name === undefined ? null : new Uint8Array(await readFile(join(this.#folder, name)));
  }

  /** Was this very content taken before, for whatever job? */
  async holds(sha256: string): Promise<boolean> {
    return (await this.#names()).some((name) => name.endsWith(`.${sha256}.result`));
  }

  async #names(): Promise<string[]> {
    return readdir(this.#folder).catch(() => []);
  }
}

function nameOf(jobId: string, sha256: string): string {
  return `${jobId}.${sha256}.result`;
}
