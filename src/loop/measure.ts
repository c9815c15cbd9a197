import { Subscription } from 'rxjs';
import { assembleScan } from '../analysis/assemble-scan.ts';
import { asEwaldError, EwaldError, mayRetry } from '../domain/errors.ts';
import { type Scan, type ScanChunk, type ScanCommand, scanIdOf } from '../domain/scan.ts';
import type { FoundScan, ScanReport } from '../ports/diffractometer.ts';
import { ChunkGroup } from './chunk-group.ts';
import type { Fate, Measured } from './facts.ts';
import type { RunParts } from './parts.ts';

/** Watches one scan to its end: every chunk is on the disk before the instrument hears that it may forget it. */
export async function watchScan(parts: RunParts, runId: string, command: ScanCommand, signal: AbortSignal): Promise<Measured> {
  const trouble = await new Promise<EwaldError | null>((resolve) => {
    const group = new ChunkGroup(parts, runId, command, (error) => end(error));
    const end = (error: EwaldError | null): void => {
      subscription.unsubscribe();
      signal.removeEventListener('abort', giveUp);
      try {
        group.flush();
        resolve(error);
      } catch (failed) {
        resolve(asEwaldError(failed));
      }
    };
    const giveUp = () => end(new EwaldError('interrupted', scanIdOf(command), 'the scan is no longer watched', 'resume the run'));
    const subscription = new Subscription();
    subscription.add(
      parts.diffractometer.scan(command).subscribe({
        next: (chunk) => group.add(chunk),
        error: (error: unknown) => end(asEwaldError(error)),
        complete: () => end(null),
      }),
    );
    if (!subscription.closed) signal.addEventListener('abort', giveUp, { once: true });
  });
  if (trouble && (mayRetry(trouble) || trouble.code === 'interrupted' || trouble.code === 'store')) throw trouble;
  const fate = await settle(parts, runId, command);
  if (fate.kind === 'stored') return { ...fate.measured, trouble };
  throw (
    trouble ??
    new EwaldError(
      'link',
      scanIdOf(command),
      `the instrument no longer knows the scan ${scanIdOf(command)} it had just finished`,
      'the run looks for it again',
    )
  );
}

/** Finds out what became of a command, and stores its scan where it is over. */
export async function settle(parts: RunParts, runId: string, command: ScanCommand): Promise<Fate> {
  const stored = parts.store.getScan(runId, scanIdOf(command));
  if (stored) return { kind: 'stored', measured: { scan: stored, ledgerS: ledgerOf(stored), trouble: null } };
  const found = await parts.diffractometer.find(command.requestId, command.attempt);
  if (found.kind === 'running') return { kind: 'watch', measured: null };
  const known = parts.store.chunks(runId, command);
  const chunks = union(known, found);
  if (found.kind === 'lost' && chunks.length === 0) return { kind: 'lost', measured: null };
  parts.store.appendChunks(runId, without(chunks, known));
  const report = found.kind === 'finished' ? found.report : reportFrom(chunks);
  if (found.kind === 'finished' && chunks.length < report.chunkCount) {
    throw new EwaldError(
      'link',
      scanIdOf(command),
      `${report.chunkCount - chunks.length} of ${report.chunkCount} chunks of scan ${scanIdOf(command)} have not arrived`,
      'they are asked for again',
    );
  }
  const scan = assembleScan(command, chunks, report, parts.identity.instrumentId, parts.identity.radiation);
  parts.store.putScan(runId, scan);
  const last = chunks.at(-1);
  if (found.kind === 'finished' && found.chunks.length > 0 && last)
    await parts.diffractometer.acknowledge(command.requestId, command.attempt, last.sequence);
  return { kind: 'stored', measured: { scan, ledgerS: report.ledgerS, trouble: null } };
}

/** How long the instrument may take to end a scan that was broken off, in ms. */
const ENDING_MS = 5000;

/**
 * The scan that was broken off when the instrument was made safe, stored as far as it came; null where it left nothing. Trouble on the way is
 * logged only: the instrument keeps the scan, and a resumed run fetches it.
 */
export async function keepWhatWasCounted(parts: RunParts, runId: string, command: ScanCommand): Promise<Measured | null> {
  const { clock, log } = parts.runtime;
  const untilMs = clock.monotonicMs() + ENDING_MS;
  try {
    for (;;) {
      const fate = await settle(parts, runId, command);
      if (fate.kind !== 'watch') return fate.measured;
      if (clock.monotonicMs() > untilMs) return null;
      await clock.sleep(50);
    }
  } catch (error) {
    log.warn('what the broken-off scan counted was not fetched', { scanId: scanIdOf(command), error: asEwaldError(error).message });
    return null;
  }
}

function union(stored: readonly ScanChunk[], found: FoundScan): ScanChunk[] {
  const bySequence = new Map(stored.map((chunk) => [chunk.sequence, chunk]));
  if (found.kind === 'finished')
    for (const chunk of found.chunks) if (!bySequence.has(chunk.sequence)) bySequence.set(chunk.sequence, chunk);
  return [...bySequence.values()].sort((a, b) => a.sequence - b.sequence);
}

function without(chunks: readonly ScanChunk[], known: readonly ScanChunk[]): ScanChunk[] {
  const stored = new Set(known.map(({ sequence }) => sequence));
  return chunks.filter(({ sequence }) => !stored.has(sequence));
}

/** The instrument forgot the scan; what arrived of it is kept as a scan that was cut short. */
function reportFrom(chunks: readonly ScanChunk[]): ScanReport {
  const startedAtS = chunks[0]!.instrumentTimeS;
  const endedAtS = chunks.at(-1)!.instrumentTimeS;
  const ledgerS = { counting: endedAtS - startedAtS, moving: 0, settling: 0, overhead: 0, shutter: 0, waiting: 0 };
  return { startedAtS, endedAtS, chunkCount: chunks.length, completeness: 'cut-short', reason: 'the instrument lost the scan', ledgerS };
}

function ledgerOf(scan: Scan): ScanReport['ledgerS'] {
  return { counting: scan.endedAtS - scan.startedAtS, moving: 0, settling: 0, overhead: 0, shutter: 0, waiting: 0 };
}
