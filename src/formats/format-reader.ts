import type { Radiation } from '../domain/radiation.ts';

/**
 * One scan as a file holds it. Arrays are equally long, angles ascending in degrees 2theta.
 * `counts` are raw where `unit` is 'counts': a beam attenuator of factor f is told by a live time shortened f times, so that counts / liveS
 * stays the rate of the open beam and the counts stay Poisson counts. `liveS` is per point and null where it is the same for all points;
 * `stepTimeS` is then the live time of each point, or null where the file does not say.
 */
export interface RecordedScan {
  readonly unit: 'counts' | 'cps' | 'arbitrary';
  readonly twoThetaDeg: Float64Array;
  readonly counts: Float64Array;
  readonly liveS: Float64Array | null;
  readonly stepTimeS: number | null;
  /** Null where the file names no wavelength: it is never assumed. */
  readonly radiation: Radiation | null;
  readonly sampleName: string | null;
  /** Time stamps as the file writes them. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly status: string | null;
  /** Did the writer of the file multiply attenuated points by their factor? */
  readonly attenuationApplied: boolean;
  /** Opening of a strip detector in degrees 2theta. */
  readonly apertureDeg: number | null;
  readonly radiusMm: number | null;
  readonly scanAxis: string | null;
}

/** At least one scan; `warnings` are sentences for the user. */
export interface RecordedFile {
  readonly formatId: string;
  readonly scans: readonly RecordedScan[];
  readonly warnings: readonly string[];
}

export interface FormatReader {
  readonly id: string;
  readonly title: string;
  /** Customary endings, lower case, without the dot; they help people, detection goes by content. */
  readonly extensions: readonly string[];
  /** By what in the content it is told, in a few words. */
  readonly mark: string;
  /** Is this the format's own kind of content? Looks at the beginning only, never throws. */
  sniff(bytes: Uint8Array, fileName: string): boolean;
  /** Throws or rejects with badInput, subject `fileName`, where the content is damaged; a promise only where a library must be loaded. */
  read(bytes: Uint8Array, fileName: string): RecordedFile | Promise<RecordedFile>;
}
