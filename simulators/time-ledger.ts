import type { TimeLedger } from '../src/ports/diffractometer.ts';

export type LedgerColumn = keyof TimeLedger;

/** Adds up where the instrument's time goes, in s on its own clock. */
export class LedgerBook {
  private readonly sums: Record<LedgerColumn, number> = { counting: 0, moving: 0, settling: 0, overhead: 0, shutter: 0, waiting: 0 };

  add(column: LedgerColumn, seconds: number): void {
    this.sums[column] += Math.max(0, seconds);
  }

  totals(): TimeLedger {
    return { ...this.sums };
  }

  totalS(): number {
    return Object.values(this.sums).reduce((sum, seconds) => sum + seconds, 0);
  }
}
