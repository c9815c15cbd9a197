import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { badInput } from '../domain/errors.ts';
import { asStoreError } from './store-error.ts';

const BUSY = 5;

/**
 * Makes this process the only one that drives the run, until the returned function is called or the process ends, however it ends: the lock is
 * SQLite's own on an empty file beside the store. The file stays: removed, it could be held by one process while the next makes it anew. Throws
 * 'badInput', subject `runId`, where another process drives it, and 'store'.
 */
export function lockRun(folder: string, runId: string): () => void {
  const file = join(folder, `${runId.replace(/[^A-Za-z0-9._-]/g, '_')}.lock`);
  let database: InstanceType<typeof DatabaseSync> | null = null;
  try {
    database = new DatabaseSync(file);
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (((error as { errcode?: number }).errcode ?? 0) % 256 === BUSY)
      throw badInput(runId, `the run ${runId} is being driven by another process`, 'wait until it has ended, or stop it', error);
    throw asStoreError(error, folder);
  }
  const held = database;
  return () => {
    held.exec('ROLLBACK');
    held.close();
  };
}
