import type { RecordedScan } from './format-reader.ts';

/** The bytes of a file, and what of the scans they do not hold: sentences for the user. */
export interface WrittenFile {
  readonly bytes: Uint8Array;
  readonly lost: readonly string[];
}

export interface FormatWriter {
  readonly id: string;
  readonly title: string;
  /** Endings that choose this writer, lower case, without the dot; the first one is customary. */
  readonly extensions: readonly string[];
  /** Id of the reader that reads such a file back. */
  readonly readBy: string;
  /** Can one file hold several scans? */
  readonly holdsSeveral: boolean;
  /**
   * Intensities are written as they are, never scaled or corrected. `scans` holds at least one scan, and one only where `holdsSeveral` is
   * false. Throws badInput, subject `fileName`, where the format cannot say what the scans hold.
   */
  write(scans: readonly RecordedScan[], fileName: string): WrittenFile | Promise<WrittenFile>;
}
