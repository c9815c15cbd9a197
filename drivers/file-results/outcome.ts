import type { ScanChunk } from '../../src/domain/scan.ts';
import type { ScanReport } from '../../src/ports/diffractometer.ts';
import type { JobNote } from './job-book.ts';

/** A scan that is over, with everything it counted. */
export interface FileOutcome {
  readonly chunks: readonly ScanChunk[];
  readonly report: ScanReport;
}

/** The points that a result file holds; equally long, angles ascending, counts raw. */
export interface ResultPoints {
  readonly twoThetaDeg: Float64Array;
  readonly counts: Float64Array;
  readonly liveS: Float64Array;
}

const CHUNK_POINTS = 500;

/**
 * The points as chunks, the same from the same file. `countingS` is the instrument time that the file's own stamps tell, where it has any;
 * what else passed between the command and the result is overhead. Times in s on the instrument's clock.
 */
export function outcomeOf(
  note: JobNote,
  points: ResultPoints,
  times: { readonly startedAtS: number; readonly endedAtS: number; readonly countingS: number | null },
  cutShort: string | null,
): FileOutcome {
  const { startedAtS } = times;
  const endedAtS = Math.max(startedAtS, times.endedAtS);
  const totalS = endedAtS - startedAtS;
  const counting = Math.min(totalS, times.countingS ?? note.expectedS);
  const total = points.counts.length;
  // At least two, so that a short scan too is acknowledged in parts.
  const chunkCount = total === 0 ? 0 : Math.max(Math.min(2, total), Math.ceil(total / CHUNK_POINTS));
  const edge = (index: number) => Math.round((index * total) / Math.max(1, chunkCount));
  const chunks = Array.from({ length: chunkCount }, (_, sequence): ScanChunk => {
    const [from, to] = [edge(sequence), edge(sequence + 1)];
    return {
      requestId: note.requestId,
      attempt: note.attempt,
      sequence,
      twoThetaDeg: points.twoThetaDeg.slice(from, to),
      counts: points.counts.slice(from, to),
      liveS: points.liveS.slice(from, to),
      instrumentTimeS: startedAtS + (totalS * to) / total,
    };
  });
  return {
    chunks,
    report: {
      startedAtS,
      endedAtS,
      chunkCount,
      completeness: cutShort === null ? 'whole' : 'cut-short',
      reason: cutShort,
      ledgerS: { counting, moving: 0, settling: 0, overhead: totalS - counting, shutter: 0, waiting: 0 },
    },
  };
}
