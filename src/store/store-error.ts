import { EwaldError } from '../domain/errors.ts';

/** What the user can do about it, by the primary result code of SQLite (the low byte of its extended code) or of the file system. */
const TROUBLE: Readonly<Record<string, readonly [message: string, remedy: string]>> = {
  5: ['another process holds the run store', 'stop the other Ewald process that uses this folder, or give this one a folder of its own'],
  6: ['the run store is locked', 'stop the other Ewald process that uses this folder, or give this one a folder of its own'],
  8: ['the run store cannot be written', 'give the user that runs Ewald the right to write the folder and its files'],
  10: ['the disk of the run store fails to read or write', 'check the disk and its space, then resume the run'],
  11: ['the run store is damaged', 'move the folder away and restore it from a copy; the instrument keeps what was not acknowledged'],
  13: ['the disk of the run store is full', 'free space on the disk, then resume the run'],
  14: ['the run store cannot be opened', 'give a folder that exists or can be made, and that the user may write'],
  26: ['the file ewald.db is not a run store', 'give another folder, or move that file away'],
  EACCES: ['the folder of the run store may not be written', 'give the user that runs Ewald the right to write it, or name another folder'],
  EPERM: ['the folder of the run store may not be written', 'give the user that runs Ewald the right to write it, or name another folder'],
  EROFS: ['the folder of the run store is on a read-only disk', 'name a folder on a disk that can be written'],
  ENOTDIR: ['the folder of the run store is a file', 'name another folder'],
  EEXIST: ['the folder of the run store is a file', 'name another folder'],
  ENOSPC: ['the disk of the run store is full', 'free space on the disk, then resume the run'],
};

/** Any failure below the store as an EwaldError of code 'store', subject `folder`. */
export function asStoreError(error: unknown, folder: string): EwaldError {
  if (error instanceof EwaldError) return error;
  const { errcode, code } = (typeof error === 'object' && error !== null ? error : {}) as { errcode?: unknown; code?: unknown };
  const known = TROUBLE[typeof errcode === 'number' ? String(errcode & 0xff) : String(code)];
  const [message, remedy] = known ?? ['the run store fails', 'look at the cause in the log, check the disk, then resume the run'];
  const detail = error instanceof Error ? ` (${error.message})` : '';
  return new EwaldError('store', folder, `${message}${detail}`, remedy, error);
}
