import type { ScanReport, TimeLedger } from '../../src/ports/diffractometer.ts';
import type { KeptScan } from './kept-scan.ts';

/** Where the time of a scan went, on the driver's clock. */
export class ScanTimes {
  readonly #nowS: () => number;
  readonly #startedAtS: number;
  #lapS: number;
  readonly #spent = { counting: 0, moving: 0, settling: 0, overhead: 0, shutter: 0, waiting: 0 };

  constructor(nowS: () => number) {
    this.#nowS = nowS;
    this.#startedAtS = nowS();
    this.#lapS = this.#startedAtS;
  }

  /** The time since the last lap went into `kind`, apart from `countingS` of it. */
  lap(kind: keyof TimeLedger, countingS = 0): void {
    const now = this.#nowS();
    const passedS = now - this.#lapS;
    const counting = Math.min(passedS, countingS);
    this.#spent.counting += counting;
    this.#spent[kind] += passedS - counting;
    this.#lapS = now;
  }

  report(kept: KeptScan, reason: string | null): ScanReport {
    return {
      startedAtS: this.#startedAtS,
      endedAtS: this.#lapS,
      chunkCount: kept.chunkCount,
      completeness: reason === null ? 'whole' : 'cut-short',
      reason,
      ledgerS: { ...this.#spent },
    };
  }
}
