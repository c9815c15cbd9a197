import { EwaldError } from '../../src/domain/errors.ts';
import type { ScanChunk } from '../../src/domain/scan.ts';
import type { ScanReport } from '../../src/ports/diffractometer.ts';
import type { Clock } from '../../src/ports/runtime.ts';
import { ChunkSequence } from './chunk-sequence.ts';
import type { Commander } from './commander.ts';
import type { InstrumentLink } from './instrument-link.ts';
import { isRefusal } from './refusals.ts';
import type { ScanEvent, ScanKey, ScanWatch } from './scan-desk.ts';
import { fromWireChunk, type WireScan } from './wire-units.ts';

/** Patience, all in ms of wall time. */
export interface FollowTiming {
  /** How long a missing chunk may be late before it is asked for. */
  readonly reorderWaitMs: number;
  /** How long chunks that were asked for may take. */
  readonly resendWaitMs: number;
  /** After this silence the scan's fate is asked. */
  readonly silenceMs: number;
  /** A scan that is said to run and gives nothing for so long is given up. */
  readonly idleLimitMs: number;
  /** How long the link may be down. */
  readonly linkGraceMs: number;
  /** Requests for the same chunk before giving up. */
  readonly maxResends: number;
}

/** Follows one scan: delivers its chunks in order, asks again for what is missing, and notices silence. */
export class ScanFollower {
  readonly #link: InstrumentLink;
  readonly #commander: Commander;
  readonly #clock: Clock;
  readonly #timing: FollowTiming;
  readonly #key: ScanKey;
  readonly #watch: ScanWatch;
  readonly #bootId: string | undefined;
  readonly #sequence: ChunkSequence;
  #attached = false;
  #report: ScanReport | null = null;
  #deliver: (chunk: ScanChunk) => void = () => undefined;
  #heardMs: number;
  #askedMs: number;
  /** When the missing chunk is asked for (monotonic); null while none is known to be missing. */
  #resendAtMs: number | null = null;
  #resends = 0;

  /** Listens from now on. `scan` is null where the commanded angles are not known. */
  constructor(link: InstrumentLink, commander: Commander, clock: Clock, timing: FollowTiming, key: ScanKey, scan: WireScan | null) {
    this.#link = link;
    this.#commander = commander;
    this.#clock = clock;
    this.#timing = timing;
    this.#key = key;
    this.#watch = link.scans.watch(key);
    this.#bootId = link.birth?.bootId;
    this.#sequence = new ChunkSequence(scan);
    this.#heardMs = clock.monotonicMs();
    this.#askedMs = this.#heardMs;
  }

  /** Points delivered, or null where the scan was joined after its beginning. */
  get points(): number | null {
    return this.#sequence.points;
  }

  stop(): void {
    this.#watch.stop();
  }

