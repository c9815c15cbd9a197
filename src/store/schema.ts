import type { DatabaseSync } from '@photostructure/sqlite';
import { EwaldError } from '../domain/errors.ts';

type Database = InstanceType<typeof DatabaseSync>;

/** Version n is reached by running step n - 1; a step is never changed once it was released. */
const STEPS: readonly string[] = [
  `CREATE TABLE schema_version (version INTEGER NOT NULL);
   INSERT INTO schema_version VALUES (1);
   CREATE TABLE runs (number INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL UNIQUE, created_ms REAL);
   CREATE TABLE journal (run_id TEXT NOT NULL, entry_index INTEGER NOT NULL, at_ms REAL NOT NULL, kind TEXT NOT NULL, fields TEXT NOT NULL,
     PRIMARY KEY (run_id, entry_index)) WITHOUT ROWID;
   CREATE TABLE chunks (run_id TEXT NOT NULL, request_id TEXT NOT NULL, attempt INTEGER NOT NULL, sequence INTEGER NOT NULL, body BLOB NOT NULL,
     PRIMARY KEY (run_id, request_id, attempt, sequence));
   CREATE TABLE documents (run_id TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (run_id, kind, id));
   CREATE TABLE checkpoints (run_id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;`,
];

export const SCHEMA_VERSION = STEPS.length;

/**
 * Makes the connection durable and brings the tables to this version. Throws 'store' where a newer Ewald wrote them, where the file holds
 * something else, or where it is damaged.
 */
export function prepareDatabase(database: Database, folder: string): void {
  database.exec('PRAGMA busy_timeout = 5000');
  // Both on every open: a reopened WAL database starts with synchronous = NORMAL, which loses the last commits when the power fails.
  const mode = database.prepare('PRAGMA journal_mode = WAL').get() as { journal_mode?: unknown };
  if (mode.journal_mode !== 'wal')
    throw new EwaldError('store', folder, 'the disk of the run store cannot hold a write-ahead log', 'name a folder on a local disk');
  database.exec('PRAGMA synchronous = FULL');
  const check = database.prepare('PRAGMA quick_check(1)').get() as { quick_check?: unknown };
  if (check.quick_check !== 'ok')
    throw new EwaldError(
      'store',
      folder,
      `the run store is damaged (${String(check.quick_check)})`,
      'move the folder away and restore it from a copy',
    );
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = versionOf(database, folder);
    if (version > SCHEMA_VERSION) {
      const what = `a newer Ewald wrote this run store (schema ${version}, this program knows ${SCHEMA_VERSION})`;
      throw new EwaldError('store', folder, what, 'use that version of Ewald, or another folder');
    }
    for (const step of STEPS.slice(version)) database.exec(step);
    if (version < SCHEMA_VERSION) database.prepare('UPDATE schema_version SET version = ?').run(SCHEMA_VERSION);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function versionOf(database: Database, folder: string): number {
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
  if (tables.length === 0) return 0;
  if (!tables.some((table) => table.name === 'schema_version'))
    throw new EwaldError(
      'store',
      folder,
      'the file ewald.db is a database of something else',
      'give another folder, or move that file away',
    );
  const row = database.prepare('SELECT version FROM schema_version').get() as { version: number } | undefined;
  return row?.version ?? 0;
}
