import type { AngleRange } from './angle-range.ts';
import type { Radiation } from './radiation.ts';

export type ScanPurpose = 'survey' | 'rescan' | 'extend';

/** What the policy wants measured. `dwellS` is the live time of each point. */
export interface ScanRequest {
  readonly requestId: string;
  readonly runId: string;
  readonly cycle: number;
  readonly range: AngleRange;
  readonly stepDeg: number;
  readonly dwellS: number;
  readonly purpose: ScanPurpose;
  readonly because: string;
}

export type ScanMode = { readonly kind: 'step' | 'continuous' | 'snapshot' } | { readonly kind: 'program'; readonly name: string };

export interface SamplePlace {
  readonly sampleId: string;
  readonly slot: string | null;
}

/** What this instrument can do of a request. Point i stands at `range.fromDeg + i * stepDeg`. `notAfterS` is on the instrument's clock. */
export interface ScanCommand {
  readonly requestId: string;
  readonly attempt: number;
  readonly sample: SamplePlace;
  readonly range: AngleRange;
  readonly stepDeg: number;
  readonly dwellS: number;
  readonly pointCount: number;
  readonly expectedS: number;
  readonly notAfterS: number;
  readonly how: ScanMode;
}

/** Points as they come off the wire: equally long arrays. `sequence` counts from 0 without gaps within one attempt. */
export interface ScanChunk {
  readonly requestId: string;
  readonly attempt: number;
  readonly sequence: number;
  readonly twoThetaDeg: Float64Array;
  readonly counts: Float64Array;
  readonly liveS: Float64Array;
  readonly instrumentTimeS: number;
}

/** A finished measurement; never changed again. Arrays are equally long, angles ascending, counts raw. Times on the instrument's clock, in s. */
export interface Scan {
  readonly scanId: string;
  readonly command: ScanCommand;
  readonly instrumentId: string;
  readonly radiation: Radiation;
  readonly startedAtS: number;
  readonly endedAtS: number;
  readonly twoThetaDeg: Float64Array;
  readonly counts: Float64Array;
  readonly liveS: Float64Array;
  readonly completeness: 'whole' | 'cut-short';
  readonly gaps: readonly AngleRange[];
}

export function scanIdOf(command: Pick<ScanCommand, 'requestId' | 'attempt'>): string {
  return `${command.requestId}.${command.attempt}`;
}
