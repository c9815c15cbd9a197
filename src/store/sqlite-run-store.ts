import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import type { RunView } from '../domain/decision.ts';
import { EwaldError } from '../domain/errors.ts';
import type { ActivationMap, Identification } from '../domain/identification.ts';
import type { Pattern } from '../domain/pattern.ts';
import type { Scan, ScanChunk } from '../domain/scan.ts';
import type { RunStore, StoredEntry } from '../ports/run-store.ts';
import { decodeDocument, encodeDocument } from './document-codec.ts';
import { journalText } from './journal-text.ts';
import { lockRun } from './run-lock.ts';
import { prepareDatabase } from './schema.ts';
import { asStoreError } from './store-error.ts';

type Kind = 'scan' | 'pattern' | 'identification' | 'maps' | 'view';
type Statement = ReturnType<InstanceType<typeof DatabaseSync>['prepare']>;

const SQL = {
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  runs: 'SELECT run_id, created_ms FROM runs ORDER BY number',
  addRun: 'INSERT INTO runs (run_id) VALUES (?) ON CONFLICT DO NOTHING',
  // A run is as old as its first entry.
  dateRun: 'UPDATE runs SET created_ms = ? WHERE run_id = ? AND created_ms IS NULL',
  nextEntry: 'SELECT coalesce(max(entry_index) + 1, 0) AS next FROM journal WHERE run_id = ?',
  addEntry: 'INSERT INTO journal VALUES (?, ?, ?, ?, ?)',
  journal: 'SELECT entry_index, at_ms, kind, fields FROM journal WHERE run_id = ? ORDER BY entry_index',
  addChunk: 'INSERT INTO chunks VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  chunk: 'SELECT body FROM chunks WHERE run_id = ? AND request_id = ? AND attempt = ? AND sequence = ?',
  chunks: 'SELECT body FROM chunks WHERE run_id = ? AND request_id = ? AND attempt = ? ORDER BY sequence',
  addDocument: 'INSERT INTO documents VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  document: 'SELECT body FROM documents WHERE run_id = ? AND kind = ? AND id = ?',
  saveCheckpoint: 'INSERT INTO checkpoints VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
  checkpoint: 'SELECT body FROM checkpoints WHERE run_id = ?',
} as const;

/**
 * The runs of one folder, in its file `ewald.db` (SQLite, write-ahead log, synchronous FULL): when a call returns, its data is on the disk.
 * Putting the same id again with the same content changes nothing; with other content it is refused. Throws 'store', subject `folder`,
 * where the folder cannot be written, the disk is full, or the file is damaged or newer than this program.
 */
