import type { RunView } from '../domain/decision.ts';
import type { ActivationMap, Identification } from '../domain/identification.ts';
import type { Pattern } from '../domain/pattern.ts';
import type { Scan, ScanChunk } from '../domain/scan.ts';

/** One line of the journal: what happened, in the order it happened. `fields` is JSON. */
export interface JournalEntry {
  readonly kind: string;
  readonly atMs: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface StoredEntry extends JournalEntry {
  readonly index: number;
}

export interface ChunkKey {
  readonly requestId: string;
  readonly attempt: number;
}

/** The durable record of runs. When a call returns, its data is on the disk; every put is idempotent by id. Fails with code 'store'. */
export interface RunStore {
  /**
   * Makes this process the only one that drives the run, until the returned function is called or the process ends. Fails with 'badInput' where
   * another one drives it.
   */
  hold(runId: string): () => void;
  runs(): { readonly runId: string; readonly createdMs: number }[];
  append(runId: string, entry: JournalEntry): void;
  journal(runId: string): StoredEntry[];
  appendChunk(runId: string, chunk: ScanChunk): void;
  /** All of them or, where it fails, none; dearer than one chunk by little, because the disk is waited for once. */
  appendChunks(runId: string, chunks: readonly ScanChunk[]): void;
  /** In order of sequence. */
  chunks(runId: string, key: ChunkKey): ScanChunk[];
  putScan(runId: string, scan: Scan): void;
  getScan(runId: string, scanId: string): Scan | null;
  putPattern(runId: string, pattern: Pattern): void;
  getPattern(runId: string, patternId: string): Pattern | null;
  putIdentification(runId: string, identification: Identification): void;
  getIdentification(runId: string, identificationId: string): Identification | null;
  putMaps(runId: string, patternId: string, maps: readonly ActivationMap[]): void;
  getMaps(runId: string, patternId: string): ActivationMap[] | null;
  putView(runId: string, view: RunView): void;
  getView(runId: string, viewId: string): RunView | null;
  /** `checkpoint` is JSON text; the last one wins. */
  saveCheckpoint(runId: string, checkpoint: string): void;
  loadCheckpoint(runId: string): string | null;
  close(): void;
}
