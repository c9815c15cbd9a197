import { asEwaldError, type EwaldError } from '../domain/errors.ts';
import { type ScanChunk, type ScanCommand, scanIdOf } from '../domain/scan.ts';
import type { RunParts } from './parts.ts';

/** A group never grows beyond so many points. */
const MOST_POINTS = 65_536;

/**
 * The chunks of one scan on their way to the disk. What comes within one turn of the event loop is stored in one go and acknowledged by one
 * acknowledgement, which covers all before it: waiting for the disk costs far more than writing. Nothing is acknowledged before it is stored.
 */
export class ChunkGroup {
  readonly #parts: RunParts;
  readonly #runId: string;
  readonly #command: ScanCommand;
  readonly #onTrouble: (error: EwaldError) => void;
  readonly #seen: Set<number>;
  #points: number;
  #waiting: ScanChunk[] = [];
  #waitingPoints = 0;

  /** `onTrouble` hears where a group that was due could not be stored. */
  constructor(parts: RunParts, runId: string, command: ScanCommand, onTrouble: (error: EwaldError) => void) {
    this.#parts = parts;
    this.#runId = runId;
    this.#command = command;
    this.#onTrouble = onTrouble;
    const known = parts.store.chunks(runId, command);
    this.#seen = new Set(known.map((chunk) => chunk.sequence));
    this.#points = known.reduce((sum, chunk) => sum + chunk.counts.length, 0);
  }

  add(chunk: ScanChunk): void {
    this.#waiting.push(chunk);
    this.#waitingPoints += chunk.counts.length;
    if (this.#waitingPoints >= MOST_POINTS) this.#flushOrTell();
    else if (this.#waiting.length === 1) void this.#parts.runtime.clock.sleep(0).then(() => this.#flushOrTell());
  }

  /** Stores and acknowledges what waits, now. Throws 'store' where it cannot be stored; it is then given up here, for the instrument keeps it. */
  flush(): void {
    const chunks = this.#waiting;
    this.#waiting = [];
    this.#waitingPoints = 0;
    const last = chunks.at(-1);
    if (!last) return;
    this.#parts.store.appendChunks(this.#runId, chunks);
    for (const chunk of chunks) {
      if (!this.#seen.has(chunk.sequence)) this.#points += chunk.counts.length;
      this.#seen.add(chunk.sequence);
      this.#parts.onProgress({ kind: 'chunk', command: this.#command, chunk, points: this.#points });
    }
    this.#acknowledge(last.sequence);
  }

  #flushOrTell(): void {
    try {
      this.flush();
    } catch (error) {
      this.#onTrouble(asEwaldError(error));
    }
  }

  #acknowledge(sequence: number): void {
    const { requestId, attempt } = this.#command;
    this.#parts.diffractometer.acknowledge(requestId, attempt, sequence).catch((error: unknown) => {
      this.#parts.runtime.log.warn('chunks could not be acknowledged; they will be delivered again', {
        scanId: scanIdOf(this.#command),
        sequence,
        error: asEwaldError(error).message,
      });
    });
  }
}
