import { type ScanCommand, scanIdOf } from '../domain/scan.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Exposure } from '../safety/beam-account.ts';

/**
 * The scans that a run has issued so far, as its journal tells: each was written there before it was sent, so that none that may have had the beam is
 * missing after a crash. Empty for a new run.
 */
export function earlierExposures(store: Pick<RunStore, 'journal'>, runId: string): Exposure[] {
  return store
    .journal(runId)
    .filter(({ kind }) => kind === 'issued')
    .map(({ fields }) => fields['command'] as ScanCommand)
    .map((command) => ({ scanId: scanIdOf(command), sampleId: command.sample.sampleId, beamS: command.expectedS }));
}
