import { jest } from '@jest/globals';
import type { Clock } from '../../src/ports/runtime.ts';

// What waits longer on a busy machine must not be ended by Jest; a test that hangs still is.
jest.setTimeout(120_000);

const TICK_MS = 4;
/** So much passes at most from one tick to the next, however long this process was kept from running. */
const MOST_MS = 12;

interface Waiter {
  readonly dueMs: number;
  readonly wake: () => void;
}

let countedMs = 0;
let waiting: Waiter[] = [];
let isBeating = false;

/** One beat for all, which keeps no process alive that has nothing else to do. */
function begin(): void {
  if (isBeating) return;
  isBeating = true;
  let lastMs = performance.now();
  setInterval(() => {
    const nowMs = performance.now();
    countedMs += Math.min(nowMs - lastMs, MOST_MS);
    lastMs = nowMs;
    const due = waiting.filter(({ dueMs }) => dueMs <= countedMs);
    if (due.length === 0) return;
    waiting = waiting.filter(({ dueMs }) => dueMs > countedMs);
    for (const { wake } of due.sort((a, b) => a.dueMs - b.dueMs)) wake();
  }, TICK_MS).unref();
}

/**
 * Real time, of which only that counts in which this process could run: on a machine that is busy with other things the waits of a driver and of the
 * simulator in the same process grow alike, and none of them runs out for want of a processor. Both ends of a wire must have this clock.
 */
export function patientClock(): Clock {
  begin();
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => countedMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const cancel = () => {
          waiting = waiting.filter((other) => other !== waiter);
          reject(signal?.reason);
        };
        const wake = () => {
          signal?.removeEventListener('abort', cancel);
          resolve();
        };
        const waiter = { dueMs: countedMs + ms, wake };
        signal?.addEventListener('abort', cancel, { once: true });
        if (ms > 0) waiting.push(waiter);
        else setImmediate(wake);
      }),
  };
}
