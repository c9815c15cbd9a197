import type { Clock, Log } from '../../../src/ports/runtime.ts';

interface Sleeper {
  readonly untilMs: number;
  readonly wake: () => void;
}

/** Wall time that passes only when the test says so. */
export class ManualClock implements Clock {
  private ms = 0;
  private sleepers: Sleeper[] = [];

  nowMs(): number {
    return this.ms;
  }

  monotonicMs(): number {
    return this.ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper: Sleeper = { untilMs: this.ms + Math.max(0, ms), wake: resolve };
      this.sleepers.push(sleeper);
      const onAbort = (): void => {
        this.sleepers = this.sleepers.filter((other) => other !== sleeper);
        reject(new Error('interrupted'));
      };
      if (signal?.aborted) onAbort();
      else signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Lets `ms` pass; who sleeps is woken at its own time, in order. */
  async advance(ms: number): Promise<void> {
    const endMs = this.ms + ms;
    await settle();
    for (let next = this.nextBefore(endMs); next; next = this.nextBefore(endMs)) {
      this.sleepers = this.sleepers.filter((other) => other !== next);
      this.ms = Math.max(this.ms, next.untilMs);
      next.wake();
      await settle();
    }
    this.ms = endMs;
  }

  private nextBefore(endMs: number): Sleeper | undefined {
    return this.sleepers.filter((sleeper) => sleeper.untilMs <= endMs).sort((a, b) => a.untilMs - b.untilMs)[0];
  }
}

/** Lets everything that is ready run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
