import { parentPort, workerData } from 'node:worker_threads';
import { seededRandom } from '../diffraction/seeded-random.ts';
import type { ThreadJob } from './bench/fuzz-thread.ts';
import { judgeReading } from './bench-fuzz-judge.ts';
import { mutate } from './bench-fuzz-mutations.ts';
import { wallClock } from './runtime.ts';

export interface FuzzFixture {
  readonly formatId: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Cases `from` to `to` of a seed. */
export interface FuzzJob extends ThreadJob {
  readonly fixtures: readonly FuzzFixture[];
  readonly seed: number;
  readonly to: number;
  readonly maxCaseMs: number;
  readonly maxCaseBytes: number;
}

export type FuzzFault = 'crash' | 'slow' | 'memory' | 'hang';

export interface FuzzFinding {
  readonly case: number;
  readonly formatId: string;
  readonly fixture: string;
  readonly fault: FuzzFault;
  readonly message: string;
}

/** Sums of a run of cases, and what was found in them. */
export interface FuzzReport {
  readonly tallies: readonly { readonly formatId: string; readonly read: boolean; readonly ms: number }[];
  readonly findings: readonly FuzzFinding[];
  readonly rssBytes: number;
}

const REPORT_EVERY = 500;

/** The damaged file of one case: a pure function of seed, number and fixtures. Formats take turns. */
export function fuzzCase(fixtures: readonly FuzzFixture[], seed: number, index: number): { fixture: FuzzFixture; bytes: Uint8Array } {
  const random = seededRandom(`fuzz.${seed}.${index}`);
  const formatIds = [...new Set(fixtures.map((fixture) => fixture.formatId))];
  const formatId = formatIds[index % formatIds.length]!;
  const own = fixtures.filter((fixture) => fixture.formatId === formatId);
  const fixture = own[random.integer(own.length)]!;
  const donors = random.uniform() < 0.7 ? own : fixtures;
  return { fixture, bytes: mutate(fixture.bytes, random, donors[random.integer(donors.length)]!.bytes) };
}

async function work(job: FuzzJob, report: (report: FuzzReport) => void): Promise<void> {
  let tallies: FuzzReport['tallies'][number][] = [];
  let findings: FuzzFinding[] = [];
  for (let index = job.from; index < job.to; index++) {
    Atomics.store(job.state, 0, index);
    const { fixture, bytes } = fuzzCase(job.fixtures, job.seed, index);
    const note = (fault: FuzzFault, message: string): void => {
      findings.push({ case: index, formatId: fixture.formatId, fixture: fixture.name, fault, message });
    };
    const before = process.memoryUsage();
    const startMs = wallClock.monotonicMs();
    const { outcome, objection } = await judgeReading(bytes, fixture.name);
    const ms = wallClock.monotonicMs() - startMs;
    const after = process.memoryUsage();
    const grownBytes = after.heapUsed + after.external - before.heapUsed - before.external;
    if (objection !== null) note('crash', objection);
    if (ms > job.maxCaseMs) note('slow', `${ms.toFixed(0)} ms for ${bytes.length} bytes`);
    if (grownBytes > job.maxCaseBytes) note('memory', `${(grownBytes / 2 ** 20).toFixed(0)} MiB for ${bytes.length} bytes`);
    tallies.push({ formatId: fixture.formatId, read: outcome === 'read', ms });
    if (tallies.length === REPORT_EVERY || index === job.to - 1) {
      report({ tallies, findings, rssBytes: after.rss });
      tallies = [];
      findings = [];
    }
  }
}

if (parentPort) {
  const port = parentPort;
  await work(workerData as FuzzJob, (report) => port.postMessage(report));
}
