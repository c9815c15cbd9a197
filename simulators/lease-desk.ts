export interface Lease {
  readonly leaseId: string;
  readonly clientId: string;
  readonly ttlMs: number;
  readonly untilMs: number;
}

/** Who may command. One holder at a time; a lease not renewed within its time is lost. Times are wall ms on the monotonic clock. */
export class LeaseDesk {
  private lease: Lease | null = null;
  private made = 0;
  private readonly bootId: string;
  private readonly maxTtlMs: number;

  constructor(bootId: string, maxTtlMs: number) {
    this.bootId = bootId;
    this.maxTtlMs = maxTtlMs;
  }

  /** The lease in force, or null. */
  current(): Lease | null {
    return this.lease;
  }

  /** A client that claims again (it was restarted, say) gets a new lease and its old one ends; null where somebody else holds it. */
  claim(clientId: string, ttlMs: number, nowMs: number): Lease | null {
    if (this.lease && this.lease.clientId !== clientId) return null;
    const granted = Math.min(ttlMs, this.maxTtlMs);
    this.lease = { leaseId: `lease-${this.bootId}-${++this.made}`, clientId, ttlMs: granted, untilMs: nowMs + granted };
    return this.lease;
  }

  holds(clientId: string, leaseId: string | null): boolean {
    return this.lease !== null && this.lease.clientId === clientId && this.lease.leaseId === leaseId;
  }

  renew(nowMs: number): void {
    if (this.lease) this.lease = { ...this.lease, untilMs: nowMs + this.lease.ttlMs };
  }

  end(): void {
    this.lease = null;
  }

  /** Ends the lease where its time is over; true if it did. */
  expire(nowMs: number): boolean {
    if (!this.lease || nowMs < this.lease.untilMs) return false;
    this.lease = null;
    return true;
  }
}
