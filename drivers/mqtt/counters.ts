/** What the driver saw and did about it, since it was opened. */
export interface WireCounters {
  /** Messages that break the protocol. */
  garbled: number;
  /** Chunks that were here already. */
  duplicates: number;
  /** Frames of another boot, of another scan than their topic says, or of a scan that nobody follows. */
  foreign: number;
  /** Requests to send chunks again. */
  resends: number;
  /** Replies that nobody waited for any more. */
  lateReplies: number;
}

export function zeroCounters(): WireCounters {
  return { garbled: 0, duplicates: 0, foreign: 0, resends: 0, lateReplies: 0 };
}
