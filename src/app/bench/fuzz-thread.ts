import { Worker } from 'node:worker_threads';
import type { Environment } from '../command.ts';

/** What every thread of cases is given; `state[0]` always tells the case under way, so that its number survives the end of the thread. */
export interface ThreadJob {
  readonly from: number;
  readonly state: Int32Array;
}

/** The case that ended a thread, and how. */
export interface ThreadEnd {
  readonly at: number;
  readonly fault: 'hang' | 'crash';
  readonly message: string;
}

const HANG_MS = 20_000;
const WATCH_MS = 500;

/**
 * Runs the cases in a thread of its own with a bounded heap. Resolves with null where all cases were done, else with the case that ended the
 * thread; rejects where the user interrupts.
 */
export function runThread<R>(
  entry: URL,
  job: Readonly<Record<string, unknown>> & { readonly from: number },
  maxHeapMiB: number,
  take: (report: R) => void,
  { runtime, signal }: Environment,
): Promise<ThreadEnd | null> {
  const state = new Int32Array(new SharedArrayBuffer(4));
  state[0] = job.from;
  const worker = new Worker(entry, {
    workerData: { ...job, state } satisfies ThreadJob,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMiB },
  });
  return new Promise((resolve, reject) => {
    let at = job.from;
    let sinceMs = runtime.clock.monotonicMs();
    const end = (result: ThreadEnd | null): void => {
      clearInterval(watch);
      resolve(result);
      void worker.terminate();
    };
    const watch = setInterval(() => {
      const now = Atomics.load(state, 0);
      const nowMs = runtime.clock.monotonicMs();
      if (signal.aborted) {
        clearInterval(watch);
        void worker.terminate();
        reject(signal.reason);
      } else if (now !== at) {
        at = now;
        sinceMs = nowMs;
      } else if (nowMs - sinceMs > HANG_MS) end({ at, fault: 'hang', message: `no answer within ${HANG_MS / 1000} s` });
    }, WATCH_MS);
    worker.on('message', take);
    worker.on('error', (error) => end({ at: Atomics.load(state, 0), fault: 'crash', message: `the thread died: ${error.message}` }));
    worker.on('exit', (code) =>
      end(code === 0 ? null : { at: Atomics.load(state, 0), fault: 'crash', message: `the thread ended with ${code}` }),
    );
  });
}
