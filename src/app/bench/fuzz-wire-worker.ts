import { parentPort, workerData } from 'node:worker_threads';
import { wallClock } from '../runtime.ts';
import type { Damage } from './fuzz-frame.ts';
import type { ThreadJob } from './fuzz-thread.ts';
import { type FrameOutcome, fuzzFrame, kindOf, wires } from './fuzz-wires.ts';

export interface WireJob extends ThreadJob {
  readonly wire: string;
  readonly seed: number;
  readonly to: number;
  readonly maxCaseMs: number;
}

export interface WireFinding {
  readonly case: number;
  readonly wire: string;
  readonly kind: string;
  readonly fault: 'crash' | 'slow' | 'hang' | 'corrupt accepted';
  readonly message: string;
}

/** Cases of one kind and damage since the last report. */
export interface WireTally {
  readonly kind: string;
  readonly damage: Damage;
  readonly counts: Record<FrameOutcome, number>;
  formBroken: number;
  slowestMs: number;
}

export interface WireReport {
  readonly cases: number;
  readonly tallies: readonly WireTally[];
  readonly findings: readonly WireFinding[];
  readonly heapBytes: number;
  readonly rssBytes: number;
}

const REPORT_EVERY = 2000;
/** More findings than these are more of the same. */
const MOST_FINDINGS = 50;

async function work(job: WireJob, send: (report: WireReport) => void): Promise<void> {
  const wire = wires.find((one) => one.wire === job.wire)!;
  let tallies = new Map<string, WireTally>();
  let findings: WireFinding[] = [];
  let found = 0;
  let cases = 0;
  for (let index = job.from; index < job.to; index++) {
    Atomics.store(job.state, 0, index);
    const note = (fault: WireFinding['fault'], message: string): void => {
      if (++found <= MOST_FINDINGS) findings.push({ case: index, wire: job.wire, kind: kindOf(wire, index).name, fault, message });
    };
    const startMs = wallClock.monotonicMs();
    try {
      const { kind, damage, outcome, formBroken, bytes } = await fuzzFrame(wire, job.seed, index);
      const ms = wallClock.monotonicMs() - startMs;
      const key = `${kind.reader}/${kind.name}/${damage}`;
      const tally = tallies.get(key) ?? {
        kind: kind.name,
        damage,
        counts: { refused: 0, same: 0, passed: 0 },
        formBroken: 0,
        slowestMs: 0,
      };
      tallies.set(key, tally);
      tally.counts[outcome] += 1;
      if (formBroken) tally.formBroken += 1;
      tally.slowestMs = Math.max(tally.slowestMs, ms);
      if (ms > job.maxCaseMs) note('slow', `${ms.toFixed(0)} ms for ${bytes} bytes`);
      if (formBroken && outcome === 'passed') note('corrupt accepted', `${bytes} bytes of ${damage}`);
    } catch (error) {
      const { name, message } = error instanceof Error ? error : { name: 'a thrown value', message: String(error) };
      note('crash', `${name}: ${message.slice(0, 300)}`);
    }
    cases += 1;
    if (cases === REPORT_EVERY || index === job.to - 1) {
      const { heapUsed, rss } = process.memoryUsage();
      send({ cases, tallies: [...tallies.values()], findings, heapBytes: heapUsed, rssBytes: rss });
      [tallies, findings, cases] = [new Map(), [], 0];
    }
  }
}

if (parentPort) {
  const port = parentPort;
  await work(workerData as WireJob, (report) => port.postMessage(report));
}
