import { Observable } from 'rxjs';
import { asEwaldError, EwaldError } from '../../src/domain/errors.ts';
import { type ScanChunk, type ScanCommand, scanIdOf } from '../../src/domain/scan.ts';
import type { FoundScan } from '../../src/ports/diffractometer.ts';
import { KeptScan } from './kept-scan.ts';

/** Scans that stay known after their end; the loop asks for the last one only. */
const KEPT_SCANS = 16;

export interface RunningScan {
  readonly kept: KeptScan;
  /** Settles when all that belongs to the scan is done; its watchers hear of its end before. */
  readonly over: Promise<void>;
}

/** The scans of one driver whose wire gives them no names: one runs at a time, the last ones stay known. */
export class KeptScans {
  readonly #scans = new Map<string, KeptScan>();
  #running: RunningScan | null = null;

  get running(): RunningScan | null {
    return this.#running;
  }

  /** Watches the scan of this name if it is known, else the one that `begin` makes; what that or `demandOpen` throws is the outcome. */
  scan<T>(command: ScanCommand, demandOpen: () => T, begin: (open: T) => KeptScan): Observable<ScanChunk> {
    return new Observable((subscriber) => {
      try {
        const open = demandOpen();
        const kept = this.#scans.get(scanIdOf(command)) ?? begin(open);
        return kept.watch().subscribe(subscriber);
      } catch (error) {
        subscriber.error(asEwaldError(error));
        return undefined;
      }
    });
  }

  /** Fails with 'busy' while another scan runs. */
  demandNone(command: ScanCommand): void {
    // Whoever hears the end of a scan may begin the next in the same moment.
    if (this.#running?.kept.isOver !== false) return;
    const other = scanIdOf(this.#running.kept.command);
    throw new EwaldError('busy', scanIdOf(command), `the scan ${other} still runs`, 'wait for its end or make it safe');
  }

  /** Keeps a new scan, which `run` carries out and ends; `run` never rejects. */
  begin(command: ScanCommand, run: (kept: KeptScan) => Promise<void>): KeptScan {
    const kept = new KeptScan(command);
    this.#scans.set(scanIdOf(command), kept);
    for (const [old] of [...this.#scans].slice(0, -KEPT_SCANS)) this.#scans.delete(old);
    const over = run(kept).finally(() => {
      if (this.#running?.kept === kept) this.#running = null;
    });
    this.#running = { kept, over };
    return kept;
  }

  acknowledge(requestId: string, attempt: number, sequence: number): void {
    this.#scans.get(scanIdOf({ requestId, attempt }))?.acknowledge(sequence);
  }

  /** A scan of another process is lost. */
  found(requestId: string, attempt: number): FoundScan {
    return this.#scans.get(scanIdOf({ requestId, attempt }))?.found() ?? { kind: 'lost' };
  }
}