  /**
   * Settles with the report when every chunk was delivered. `attached`: the scan was there before, so chunks are fetched from the first one
   * still kept. Fails with 'link' where chunks cannot be had, 'deviceFault' where they are not what was commanded.
   */
  async run(known: ScanReport | null, attached: boolean, deliver: (chunk: ScanChunk) => void, signal: AbortSignal): Promise<ScanReport> {
    this.#deliver = deliver;
    this.#report = known;
    this.#attached = attached;
    this.#heardMs = this.#clock.monotonicMs();
    if (attached) this.#resendAtMs = this.#heardMs;
    const wake = () => this.#watch.mailbox.put({ kind: 'wake' });
    signal.addEventListener('abort', wake, { once: true });
    try {
      return await this.#follow(signal);
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  async #follow(signal: AbortSignal): Promise<ScanReport> {
    for (;;) {
      if (signal.aborted) throw new EwaldError('interrupted', this.#name, 'nobody follows the scan any more', 'attach again');
      if (this.#report && this.#sequence.next >= this.#report.chunkCount) return this.#report;
      if (this.#link.birth?.bootId !== this.#bootId) throw this.#gone('the instrument was restarted during the scan');
      if (!this.#link.isUp) await this.#comeBack();
      const event = await this.#watch.mailbox.take(this.#resendAtMs ?? Math.max(this.#heardMs, this.#askedMs) + this.#timing.silenceMs);
      if (event) await this.#handle(event);
      else if (!this.#link.isUp) continue;
      else if (this.#resendAtMs !== null) await this.#askForMissing();
      else await this.#askFate();
    }
  }

  get #name(): string {
    return `${this.#key.requestId}.${this.#key.attempt}`;
  }

  async #handle(event: ScanEvent): Promise<void> {
    const now = this.#clock.monotonicMs();
    if (event.kind === 'garbled' && event.of === 'end') return this.#askFate();
    if (event.kind === 'garbled') this.#resendAtMs ??= now + this.#timing.reorderWaitMs;
    if (event.kind === 'end') {
      this.#report = event.end.report;
      this.#heardMs = now;
      this.#notice(now);
    }
    if (event.kind === 'chunk') {
      const duplicatesBefore = this.#sequence.duplicates;
      const ready = this.#sequence.accept(event.chunk);
      this.#link.counters.duplicates += this.#sequence.duplicates - duplicatesBefore;
      this.#heardMs = now;
      this.#pass(ready, now);
    }
  }

  #pass(ready: ReturnType<ChunkSequence['drain']>, now: number): void {
    for (const chunk of ready) this.#deliver(fromWireChunk(chunk));
    if (ready.length > 0) {
      this.#resends = 0;
      this.#resendAtMs = null;
    }
    this.#notice(now);
  }

  /** Sets the time to ask, where something is missing and none is set. */
  #notice(now: number): void {
    const missing = this.#sequence.hasGap || (this.#report !== null && this.#sequence.next < this.#report.chunkCount);
    if (missing) this.#resendAtMs ??= now + this.#timing.reorderWaitMs;
  }

  async #askForMissing(): Promise<void> {
    const { next } = this.#sequence;
    if (this.#resends >= this.#timing.maxResends) {
      throw this.#gone(`chunk ${next} did not come although it was asked for ${this.#resends} times`);
    }
    this.#resends += 1;
    this.#link.counters.resends += 1;
    this.#resendAtMs = this.#clock.monotonicMs() + this.#timing.resendWaitMs;
    try {
      const { from, to } = await this.#commander.send('resend', { ...this.#key, fromSequence: next });
      if (from > next && !this.#attached) throw this.#gone(`the instrument no longer keeps chunk ${next}`);
      this.#sequence.skipTo(from);
      this.#pass(this.#sequence.drain(), this.#clock.monotonicMs());
      // Asked without knowing of a gap, and nothing is missing: the rest comes by itself.
      if (to <= from && !this.#sequence.hasGap && !this.#report) {
        this.#resendAtMs = null;
        this.#resends = 0;
      }
      this.#attached = false;
    } catch (error) {
      if (isRefusal(error, 'unknownScan')) throw this.#gone('the instrument no longer knows the scan');
      if (!isWire(error)) throw error;
    }
  }

  async #askFate(): Promise<void> {
    this.#askedMs = this.#clock.monotonicMs();
    try {
      const fate = await this.#commander.fateOf(this.#key);
      if (fate.state === 'lost') throw new EwaldError('link', this.#name, 'the instrument lost the scan', 'measure it again');
      if (fate.report) {
        this.#report = fate.report;
        this.#notice(this.#askedMs - this.#timing.reorderWaitMs);
      } else if (this.#askedMs - this.#heardMs > this.#timing.idleLimitMs) {
        throw new EwaldError('deviceFault', this.#name, 'the scan is said to run and gives no points', 'look at the instrument');
      }
    } catch (error) {
      if (!isWire(error) || this.#link.isUp) throw error;
    }
  }

  /** Waits for the link; what was missed meanwhile is fetched. */
  async #comeBack(): Promise<void> {
    await this.#link.whenUp(this.#timing.linkGraceMs);
    const now = this.#clock.monotonicMs();
    this.#heardMs = now;
    this.#resends = 0;
    await this.#askFate();
    this.#resendAtMs = now;
  }

  #gone(why: string): EwaldError {
    return new EwaldError('link', this.#name, why, 'resume: what was stored is kept, the rest is measured again');
  }
}

function isWire(error: unknown): boolean {
  return error instanceof EwaldError && (error.code === 'timeout' || error.code === 'link' || error.code === 'garbled');
}
