import type { Scan, ScanCommand } from '../../../domain/scan.ts';
import type { RunStore } from '../../../ports/run-store.ts';

export interface HeldPoint {
  readonly deg: number;
  readonly counts: number;
  readonly liveS: number;
}

/** One command of the run, and what the agent has of it on its disk. */
export interface HeldScan {
  readonly command: ScanCommand;
  readonly points: readonly HeldPoint[];
  /** Sequences of the chunks on the disk. */
  readonly sequences: ReadonlySet<number>;
  readonly scan: Scan | null;
}

/** Every command that the run has issued, in order. */
export function heldScans(store: RunStore, runId: string): HeldScan[] {
  const commands = store
    .journal(runId)
    .filter(({ kind }) => kind === 'issued')
    .map(({ fields }) => fields['command'] as ScanCommand);
  return commands.map((command) => {
    const chunks = store.chunks(runId, command);
    const points = chunks.flatMap((chunk) =>
      Array.from(chunk.counts, (counts, i) => ({ deg: chunk.twoThetaDeg[i]!, counts, liveS: chunk.liveS[i]! })),
    );
    const scan = store.getScan(runId, `${command.requestId}.${command.attempt}`);
    return { command, points, sequences: new Set(chunks.map(({ sequence }) => sequence)), scan };
  });
}
