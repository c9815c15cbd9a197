import type { Clock } from '../../src/ports/runtime.ts';

/** Real time that runs `speed` times as fast, for contracts whose waits are real. */
export function hurriedClock(speed: number): Clock {
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now() * speed,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const cancel = () => {
          clearTimeout(timer);
          reject(signal?.reason);
        };
        const timer = setTimeout(() => {
          signal?.removeEventListener('abort', cancel);
          resolve();
        }, ms / speed);
        signal?.addEventListener('abort', cancel, { once: true });
      }),
  };
}
