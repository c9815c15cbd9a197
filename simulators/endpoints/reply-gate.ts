import type { Clock } from '../../src/ports/runtime.ts';

/** One piece of what leaves instead of a reply, so many wall ms later. */
export interface Departure {
  readonly bytes: Uint8Array;
  readonly afterMs: number;
}

/**
 * Turns one reply into what really leaves; null where it wants nothing of it. `earlier` is the last reply to another request, `before` the last one to
 * the same.
 */
export type ReplyTamper = (
  reply: Uint8Array,
  request: string,
  earlier: Uint8Array | null,
  before: Uint8Array | null,
) => readonly Departure[] | null;

/** What faults do to commands on their way to the instrument. */
export interface CommandReach {
  /** True for a request that never arrives. */
  addSieve(sieve: (request: string) => boolean): () => void;
}

/** What faults do to a wire of requests and replies. */
export interface ReplyReach extends CommandReach {
  addTamper(tamper: ReplyTamper): () => void;
  /** While deaf nothing is heard or said, and nothing is closed either. */
  deafen(on: boolean): void;
}

/** Requests whose last reply is remembered. */
const REQUESTS_KEPT = 64;

/** Stands between the instrument and the wire: here requests get lost and replies are late, doubled or spoilt. */
export class ReplyGate implements ReplyReach {
  private readonly clock: Clock;
  private readonly signal: AbortSignal;
  private readonly tampers = new Set<ReplyTamper>();
  private readonly sieves = new Set<(request: string) => boolean>();
  private isDeaf = false;
  private last: { readonly request: string; readonly reply: Uint8Array } | null = null;
  private readonly lastOf = new Map<string, Uint8Array>();

  constructor(clock: Clock, signal: AbortSignal) {
    this.clock = clock;
    this.signal = signal;
  }

  addTamper(tamper: ReplyTamper): () => void {
    this.tampers.add(tamper);
    return () => {
      this.tampers.delete(tamper);
    };
  }

  addSieve(sieve: (request: string) => boolean): () => void {
    this.sieves.add(sieve);
    return () => {
      this.sieves.delete(sieve);
    };
  }

  deafen(on: boolean): void {
    this.isDeaf = on;
  }

  deaf(): boolean {
    return this.isDeaf;
  }

  /** False for a request that gets lost on its way. */
  admits(request: string): boolean {
    if (this.isDeaf) return false;
    return ![...this.sieves].some((sieve) => sieve(request));
  }

  /** Sends a reply, or what faults make of it. Settles when all of it has been handed over. */
  async answer(request: string, reply: Uint8Array, send: (bytes: Uint8Array) => void): Promise<void> {
    if (this.isDeaf) return;
    const earlier = this.last && this.last.request !== request ? this.last.reply : null;
    const before = this.lastOf.get(request) ?? null;
    this.last = { request, reply };
    let departures: readonly Departure[] | null = null;
    for (const tamper of this.tampers) {
      departures = tamper(reply, request, earlier, before);
      if (departures) break;
    }
    if (!departures) {
      // Only what has left can come again.
      this.lastOf.delete(request);
      this.lastOf.set(request, reply);
      if (this.lastOf.size > REQUESTS_KEPT) this.lastOf.delete(this.lastOf.keys().next().value!);
      return send(reply);
    }
    for (const { bytes, afterMs } of departures) {
      if (afterMs > 0) await this.clock.sleep(afterMs, this.signal).catch(() => undefined);
      if (this.signal.aborted) return;
      send(bytes);
    }
  }
}
