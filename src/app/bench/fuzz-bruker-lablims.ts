import { encodeJob, encodeParams } from '../../../drivers/bruker-lablims/protocol.ts';
import { sortResult } from '../../../drivers/bruker-lablims/sort-result.ts';
import type { JobNote } from '../../../drivers/file-results/job-book.ts';
import { asciiResult } from '../../../simulators/endpoints/bruker-lablims/ascii-result.ts';
import { readJob, readScanParams } from '../../../simulators/endpoints/bruker-lablims/job.ts';
import type { RandomSource } from '../../ports/runtime.ts';
import type { Frame, WireFrames } from './fuzz-frame.ts';

const POINTS = 51;
const NOTE: JobNote = {
  jobId: 'job-1',
  requestId: 'run-1',
  attempt: 1,
  phase: 'sent',
  begunMs: 0,
  endedMs: null,
  fromDeg: 20,
  toDeg: 21,
  stepDeg: 0.02,
  dwellS: 1,
  pointCount: POINTS,
  expectedS: 51,
  program: null,
  slot: null,
  farMs: null,
};

/** Files in a folder: no checksum; the job tells how many points a result has. */
export const labLimsFrames: WireFrames = {
  wire: 'bruker-lablims',
  kinds: [
    { reader: 'driver', name: 'result', isValue: true, make: (random) => result(random) },
    { reader: 'simulator', name: 'job', isValue: false, oneOf: 5, make: () => job() },
    { reader: 'simulator', name: 'parameters', isValue: false, make: (random) => parameters(random) },
  ],
};

function result(random: RandomSource): Frame {
  const counts = Array.from({ length: POINTS }, () => random.poisson(200));
  const twoThetaDeg = counts.map((_, i) => Math.round((NOTE.fromDeg + i * NOTE.stepDeg) * 1e5) / 1e5);
  const text = asciiResult({ twoThetaDeg, counts, liveS: counts.map(() => NOTE.dwellS) }, '2026-01-02T00:00:00Z');
  const read = (heard: Uint8Array): string | null => {
    const sorted = sortResult(heard, NOTE, 'counts');
    if (sorted.kind !== 'whole' && sorted.kind !== 'partial') return null;
    // What was cut off is noticed; what is left must still be what was sent.
    const kept = [...sorted.points.counts];
    const isRight = kept.every((count, i) => count === counts[i]) && sorted.points.twoThetaDeg.every((deg, i) => deg === twoThetaDeg[i]);
    if (sorted.kind === 'partial' && isRight) return null;
    return [...sorted.points.twoThetaDeg, ...kept].join();
  };
  return { bytes: new TextEncoder().encode(text), read };
}

function job(): Frame {
  const text = encodeJob({ samplePosition: 'A1', priority: 1, experimentFile: 'C:\\scan.bsml', scriptFile: 'C:\\scan.py' });
  return { bytes: new TextEncoder().encode(text), read: (heard) => orNull(readJob(Buffer.from(heard).toString('utf8'))) };
}

function parameters(random: RandomSource): Frame {
  const fromDeg = 5 + random.integer(1000) / 100;
  const text = encodeParams({ fromDeg, toDeg: fromDeg + 1 + random.integer(5000) / 100, stepDeg: 0.02, dwellS: 0.5 });
  return { bytes: new TextEncoder().encode(text), read: (heard) => orNull(readScanParams(Buffer.from(heard).toString('utf8'))) };
}

function orNull(said: object | null): string | null {
  return said && JSON.stringify(said);
}
