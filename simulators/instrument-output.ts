import type { WireAlarm, WireChunk, WireEnd } from '../drivers/mqtt/protocol.ts';

/** Where the instrument's messages go; a transport implements it. */
export interface InstrumentOutput {
  /** The safety state changed: fetch a new message and send it. */
  safety(): void;
  /** `null` clears the alarm. */
  alarm(alarmId: string, alarm: WireAlarm | null): void;
  chunk(chunk: WireChunk): void;
  end(end: WireEnd): void;
}
