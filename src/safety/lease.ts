import type { Capabilities } from '../ports/diffractometer.ts';

/** A scan has the beam on a lease: for so many times what it should take, and so much longer by the wall for waiting on the way. */
const LEASE = { times: 2, graceMs: 900_000 };
/** No driver can ask for more time than this to be added, ms. */
const LONGEST_MS = 24 * 3_600_000;

/** Wall time for which a scan that should take `scanS` of the instrument's time may have the beam, ms. */
export function leaseMs(scanS: number, clockSpeed: number, { overdue }: Pick<Capabilities, 'overdue'>): number {
  const expectedMs = (scanS * 1000) / (clockSpeed > 0 ? clockSpeed : 1);
  const leastMs = bounded(overdue?.leastMs);
  return Math.max(LEASE.times * expectedMs, leastMs) + Math.max(LEASE.graceMs, bounded(overdue?.graceMs));
}

function bounded(ms = 0): number {
  return ms > 0 ? Math.min(ms, LONGEST_MS) : 0;
}

/** When the lease of each scan ends. Attaching to a scan once more does not renew it: a link that fails again and again must not keep a stuck scan in the beam. */
export class Leases {
  readonly #untilMs = new Map<string, number>();

  /** The end of the lease on the monotonic clock, ms: `forMs` from `nowMs`, or as it was given before. */
  end(scanId: string, nowMs: number, forMs: number): number {
    const untilMs = this.#untilMs.get(scanId) ?? nowMs + forMs;
    this.#untilMs.set(scanId, untilMs);
    return untilMs;
  }

  /** The scan has ended by itself: what is fetched of it needs no beam. */
  forget(scanId: string): void {
    this.#untilMs.delete(scanId);
  }
}
