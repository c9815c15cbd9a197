import type { Clock, Log, RandomSource, Runtime } from '../../src/ports/runtime.ts';
import { hurriedClock } from './hurried-clock.ts';

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** A clock that moves only when told to. */
export class ManualClock implements Clock {
  #ms = 1000;
  #sleepers: Sleeper[] = [];

  nowMs(): number {
    return 1_700_000_000_000 + this.#ms;
  }

  monotonicMs(): number {
    return this.#ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { atMs: this.#ms + Math.max(0, ms), wake: resolve };
      this.#sleepers.push(sleeper);
      const cancel = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      if (signal?.aborted) cancel();
      else signal?.addEventListener('abort', cancel, { once: true });
    });
  }

  /** Lets `ms` pass: every sleeper wakes at its time, and what it sets off is done before the next wakes. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#ms + ms;
    await settled();
    for (;;) {
      const next = this.#sleepers.reduce<Sleeper | null>((first, other) => (first && first.atMs <= other.atMs ? first : other), null);
      if (!next || next.atMs > untilMs) break;
      this.#ms = next.atMs;
      this.#sleepers = this.#sleepers.filter((other) => other !== next);
      next.wake();
      await settled();
    }
    this.#ms = untilMs;
  }

  /** Advances in small steps until `done`; fails after `limitMs`. */
  async until(done: () => boolean, limitMs = 600_000, stepMs = 50): Promise<void> {
    for (let spent = 0; !done(); spent += stepMs) {
      if (spent > limitMs) throw new Error(`not done after ${limitMs} ms of manual time`);
      await this.advance(stepMs);
    }
  }

  /** The result of `work`, with time passing as long as it takes. */
  async during<T>(work: Promise<T>, limitMs = 600_000): Promise<T> {
    let over = false;
    const finished = () => {
      over = true;
    };
    work.then(finished, finished);
    await this.until(() => over, limitMs);
    return work;
  }
}

/** Everything that is already due to happen, has happened. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve));
}

const silence = () => undefined;
export const silentLog: Log = { debug: silence, info: silence, warn: silence, error: silence };

/** Chance without surprises: always the middle. */
export const fixedRandom: RandomSource = {
  uniform: () => 0.5,
  normal: () => 0,
  poisson: (mean) => Math.round(mean),
  binomial: (n, probability) => Math.round(n * probability),
  integer: (n) => Math.floor(n / 2),
  fork: () => fixedRandom,
};

export function manualRuntime(clock = new ManualClock()): Runtime & { readonly clock: ManualClock } {
  return { clock, random: fixedRandom, log: silentLog };
}

/** Real time, for tests over a real wire. */
export function realRuntime(): Runtime {
  return { clock: hurriedClock(1), random: fixedRandom, log: silentLog };
}
