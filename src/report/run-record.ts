import type { RunView } from '../domain/decision.ts';
import type { ActivationMap, Identification } from '../domain/identification.ts';
import type { Pattern } from '../domain/pattern.ts';
import { loadCheckpoint } from '../loop/checkpoint.ts';
import type { RunContext } from '../loop/context.ts';
import type { RunStore, StoredEntry } from '../ports/run-store.ts';

/** Everything that a report of one run needs. A run that is not finished has what there is so far. */
export interface RunRecord {
  readonly runId: string;
  readonly context: RunContext;
  readonly journal: readonly StoredEntry[];
  readonly origin: RunOrigin;
  readonly pattern: Pattern | null;
  readonly identification: Identification | null;
  /** Of the last identification. */
  readonly maps: readonly ActivationMap[];
  /** What the policy saw at each decision, in order. */
  readonly views: readonly RunView[];
}

/** What the journal says about how the run began and when it ended; null where it does not say. Times in ms since the Unix epoch. */
export interface RunOrigin {
  readonly driver: string | null;
  readonly instrumentId: string | null;
  readonly simulated: boolean | null;
  readonly modelSha256: string | null;
  readonly startedAtMs: number | null;
  readonly lastEntryAtMs: number | null;
}

/** Reads a run. Fails with 'badInput' where the store does not know it and with 'store' where its checkpoint is damaged. */
export function readRunRecord(store: RunStore, runId: string): RunRecord {
  const context = loadCheckpoint(store, runId);
  const journal = store.journal(runId);
  const { patternId, identificationId } = context;
  return {
    runId,
    context,
    journal,
    origin: originOf(journal),
    pattern: patternId === null ? null : store.getPattern(runId, patternId),
    identification: identificationId === null ? null : store.getIdentification(runId, identificationId),
    maps: patternId === null ? [] : (store.getMaps(runId, patternId) ?? []),
    views: viewIdsOf(journal).flatMap((viewId) => store.getView(runId, viewId) ?? []),
  };
}

function originOf(journal: readonly StoredEntry[]): RunOrigin {
  const started = journal.find((entry) => entry.kind === 'started');
  const text = (name: string): string | null => {
    const value = started?.fields[name];
    return typeof value === 'string' ? value : null;
  };
  const simulated = started?.fields['simulated'];
  return {
    driver: text('driver'),
    instrumentId: text('instrumentId'),
    simulated: typeof simulated === 'boolean' ? simulated : null,
    modelSha256: text('modelSha256'),
    startedAtMs: started?.atMs ?? null,
    lastEntryAtMs: journal.at(-1)?.atMs ?? null,
  };
}

/** Each once: a resumed run may take the same decision again. */
function viewIdsOf(journal: readonly StoredEntry[]): string[] {
  const ids = journal.filter((entry) => entry.kind === 'decided').map((entry) => entry.fields['viewId']);
  return [...new Set(ids.filter((id): id is string => typeof id === 'string'))];
}
