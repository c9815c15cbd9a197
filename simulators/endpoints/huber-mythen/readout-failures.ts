import type { StripReach } from '../strip-reach.ts';

/** Readouts that are to fail, and how. */
export class ReadoutFailures implements Pick<StripReach, 'failReadouts'> {
  private due: { left: number; readonly how: 'frame' | 'number'; readonly took: () => void } | null = null;

  failReadouts(readouts: number, how: 'frame' | 'number', took: () => void): void {
    this.due = { left: readouts, how, took };
  }

  /** How the next frame fails, or null. */
  next(): 'frame' | 'number' | null {
    if (!this.due || this.due.left === 0) return null;
    this.due.left--;
    this.due.took();
    return this.due.how;
  }
}
