import type { AngleRange } from '../src/domain/angle-range.ts';
import type { Radiation } from '../src/domain/radiation.ts';
import type { Capabilities } from '../src/ports/diffractometer.ts';
import type { SampleHolder } from './sample-holder.ts';
import type { RateOf, TakenAtS } from './virtual-detector.ts';

/** A scan as the wire commands it: point i at fromUdeg + i stepUdeg (1e-6 degree), each with the live time dwellNs. */
export interface WireScan {
  readonly fromUdeg: number;
  readonly stepUdeg: number;
  readonly pointCount: number;
  readonly dwellNs: number;
}

export interface CountedPoints {
  readonly fromUdeg: number;
  readonly counts: number[];
  /** One value for all points, or one for each. */
  readonly liveNs: number | number[];
}

/** One running scan of a specimen; points are counted in order, each once. */
export interface Exposure {
  /** Counts points `first` to `first + n - 1`. */
  count(first: number, n: number): CountedPoints;
}

/** What lies in the beam together with the detector that looks at it. */
export interface Specimen {
  /** Neutral: it travels on the wire and must not tell what the sample is. */
  readonly sampleId: string;
  readonly radiation: Radiation;
  readonly rasters: Capabilities['rasters'];
  /** Angles it can be measured at, or null where only the goniometer limits them. */
  readonly range: AngleRange | null;
  /** Opening of the strip detector that a recording was made with; null where any will do. */
  readonly apertureDeg: number | null;
  /** Why this scan cannot be had, or null. */
  refusal(scan: WireScan): { readonly code: 'invalid' | 'outOfLimits' | 'deviceFault'; readonly text: string } | null;
  /** `takenAtS` tells when each point is measured. */
  expose(scan: WireScan, takenAtS: TakenAtS): Exposure;
  /** True rates in counts per second at any angles; absent where there are only counts that were recorded once. */
  readonly rateCps?: RateOf;
  /** Where something else can be put in its place; absent where there are only counts that were recorded once. */
  readonly holder?: SampleHolder;
  /** What it really is; for the truth file only, never for the wire. */
  truth(): Readonly<Record<string, unknown>>;
}
