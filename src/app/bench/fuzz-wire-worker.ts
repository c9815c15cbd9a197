import { parentPort, workerData } from 'node:worker_threads';
import { wallClock } from '../runtime.ts';
import type { ThreadJob } from './fuzz-thread.ts';
import { runWireCases } from './fuzz-wire-cases.ts';
import { fuzzFrame, kindOf, wires } from './fuzz-wires.ts';

export interface WireJob extends ThreadJob {
  readonly wire: string;
  readonly seed: number;
  readonly to: number;
  readonly maxCaseMs: number;
}

if (parentPort) {
  const port = parentPort;
  const job = workerData as WireJob;
  const wire = wires.find((one) => one.wire === job.wire)!;
  const batch = {
    ...job,
    onCase: (index: number) => void Atomics.store(job.state, 0, index),
    kindOf: (index: number) => kindOf(wire, index).name,
    fuzz: (index: number) => fuzzFrame(wire, job.seed, index),
  };
  await runWireCases(batch, wallClock, (report) => port.postMessage(report));
}