export function openRunStore(folder: string): RunStore {
  const database = openDatabase(folder);
  const statements = new Map<keyof typeof SQL, Statement>();
  const known = new Set<string>();
  let open = true;

  const sql = (name: keyof typeof SQL): Statement => {
    const statement = statements.get(name) ?? database.prepare(SQL[name]);
    statements.set(name, statement);
    return statement;
  };
  const guarded = <T>(work: () => T): T => {
    if (!open) throw new EwaldError('store', folder, 'the run store is closed', 'this is a defect of Ewald: report it');
    try {
      return work();
    } catch (error) {
      throw asStoreError(error, folder);
    }
  };
  const write = (runId: string, work: () => void): void =>
    guarded(() => {
      sql('begin').run();
      try {
        if (!known.has(runId)) sql('addRun').run(runId);
        work();
        sql('commit').run();
        known.add(runId);
      } catch (error) {
        // A full disk has already rolled it back.
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    });
  const bodyOf = (name: 'chunk' | 'document', key: readonly (string | number)[]): Uint8Array | null =>
    (sql(name).get(...key) as { body: Uint8Array } | undefined)?.body ?? null;
  /** Adds the row, or makes sure that the row already there is the same. */
  const addOnce = (
    add: 'addChunk' | 'addDocument',
    read: 'chunk' | 'document',
    key: readonly (string | number)[],
    body: Uint8Array,
  ): void => {
    if (sql(add).run(...key, body).changes > 0) return;
    if (Buffer.compare(bodyOf(read, key) ?? new Uint8Array(0), body) === 0) return;
    const what = `${key.slice(1).join(' ')} of run ${key[0]} is already stored with other content`;
    throw new EwaldError('store', folder, what, 'this is a defect of Ewald or of the instrument: report it with the log of the run');
  };
  const put = (runId: string, kind: Kind, id: string, document: unknown): void => {
    const body = guarded(() => encodeDocument(document));
    write(runId, () => addOnce('addDocument', 'document', [runId, kind, id], body));
  };
  // What comes out went in through `put` of the same kind.
  const get = <T>(runId: string, kind: Kind, id: string): T | null =>
    guarded(() => {
      const body = bodyOf('document', [runId, kind, id]);
      return body && (decodeDocument(body) as T);
    });

  const appendChunks = (runId: string, chunks: readonly ScanChunk[]): void => {
    if (chunks.length === 0) return;
    const bodies = guarded(() => chunks.map(encodeDocument));
    write(runId, () =>
      chunks.forEach(({ requestId, attempt, sequence }, i) => {
        addOnce('addChunk', 'chunk', [runId, requestId, attempt, sequence], bodies[i]!);
      }),
    );
  };

  return {
    hold: (runId) => lockRun(folder, runId),
    runs: () =>
      guarded(() =>
        (sql('runs').all() as { run_id: string; created_ms: number | null }[]).map((row) => ({
          runId: row.run_id,
          createdMs: row.created_ms ?? 0,
        })),
      ),
    append: (runId, entry) => {
      const fields = guarded(() => journalText(entry.fields));
      write(runId, () => {
        const { next } = sql('nextEntry').get(runId) as { next: number };
        sql('addEntry').run(runId, next, entry.atMs, entry.kind, fields);
        if (next === 0) sql('dateRun').run(entry.atMs, runId);
      });
    },
    journal: (runId) =>
      guarded(() =>
        (sql('journal').all(runId) as { entry_index: number; at_ms: number; kind: string; fields: string }[]).map(
          (row): StoredEntry => ({ index: row.entry_index, atMs: row.at_ms, kind: row.kind, fields: JSON.parse(row.fields) }),
        ),
      ),
    appendChunk: (runId, chunk) => appendChunks(runId, [chunk]),
    appendChunks,
    chunks: (runId, key) =>
      guarded(() =>
        (sql('chunks').all(runId, key.requestId, key.attempt) as { body: Uint8Array }[]).map(
          (row) => decodeDocument(row.body) as ScanChunk,
        ),
      ),
    putScan: (runId, scan) => put(runId, 'scan', scan.scanId, scan),
    getScan: (runId, scanId) => get<Scan>(runId, 'scan', scanId),
    putPattern: (runId, pattern) => put(runId, 'pattern', pattern.patternId, pattern),
    getPattern: (runId, patternId) => get<Pattern>(runId, 'pattern', patternId),
    putIdentification: (runId, identification) => put(runId, 'identification', identification.identificationId, identification),
    getIdentification: (runId, identificationId) => get<Identification>(runId, 'identification', identificationId),
    putMaps: (runId, patternId, maps) => put(runId, 'maps', patternId, maps),
    getMaps: (runId, patternId) => get<ActivationMap[]>(runId, 'maps', patternId),
    putView: (runId, view) => put(runId, 'view', view.viewId, view),
    getView: (runId, viewId) => get<RunView>(runId, 'view', viewId),
    saveCheckpoint: (runId, checkpoint) => write(runId, () => void sql('saveCheckpoint').run(runId, checkpoint)),
    loadCheckpoint: (runId) => guarded(() => (sql('checkpoint').get(runId) as { body: string } | undefined)?.body ?? null),
    close: () => {
      if (!open) return;
      guarded(() => {
        open = false;
        statements.clear();
        foldLog(database);
        database.close();
      });
    },
  };
}

function openDatabase(folder: string): InstanceType<typeof DatabaseSync> {
  let database: InstanceType<typeof DatabaseSync> | null = null;
  try {
    mkdirSync(folder, { recursive: true });
    database = new DatabaseSync(join(folder, 'ewald.db'));
    prepareDatabase(database, folder);
    syncFolder(folder);
    return database;
  } catch (error) {
    database?.close();
    throw asStoreError(error, folder);
  }
}

/**
 * Statements hold the file until they are collected, so SQLite would not fold its log into the file at closing by itself. On a full disk it
 * cannot be done; the log then stays beside the file, and nothing is lost.
 */
function foldLog(database: InstanceType<typeof DatabaseSync>): void {
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // The next open reads the log.
  }
}

/** A new file survives a power failure only once its folder is on the disk too. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
