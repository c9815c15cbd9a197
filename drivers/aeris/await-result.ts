import { asEwaldError, EwaldError } from '../../src/domain/errors.ts';
import type { Clock, Log } from '../../src/ports/runtime.ts';
import type { JobNote } from '../file-results/job-book.ts';
import type { AerisLine } from './line.ts';
import type { ResultShelf, ShelfLook } from './result-shelf.ts';

/** Patience, all in ms of this computer's time. */
export interface AwaitTiming {
  /** READY is not believed for so long after the start. */
  readonly startWaitMs: number;
  readonly pollMs: number;
  /** How long the file may be late once the instrument is ready again. */
  readonly fileWaitMs: number;
  /** How long the gripper needs after the end. */
  readonly gripperMs: number;
  readonly linkGraceMs: number;
  /** A program that measures longer than this, and than twice its expected time, is given up. */
  readonly scanTimeoutMs: number;
  readonly clockSpeed: number;
}

export type AwaitedResult = Extract<ShelfLook, { kind: 'result' }>;

/** How long the program should take from its start, ms of this computer's time. */
export function expectedMs(note: JobNote, timing: AwaitTiming): number {
  return Math.max(timing.startWaitMs, (note.expectedS * 1000) / timing.clockSpeed);
}

/**
 * Waits for the result of a program that was started. The file decides; READY only tells when to stop waiting, because it may come early.
 * `begunAtMs` is on the monotonic clock. Rejects with 'deviceFault' where the program ended without a result that can be used, 'timeout' where it
 * never began, 'link' where neither instrument nor folder could be asked for `linkGraceMs`.
 */
export async function awaitResult(
  note: JobNote,
  begunAtMs: number,
  line: AerisLine,
  shelf: ResultShelf,
  timing: AwaitTiming,
  clock: Clock,
  log: Log,
  signal: AbortSignal,
): Promise<AwaitedResult> {
  const dueMs = begunAtMs + expectedMs(note, timing);
  const latestMs = begunAtMs + Math.max(timing.scanTimeoutMs, 2 * expectedMs(note, timing));
  let wasBusy = false;
  let readySinceMs: number | null = null;
  let heardMs = clock.monotonicMs();
  for (;;) {
    if (signal.aborted) throw new EwaldError('interrupted', note.jobId, 'the scan is no longer waited for', 'resume the run');
    try {
      const look = await shelf.look(note);
      if (look.kind === 'result' && look.cutShort === null) return look;
      const ready = clock.monotonicMs() - begunAtMs < timing.startWaitMs ? null : await line.isReady();
      const nowMs = clock.monotonicMs();
      heardMs = nowMs;
      if (ready === false) {
        if (readySinceMs !== null) log.warn('the instrument said ready too early', { jobId: note.jobId });
        wasBusy = true;
        readySinceMs = null;
        if (nowMs > latestMs) throw fault(note, `still measures after ${Math.round((nowMs - begunAtMs) / 1000)} s`);
      } else if (ready) {
        readySinceMs ??= nowMs;
        const idle = nowMs - readySinceMs > timing.fileWaitMs;
        if (idle && look.kind === 'result') return look;
        if (idle && nowMs > dueMs + timing.fileWaitMs) throw noResult(note, look, wasBusy, shelf.folder);
      }
    } catch (error) {
      const known = asEwaldError(error);
      const wire = known.code === 'link' || known.code === 'timeout' || known.code === 'garbled';
      if (!wire || known.subject === note.jobId || clock.monotonicMs() - heardMs > timing.linkGraceMs) throw known;
    }
    await clock.sleep(timing.pollMs, signal).catch(() => undefined);
  }
}

/** Waits until the gripper is done and the instrument is ready for the next job, as long as that may take; never rejects. */
export async function awaitRest(line: AerisLine, timing: AwaitTiming, clock: Clock, signal: AbortSignal): Promise<void> {
  const untilMs = clock.monotonicMs() + timing.gripperMs + timing.fileWaitMs;
  await clock.sleep(timing.gripperMs, signal).catch(() => undefined);
  while (!signal.aborted && clock.monotonicMs() < untilMs) {
    if (await line.isReady().catch(() => false)) return;
    await clock.sleep(timing.pollMs, signal).catch(() => undefined);
  }
}

function noResult(note: JobNote, look: ShelfLook, wasBusy: boolean, folder: string): EwaldError {
  if (look.kind === 'foreign') return look.error;
  if (look.kind === 'damaged') return fault(note, `left a result that is cut off or damaged: ${look.why}`);
  if (look.kind === 'locked') return fault(note, `left a result that another program holds: ${note.jobId}.xrdml`);
  if (wasBusy) return fault(note, `is ready again, but there is no ${note.jobId}.xrdml in ${folder}`);
  return new EwaldError('timeout', note.jobId, `the instrument never began the program ${note.program}`, 'look at the instrument');
}

function fault(note: JobNote, what: string): EwaldError {
  const remedy = 'look at the instrument and at the folder in which it saves results, then resume';
  return new EwaldError('deviceFault', note.jobId, `the instrument ${what}`, remedy);
}
