import type { RunView } from '../../src/domain/decision.ts';
import { badInput, EwaldError } from '../../src/domain/errors.ts';
import type { ActivationMap, Identification } from '../../src/domain/identification.ts';
import type { Pattern } from '../../src/domain/pattern.ts';
import type { Scan, ScanChunk } from '../../src/domain/scan.ts';
import type { RunStore, StoredEntry } from '../../src/ports/run-store.ts';
import { decodeDocument, encodeDocument } from '../../src/store/document-codec.ts';

interface MemoryRun {
  readonly journal: string[];
  readonly documents: Map<string, Uint8Array>;
  checkpoint: string | null;
}

/** A run store that forgets everything at the end of the test. It keeps copies, as a disk does. */
export function memoryRunStore(): RunStore {
  const runs = new Map<string, MemoryRun>();
  let open = true;

  const store = (): Map<string, MemoryRun> => {
    if (!open) throw new EwaldError('store', 'memory', 'the run store is closed', 'open another');
    return runs;
  };
  const runOf = (runId: string): MemoryRun => {
    const run = store().get(runId) ?? { journal: [], documents: new Map(), checkpoint: null };
    runs.set(runId, run);
    return run;
  };
  const journal = (runId: string): StoredEntry[] =>
    (store().get(runId)?.journal ?? []).map((text, index) => ({ ...(JSON.parse(text) as StoredEntry), index }));
  const put = (runId: string, key: readonly (string | number)[], document: unknown): void => {
    const body = encodeDocument(document);
    const { documents } = runOf(runId);
    const before = documents.get(JSON.stringify(key));
    if (before && Buffer.compare(before, body) !== 0)
      throw new EwaldError('store', 'memory', `${key.join(' ')} is already stored with other content`, 'store it once');
    documents.set(JSON.stringify(key), body);
  };
  const get = <T>(runId: string, key: readonly (string | number)[]): T | null => {
    const body = store().get(runId)?.documents.get(JSON.stringify(key));
    return body ? (decodeDocument(body) as T) : null;
  };

  const held = new Set<string>();

  return {
    hold: (runId) => {
      if (held.has(runId)) throw badInput(runId, `the run ${runId} is being driven already`, 'wait until it has ended');
      held.add(runId);
      return () => void held.delete(runId);
    },
    runs: () => [...store().keys()].map((runId) => ({ runId, createdMs: journal(runId)[0]?.atMs ?? 0 })),
    append: (runId, entry) => void runOf(runId).journal.push(JSON.stringify(entry)),
    journal,
    appendChunk: (runId, chunk) => put(runId, ['chunk', chunk.requestId, chunk.attempt, chunk.sequence], chunk),
    appendChunks: (runId, chunks) => {
      for (const chunk of chunks) put(runId, ['chunk', chunk.requestId, chunk.attempt, chunk.sequence], chunk);
    },
    chunks: (runId, { requestId, attempt }) =>
      [...(store().get(runId)?.documents ?? [])]
        .filter(([key]) => key.startsWith(JSON.stringify(['chunk', requestId, attempt]).slice(0, -1).concat(',')))
        .map(([, body]) => decodeDocument(body) as ScanChunk)
        .sort((a, b) => a.sequence - b.sequence),
    putScan: (runId, scan) => put(runId, ['scan', scan.scanId], scan),
    getScan: (runId, scanId) => get<Scan>(runId, ['scan', scanId]),
    putPattern: (runId, pattern) => put(runId, ['pattern', pattern.patternId], pattern),
    getPattern: (runId, patternId) => get<Pattern>(runId, ['pattern', patternId]),
    putIdentification: (runId, identification) => put(runId, ['identification', identification.identificationId], identification),
    getIdentification: (runId, identificationId) => get<Identification>(runId, ['identification', identificationId]),
    putMaps: (runId, patternId, maps) => put(runId, ['maps', patternId], maps),
    getMaps: (runId, patternId) => get<ActivationMap[]>(runId, ['maps', patternId]),
    putView: (runId, view) => put(runId, ['view', view.viewId], view),
    getView: (runId, viewId) => get<RunView>(runId, ['view', viewId]),
    saveCheckpoint: (runId, checkpoint) => {
      runOf(runId).checkpoint = checkpoint;
    },
    loadCheckpoint: (runId) => store().get(runId)?.checkpoint ?? null,
    close: () => {
      open = false;
    },
  };
}
