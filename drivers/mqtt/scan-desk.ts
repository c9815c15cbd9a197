import type { Clock } from '../../src/ports/runtime.ts';
import { Mailbox } from './mailbox.ts';
import type { WireChunk, WireEnd } from './protocol.ts';

export interface ScanKey {
  readonly requestId: string;
  readonly attempt: number;
}

export type ScanEvent =
  | { readonly kind: 'chunk'; readonly chunk: WireChunk }
  | { readonly kind: 'end'; readonly end: WireEnd }
  | { readonly kind: 'garbled'; readonly of: 'chunk' | 'end' }
  /** Something else changed: look again. */
  | { readonly kind: 'wake' };

export interface ScanWatch {
  readonly mailbox: Mailbox<ScanEvent>;
  stop(): void;
}

/** Sorts what comes for scans into the mailboxes of those who follow them. */
export class ScanDesk {
  readonly #clock: Clock;
  readonly #watched = new Map<string, Set<Mailbox<ScanEvent>>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  watch(key: ScanKey): ScanWatch {
    const name = nameOf(key);
    const mailbox = new Mailbox<ScanEvent>(this.#clock);
    const boxes = this.#watched.get(name) ?? new Set();
    this.#watched.set(name, boxes.add(mailbox));
    const stop = () => {
      boxes.delete(mailbox);
      if (boxes.size === 0 && this.#watched.get(name) === boxes) this.#watched.delete(name);
    };
    return { mailbox, stop };
  }

  /** False where nobody follows this scan. */
  hand(key: ScanKey, event: ScanEvent): boolean {
    const boxes = this.#watched.get(nameOf(key));
    for (const mailbox of boxes ?? []) mailbox.put(event);
    return boxes !== undefined;
  }

  wakeAll(): void {
    for (const boxes of this.#watched.values()) for (const mailbox of boxes) mailbox.put({ kind: 'wake' });
  }
}

function nameOf({ requestId, attempt }: ScanKey): string {
  return `${requestId}/${attempt}`;
}

/** The scan that a topic `<root>/scan/<requestId>/<attempt>/<what>` speaks of; null where it names none. */
export function keyOf(topic: string): ScanKey | null {
  const [requestId, attempt] = topic.split('/').slice(-3);
  return requestId && Number.isInteger(Number(attempt)) ? { requestId, attempt: Number(attempt) } : null;
}

/** What is wrong with a chunk that keeps the schema; null where nothing is. */
export function misfit({ counts, liveNs }: WireChunk): string | null {
  return Array.isArray(liveNs) && liveNs.length !== counts.length ? `${liveNs.length} live times for ${counts.length} counts` : null;
}
