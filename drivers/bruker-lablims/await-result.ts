import { asEwaldError, EwaldError } from '../../src/domain/errors.ts';
import type { Clock, Log } from '../../src/ports/runtime.ts';
import type { JobNote } from '../file-results/job-book.ts';
import type { ResultPoints } from '../file-results/outcome.ts';
import type { FoundFile } from '../transport/handoff-folder.ts';
import type { LabLimsFolders } from './folders.ts';
import { type ResultUnit, type SortedResult, sortResult } from './sort-result.ts';

/** Patience, all in ms of this computer's time. */
export interface AwaitTiming {
  readonly pollMs: number;
  /** How long a result may come later than expected. */
  readonly resultGraceMs: number;
  /** A file that is not whole and has not changed for so long will not be completed any more. */
  readonly partialWaitMs: number;
  readonly linkGraceMs: number;
  readonly clockSpeed: number;
}

export interface AwaitedResult {
  readonly file: FoundFile;
  readonly bytes: Uint8Array;
  readonly points: ResultPoints;
  readonly cutShort: string | null;
}

export type ResultFolder = Pick<LabLimsFolders, 'results' | 'read' | 'withdrawJob'>;

/** The results that were taken so far. */
export interface TakenResults {
  /** Is this the content of one of them? */
  isOld(bytes: Uint8Array): Promise<boolean>;
  /** Is the one of this job among them? */
  isTaken(): Promise<boolean>;
}

type Candidate = { readonly file: FoundFile; readonly bytes: Uint8Array } & (
  | SortedResult
  | { readonly kind: 'stale' | 'locked'; readonly why: string }
);

/** Time stamps of a share may be whole seconds, or two. */
const STAMP_MS = 2500;

export function expectedMs(note: JobNote, timing: AwaitTiming): number {
  return (note.expectedS * 1000) / timing.clockSpeed;
}

/**
 * Waits for the one result of a job that was handed over; null where another client of ours took it. `begunAtMs` is on the monotonic clock.
 * Rejects with 'deviceFault' where there are two, or only files that are old, cut off, held or of another job; 'timeout' where LabLims did not
 * even take the order; 'link' where the folders were out of reach for `linkGraceMs`.
 */
export async function awaitResult(
  note: JobNote,
  begunAtMs: number,
  folders: ResultFolder,
  unit: ResultUnit,
  { isOld, isTaken }: TakenResults,
  timing: AwaitTiming,
  clock: Clock,
  log: Log,
  signal: AbortSignal,
): Promise<AwaitedResult | null> {
  const dueMs = begunAtMs + expectedMs(note, timing);
  let heardMs = clock.monotonicMs();
  // Whoever comes back after a long time still looks long enough to see what lies there.
  const lastMs = Math.max(dueMs + timing.resultGraceMs, heardMs + timing.partialWaitMs + 3 * timing.pollMs);
  let before = '';
  let changedMs = heardMs;
  for (;;) {
    if (signal.aborted) throw new EwaldError('interrupted', note.jobId, 'the scan is no longer waited for', 'resume the run');
    try {
      if (await isTaken()) return null;
      const files = await folders.results();
      const candidates = await Promise.all(files.map((file) => sort(file, note, folders, unit, isOld)));
      const nowMs = clock.monotonicMs();
      heardMs = nowMs;
      const picture = candidates.map(({ file, kind }) => `${file.name} ${file.sizeBytes} ${file.mtimeMs} ${kind}`).join('\n');
      if (picture !== before) changedMs = nowMs;
      // Nothing is believed that has not looked the same twice: the writer may still be at it.
      const isStill = picture === before && picture !== '';
      const isDead = isStill && nowMs - changedMs >= timing.partialWaitMs && nowMs >= dueMs;
      before = picture;
      const result = isStill ? choose(candidates, note, isDead) : null;
      if (result) {
        for (const { file, kind } of candidates)
          if (file !== result.file) log.warn('a file that is not of this job lies there', { name: file.name, kind });
        return result;
      }
      if (nowMs > lastMs) throw await nothingCame(candidates, note, folders);
    } catch (error) {
      const known = asEwaldError(error);
      if (known.code !== 'link' || clock.monotonicMs() - heardMs > timing.linkGraceMs) throw known;
    }
    await clock.sleep(timing.pollMs, signal).catch(() => undefined);
  }
}

async function sort(
  file: FoundFile,
  note: JobNote,
  folders: ResultFolder,
  unit: ResultUnit,
  isOld: TakenResults['isOld'],
): Promise<Candidate> {
  const nothing = new Uint8Array();
  // Both stamps come from the computer of the share, so its clock may be wrong.
  if (note.farMs !== null && file.mtimeMs < note.farMs - STAMP_MS) {
    return { file, bytes: nothing, kind: 'stale', why: `it is ${Math.round((note.farMs - file.mtimeMs) / 1000)} s older than the job` };
  }
  const reading = await folders.read(file);
  if (reading.kind === 'locked') return { file, bytes: nothing, kind: 'locked', why: 'another program holds it' };
  if (reading.kind === 'missing') return { file, bytes: nothing, kind: 'locked', why: 'it came and went' };
  const { bytes } = reading;
  if (await isOld(bytes)) return { file, bytes, kind: 'stale', why: 'it is the result of an earlier job once more' };
  return { file, bytes, ...sortResult(bytes, note, unit) };
}

/** The result, or null where it is better to wait. Throws where waiting will not help. `isDead`: nothing has changed for long. */
function choose(candidates: readonly Candidate[], note: JobNote, isDead: boolean): AwaitedResult | null {
  const possible = candidates.filter(({ kind }) => kind !== 'stale' && kind !== 'foreign');
  const [first, second] = possible;
  if (first && second && (isDead || possible.every(({ kind }) => kind === 'whole'))) {
    const names = possible.map(({ file }) => file.name).join(' and ');
    throw fault(note, `there are two results, ${names}, and nothing tells which is of this job`);
  }
  if (!first || second) return null;
  if (first.kind === 'whole') return { file: first.file, bytes: first.bytes, points: first.points, cutShort: null };
  if (!isDead) return null;
  if (first.kind === 'unreadable') throw fault(note, `the result ${first.file.name} cannot be read: ${first.why}`);
  if (first.kind !== 'partial') return null;
  const cutShort = first.allRowsAreThere ? null : `the result is cut off: ${first.why}`;
  return { file: first.file, bytes: first.bytes, points: first.points, cutShort };
}

async function nothingCame(candidates: readonly Candidate[], note: JobNote, folders: ResultFolder): Promise<EwaldError> {
  if (await folders.withdrawJob(note.jobId)) {
    const message = 'LabLims did not take the job in time; it was withdrawn';
    return new EwaldError('timeout', note.jobId, message, 'see that LabLims runs and watches this folder');
  }
  if (candidates.length === 0) return fault(note, 'no result came in time');
  const seen = candidates.map(({ file, kind, ...rest }) => `${file.name} (${kind}${'why' in rest ? `: ${rest.why}` : ''})`).join(', ');
  return fault(note, `no result of this job came in time, only ${seen}`);
}

function fault(note: JobNote, what: string): EwaldError {
  return new EwaldError('deviceFault', note.jobId, what, 'look at the instrument and at its folder for results, then resume');
}
