import { constants } from 'node:fs';
import { access, lstat, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { EwaldError } from '../../src/domain/errors.ts';

/** A file as the folder's own computer sees it. `mtimeMs` is on that computer's clock. */
export interface FoundFile {
  readonly path: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

/** What can become of reading a file that another program may be writing. */
export type FileReading =
  | { readonly kind: 'read'; readonly bytes: Uint8Array }
  | { readonly kind: 'missing' }
  | { readonly kind: 'locked' };

/** The file itself cannot be opened, now or ever, while the folder is well. */
const LOCKED: ReadonlySet<string> = new Set(['EBUSY', 'EACCES', 'EPERM', 'EAGAIN', 'ELOOP']);

let parts = 0;

/** Writes the whole text or nothing: into a file beside it, flushed, then renamed. Rejects with 'link'. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  // Two clients may write the same file at once; each writes its own beside it.
  parts += 1;
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}-${parts}.ewald-part`);
  try {
    const file = await open(beside, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw folderTrouble(dirname(path), `${basename(path)} cannot be written`, error);
  }
}

/** The file, or null where there is none. Rejects with 'link' where the folder cannot be seen. */
export async function lookAt(path: string): Promise<FoundFile | null> {
  try {
    const { size, mtimeMs, isFile } = await stat(path).then((seen) => ({ ...seen, isFile: seen.isFile() }));
    return isFile ? { path, name: basename(path), sizeBytes: size, mtimeMs } : null;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    const entry = LOCKED.has(codeOf(error)) ? await lstat(path).catch(() => null) : null;
    if (entry) return { path, name: basename(path), sizeBytes: entry.size, mtimeMs: entry.mtimeMs };
    throw folderTrouble(dirname(path), `${basename(path)} cannot be looked at`, error);
  }
}

/** Every plain file in the folder, by name; half-written ones of `writeAtomically` are left out. Rejects with 'link'. */
export async function listFiles(folder: string): Promise<FoundFile[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw folderTrouble(folder, 'it cannot be listed', error);
  });
  const found = await Promise.all(names.filter((name) => !name.endsWith('.ewald-part')).map((name) => lookAt(join(folder, name))));
  return found.flatMap((file) => file ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The bytes of a file, or why there are none yet. Rejects with 'link' where the folder is out of reach. */
export async function tryRead(path: string): Promise<FileReading> {
  try {
    return { kind: 'read', bytes: new Uint8Array(await readFile(path)) };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return { kind: 'missing' };
    if (LOCKED.has(code)) return { kind: 'locked' };
    throw folderTrouble(dirname(path), `${basename(path)} cannot be read`, error);
  }
}

/** Moves a file within one share. False where it is not there or held by another program. */
export async function tryMove(from: string, to: string): Promise<boolean> {
  try {
    await mkdir(dirname(to), { recursive: true });
    await rename(from, to);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || LOCKED.has(code)) return false;
    throw folderTrouble(dirname(from), `${basename(from)} cannot be moved`, error);
  }
}

/** Rejects with 'link' where the folder is not there or does not let us in. */
export async function requireFolder(folder: string, use: 'read' | 'write'): Promise<void> {
  const mode = use === 'write' ? constants.R_OK | constants.W_OK | constants.X_OK : constants.R_OK | constants.X_OK;
  const isFolder = await stat(folder).then(
    (seen) => seen.isDirectory(),
    (error: unknown) => {
      throw folderTrouble(folder, 'it is not there', error);
    },
  );
  if (!isFolder) throw folderTrouble(folder, 'it is no folder');
  await access(folder, mode).catch((error: unknown) => {
    throw folderTrouble(folder, `it does not let us ${use}`, error);
  });
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? '';
}

function folderTrouble(folder: string, why: string, cause?: unknown): EwaldError {
  const detail = cause instanceof Error ? ` (${codeOf(cause) || cause.message})` : '';
  return new EwaldError(
    'link',
    folder,
    `the folder ${folder} fails: ${why}${detail}`,
    'see that the share is mounted and may be used',
    cause,
  );
}
