import type { RawFrame } from './corrections.ts';

/** So many frames are kept; what is counted beyond is lost. */
export const MOST_FRAMES = 4096;

/** Frames that nobody has read yet, the oldest first. */
export class FrameQueue {
  private frames: RawFrame[] = [];
  private waiters: ((frame: RawFrame | null) => void)[] = [];
  private hasMore = false;
  private drops: { left: number; readonly took: () => void } | null = null;

  constructor(signal: AbortSignal) {
    signal.addEventListener('abort', () => this.setMore(false), { once: true });
  }

  get length(): number {
    return this.frames.length;
  }

  /** False where there was no room for it. */
  push(frame: RawFrame): boolean {
    if (this.drops && this.drops.left > 0) {
      this.drops.left--;
      this.drops.took();
      return false;
    }
    const waiter = this.waiters.shift();
    if (waiter) waiter(frame);
    else if (this.frames.length < MOST_FRAMES) this.frames.push(frame);
    else return false;
    return true;
  }

  dropNext(frames: number, took: () => void): void {
    this.drops = { left: frames, took };
  }

  /** The oldest frame, as soon as there is one; null where none is there and none will come, or the wait is given up. */
  next(signal?: AbortSignal): Promise<RawFrame | null> {
    const frame = this.frames.shift();
    if (frame) return Promise.resolve(frame);
    if (!this.hasMore || signal?.aborted) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.waiters.push(resolve);
      const giveUp = (): void => {
        this.waiters = this.waiters.filter((other) => other !== resolve);
        resolve(null);
      };
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** Whether an acquisition runs that will bring more. */
  setMore(hasMore: boolean): void {
    this.hasMore = hasMore;
    if (!hasMore) for (const waiter of this.waiters.splice(0)) waiter(null);
  }

  clear(): void {
    this.frames = [];
  }
}
