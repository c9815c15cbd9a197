import { Observable } from 'rxjs';
import type { EwaldError } from '../../src/domain/errors.ts';
import type { ScanChunk, ScanCommand } from '../../src/domain/scan.ts';
import type { FoundScan, ScanReport } from '../../src/ports/diffractometer.ts';

const CHUNK_POINTS = 512;

/** What was measured of point `index` of a scan. */
export interface KeptPoint {
  readonly index: number;
  readonly counts: number;
  readonly liveS: number;
}

/** A scan of this process and its chunks, kept until each is acknowledged: instruments behind such a driver know no scans, or forget what was read. */
export class KeptScan {
  readonly command: ScanCommand;
  readonly #listeners = new Set<() => void>();
  #chunks: ScanChunk[] = [];
  #made = 0;
  #report: ScanReport | null = null;
  #error: EwaldError | null = null;

  constructor(command: ScanCommand) {
    this.command = command;
  }

  get chunkCount(): number {
    return this.#made;
  }

  get isOver(): boolean {
    return this.#report !== null || this.#error !== null;
  }

  add(points: readonly KeptPoint[], instrumentTimeS: number): void {
    const { requestId, attempt, range, stepDeg } = this.command;
    for (let from = 0; from < points.length; from += CHUNK_POINTS) {
      const part = points.slice(from, from + CHUNK_POINTS);
      this.#chunks.push({
        requestId,
        attempt,
        sequence: this.#made++,
        twoThetaDeg: Float64Array.from(part, ({ index }) => Math.round((range.fromDeg + index * stepDeg) * 1e9) / 1e9),
        counts: Float64Array.from(part, ({ counts }) => counts),
        liveS: Float64Array.from(part, ({ liveS }) => liveS),
        instrumentTimeS,
      });
    }
    this.#wake();
  }

  /** It is over; `error` is what its watchers get. A scan that never began has no report. */
  end(report: ScanReport | null, error: EwaldError | null): void {
    this.#report = report;
    this.#error = error;
    this.#wake();
  }

  acknowledge(sequence: number): void {
    this.#chunks = this.#chunks.filter((chunk) => chunk.sequence > sequence);
  }

  found(): FoundScan {
    if (this.#report) return { kind: 'finished', chunks: [...this.#chunks], report: this.#report };
    return { kind: this.#error ? 'lost' : 'running' };
  }

  /** Every chunk that is not acknowledged, then those to come, then the end. */
  watch(): Observable<ScanChunk> {
    return new Observable((subscriber) => {
      let next = 0;
      let telling = false;
      const tell = () => {
        // A subscriber that acknowledges, or asks again, while it is told must not be told twice.
        if (telling) return;
        telling = true;
        for (let chunk = this.#from(next); chunk && !subscriber.closed; chunk = this.#from(next)) {
          next = chunk.sequence + 1;
          subscriber.next(chunk);
        }
        telling = false;
        if (this.#error) subscriber.error(this.#error);
        else if (this.#report) subscriber.complete();
      };
      this.#listeners.add(tell);
      tell();
      return () => this.#listeners.delete(tell);
    });
  }

  #from(sequence: number): ScanChunk | undefined {
    return this.#chunks.find((chunk) => chunk.sequence >= sequence);
  }

  #wake(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
