import type { Clock } from '../../src/ports/runtime.ts';

/** Calls `late` after `ms`, unless the returned function was called before. */
export function after(clock: Clock, ms: number, late: () => void): () => void {
  const waiting = new AbortController();
  clock.sleep(ms, waiting.signal).then(
    () => {
      if (!waiting.signal.aborted) late();
    },
    () => undefined, // cancelled
  );
  return () => waiting.abort();
}

/** `work`, or a rejection with `late()` where it takes longer than `ms`. A result that comes too late is dropped. */
export function within<T>(clock: Clock, ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = after(clock, ms, () => reject(late()));
    work.then(resolve, reject).finally(cancel);
  });
}
