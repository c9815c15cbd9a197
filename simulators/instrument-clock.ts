import type { Clock } from '../src/ports/runtime.ts';

/** Instrument seconds per wall second; 'max' skips over all waiting of a scan. */
export type Speed = number | 'max';

/** What the birth message declares at speed 'max': far ends reckon expiry with it, so it is generous. */
const DECLARED_MAX = 1000;

/**
 * The instrument's own clock, in seconds since it was switched on. At a finite speed it runs that much faster than the wall. At 'max' it runs
 * with the wall while idle and jumps over the waiting inside a scan.
 */
export class InstrumentClock {
  readonly declaredSpeed: number;
  private readonly clock: Clock;
  private readonly speed: Speed;
  private readonly startMs: number;
  private skippedS = 0;

  constructor(clock: Clock, speed: Speed) {
    this.clock = clock;
    this.speed = speed;
    this.declaredSpeed = speed === 'max' ? DECLARED_MAX : speed;
    this.startMs = clock.monotonicMs();
  }

  /** The speed that a far end has to be told where its wire says nothing of time; null where the clock jumps and no number would be true. */
  steadySpeed(): number | null {
    return this.speed === 'max' ? null : this.speed;
  }

  nowS(): number {
    const elapsedS = (this.clock.monotonicMs() - this.startMs) / 1000;
    return this.skippedS + elapsedS * (this.speed === 'max' ? 1 : this.speed);
  }

  /** Wall milliseconds on the monotonic clock. */
  wallMs(): number {
    return this.clock.monotonicMs();
  }

  /** Instrument seconds that pass in so much wall time while a scan runs; endless at 'max'. */
  spanS(wallMs: number): number {
    return this.speed === 'max' ? Number.POSITIVE_INFINITY : (wallMs / 1000) * this.speed;
  }

  /** Returns when `targetS` has come, or earlier once `signal` is aborted. */
  async advanceTo(targetS: number, signal: AbortSignal): Promise<void> {
    if (this.speed === 'max') {
      await this.pause(0, signal);
      if (!signal.aborted) this.skippedS += Math.max(0, targetS - this.nowS());
      return;
    }
    for (let missingS = targetS - this.nowS(); missingS > 1e-9 && !signal.aborted; missingS = targetS - this.nowS())
      await this.pause((missingS / this.speed) * 1000, signal);
  }

  private async pause(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await this.clock.sleep(ms, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
