import type { WireChunk, WireEnd } from '../drivers/mqtt/protocol.ts';

export interface ScanKey {
  readonly requestId: string;
  readonly attempt: number;
}

/** What the instrument remembers of one scan. */
export interface ScanRecord {
  readonly key: ScanKey;
  /** Chunks not yet acknowledged, by sequence. */
  readonly kept: Map<number, WireChunk>;
  chunkCount: number;
  /** Null while it runs. */
  end: WireEnd | null;
}

/** Every scan since the instrument was switched on, and the chunks that nobody has acknowledged. */
export class ScanBook {
  private readonly records = new Map<string, ScanRecord>();
  private points = 0;

  get(key: ScanKey): ScanRecord | null {
    return this.records.get(nameOf(key)) ?? null;
  }

  begin(key: ScanKey): ScanRecord {
    const record: ScanRecord = { key: { requestId: key.requestId, attempt: key.attempt }, kept: new Map(), chunkCount: 0, end: null };
    this.records.set(nameOf(key), record);
    return record;
  }

  keep(record: ScanRecord, chunk: WireChunk): void {
    record.kept.set(chunk.sequence, chunk);
    record.chunkCount = Math.max(record.chunkCount, chunk.sequence + 1);
    this.points += chunk.counts.length;
  }

  /** Forgets the chunks up to and including `sequence`. */
  acknowledge(record: ScanRecord, sequence: number): void {
    for (const [kept, chunk] of record.kept) {
      if (kept > sequence) continue;
      this.points -= chunk.counts.length;
      record.kept.delete(kept);
    }
  }

  /** Points kept for want of an acknowledgement, over all scans. */
  pointsKept(): number {
    return this.points;
  }
}

function nameOf(key: ScanKey): string {
  return `${key.requestId}.${key.attempt}`;
}
