import { EwaldError } from '../../src/domain/errors.ts';
import type { WireChunk } from './protocol.ts';
import type { WireScan } from './wire-units.ts';

/** How far ahead of the next chunk others are kept; what lies beyond is asked for again. */
const WINDOW = 1024;

/**
 * Puts the chunks of one scan in order: each once, without gaps, and only such as belong there. Knows nothing of time or of the wire.
 * `scan` is null where the commanded angles are not known.
 */
export class ChunkSequence {
  readonly #scan: WireScan | null;
  readonly #ahead = new Map<number, WireChunk>();
  #next = 0;
  #points = 0;
  #skipped = false;
  #lastUdeg: number | null = null;
  duplicates = 0;

  constructor(scan: WireScan | null) {
    this.#scan = scan;
  }

  /** The sequence wanted next: everything before it was delivered or skipped. */
  get next(): number {
    return this.#next;
  }

  /** Chunks after a missing one are here already. */
  get hasGap(): boolean {
    return this.#ahead.size > 0;
  }

  /** Points delivered since sequence 0, or null where the scan was joined later than that. */
  get points(): number | null {
    return this.#skipped ? null : this.#points;
  }

  /** Starts at `sequence`: the earlier ones were stored before and are forgotten at the far end. Only before the first delivery. */
  skipTo(sequence: number): void {
    if (sequence <= this.#next) return;
    if (this.#points > 0) throw fault('link', this.#scan, `chunk ${this.#next} is missing and the instrument no longer keeps it`);
    this.#next = sequence;
    this.#skipped = true;
    for (const ahead of this.#ahead.keys()) if (ahead < sequence) this.#ahead.delete(ahead);
  }

  /** The chunks that can be delivered now, in order. Throws 'deviceFault' for a chunk with angles that were not commanded. */
  accept(chunk: WireChunk): WireChunk[] {
    if (chunk.sequence < this.#next || this.#ahead.has(chunk.sequence)) {
      this.duplicates += 1;
      return [];
    }
    if (chunk.sequence >= this.#next + WINDOW) return [];
    this.#checkAngles(chunk);
    this.#ahead.set(chunk.sequence, chunk);
    return this.drain();
  }

  /** What `skipTo` made deliverable. */
  drain(): WireChunk[] {
    const ready: WireChunk[] = [];
    for (let chunk = this.#ahead.get(this.#next); chunk; chunk = this.#ahead.get(this.#next)) {
      this.#ahead.delete(this.#next);
      this.#checkFollows(chunk);
      this.#next += 1;
      this.#points += chunk.counts.length;
      this.#lastUdeg = lastUdegOf(chunk);
      ready.push(chunk);
    }
    return ready;
  }

  #checkAngles(chunk: WireChunk): void {
    const scan = this.#scan;
    if (!scan) return;
    const lowest = scan.fromUdeg - scan.stepUdeg;
    const highest = scan.fromUdeg + scan.pointCount * scan.stepUdeg;
    if (chunk.fromUdeg < lowest || lastUdegOf(chunk) > highest) {
      const range = `${chunk.fromUdeg / 1e6} to ${lastUdegOf(chunk) / 1e6} deg`;
      throw fault('deviceFault', scan, `chunk ${chunk.sequence} stands at ${range}, which was not commanded`);
    }
    if (Math.abs(chunk.stepUdeg - scan.stepUdeg) * chunk.counts.length > scan.stepUdeg / 2) {
      throw fault('deviceFault', scan, `chunk ${chunk.sequence} has steps of ${chunk.stepUdeg / 1e6} deg, which was not commanded`);
    }
  }

  #checkFollows(chunk: WireChunk): void {
    const scan = this.#scan;
    if (!scan) return;
    const expected = this.#lastUdeg !== null ? this.#lastUdeg + scan.stepUdeg : this.#skipped ? null : scan.fromUdeg;
    if (expected !== null && Math.abs(chunk.fromUdeg - expected) > scan.stepUdeg / 2) {
      throw fault('deviceFault', scan, `chunk ${chunk.sequence} begins at ${chunk.fromUdeg / 1e6} deg instead of ${expected / 1e6} deg`);
    }
    if (this.#points + chunk.counts.length > scan.pointCount) {
      throw fault('deviceFault', scan, `the instrument sends more than the ${scan.pointCount} points commanded`);
    }
  }
}

function lastUdegOf(chunk: WireChunk): number {
  return chunk.fromUdeg + (chunk.counts.length - 1) * chunk.stepUdeg;
}

function fault(code: 'link' | 'deviceFault', scan: WireScan | null, message: string): EwaldError {
  const remedy = code === 'link' ? 'measure it again' : 'look at the instrument: its points cannot be trusted';
  return new EwaldError(code, scan ? `${scan.requestId}.${scan.attempt}` : 'scan', message, remedy);
}
