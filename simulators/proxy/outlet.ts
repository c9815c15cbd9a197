import type { Clock } from '../../src/ports/runtime.ts';
import type { Departure } from './wire-fault.ts';

/** Pieces of at most `bytes` with `everyMs` between them. */
export interface Pace {
  readonly bytes: number;
  readonly everyMs: number;
  took(): void;
}

export interface OutletDeps {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly pace: () => Pace | null;
  /** Settles when the far end takes more. */
  readonly write: (bytes: Uint8Array) => Promise<void> | undefined;
}

/** Where bytes leave in their order, some of them late or slowly. */
export class Outlet {
  private readonly deps: OutletDeps;
  private queue: Promise<void> = Promise.resolve();
  private readonly aside = new Set<Promise<void>>();
  /** Bytes that wait here. */
  waiting = 0;

  constructor(deps: OutletDeps) {
    this.deps = deps;
  }

  put(departures: readonly Departure[]): void {
    for (const { bytes, afterMs = 0, overtaken = false } of departures) {
      if (bytes.length === 0) continue;
      if (overtaken && afterMs > 0) this.letOvertake(bytes, afterMs);
      else this.enqueue(bytes, afterMs);
    }
  }

  /** Settles when everything has left, also what lets others overtake. */
  async drained(): Promise<void> {
    await Promise.all(this.aside);
    await this.queue;
  }

  private letOvertake(bytes: Uint8Array, afterMs: number): void {
    const left = this.pause(afterMs).then(() => this.enqueue(bytes, 0));
    this.aside.add(left);
    void left.finally(() => this.aside.delete(left));
  }

  private enqueue(bytes: Uint8Array, afterMs: number): void {
    const dueMs = this.deps.clock.monotonicMs() + afterMs;
    if (this.waiting === 0 && afterMs === 0 && this.deps.pace() === null) {
      const full = this.deps.write(bytes);
      if (full) this.hold(bytes.length, () => full);
      return;
    }
    this.hold(bytes.length, async () => {
      await this.pause(dueMs - this.deps.clock.monotonicMs());
      await this.leave(bytes);
    });
  }

  private hold(length: number, work: () => Promise<void>): void {
    this.waiting += length;
    this.queue = this.queue.then(work).finally(() => {
      this.waiting -= length;
    });
  }

  private async leave(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0 && !this.deps.signal.aborted) {
      const pace = this.deps.pace();
      const piece = pace ? rest.subarray(0, pace.bytes) : rest;
      rest = rest.subarray(piece.length);
      await this.deps.write(piece);
      if (!pace) continue;
      if (rest.length > 0) pace.took();
      await this.pause(pace.everyMs);
    }
  }

  private async pause(ms: number): Promise<void> {
    if (ms > 0 && !this.deps.signal.aborted) await this.deps.clock.sleep(ms, this.deps.signal).catch(() => undefined);
  }
}
