import { z } from 'zod';
import { EwaldError } from '../domain/errors.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { RunContext } from './context.ts';

const VERSION = 'ewald.checkpoint/1';

const envelope = z.object({
  schema: z.string(),
  context: z.looseObject({
    runId: z.string(),
    cycle: z.int().nonnegative(),
    queue: z.array(z.looseObject({ requestId: z.string() })),
    pending: z.looseObject({}).nullable(),
    scans: z.array(z.looseObject({ scanId: z.string() })),
    cycles: z.array(z.looseObject({ cycle: z.int() })),
    goal: z.looseObject({ confidence: z.number(), budgetInstrumentS: z.number() }),
    verdict: z.looseObject({ kind: z.string() }).nullable(),
  }),
});

/** Writes what the run knows, durably. */
export function saveCheckpoint(store: RunStore, context: RunContext): void {
  store.saveCheckpoint(context.runId, JSON.stringify({ schema: VERSION, context }));
}

/** The context as it was last saved. Fails with 'badInput' for an unknown run and with 'store' for a checkpoint it cannot read. */
export function loadCheckpoint(store: RunStore, runId: string): RunContext {
  const text = store.loadCheckpoint(runId);
  if (text === null)
    throw new EwaldError('badInput', runId, `there is no run '${runId}' in this store`, 'list the runs with: ewald report --list');
  const parsed = envelope.safeParse(parseJson(text));
  if (!parsed.success)
    throw new EwaldError(
      'store',
      runId,
      `the checkpoint of run ${runId} is damaged`,
      'the scans are safe: start a new run, or restore the store from a backup',
    );
  if (parsed.data.schema !== VERSION) {
    throw new EwaldError(
      'store',
      runId,
      `the checkpoint of run ${runId} has the version ${parsed.data.schema}, this Ewald reads ${VERSION}`,
      'resume the run with the version that began it',
    );
  }
  return parsed.data.context as unknown as RunContext;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
