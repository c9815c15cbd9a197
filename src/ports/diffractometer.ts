import type { Observable } from 'rxjs';
import type { AngleRange } from '../domain/angle-range.ts';
import type { CostModel } from '../domain/decision.ts';
import type { Radiation } from '../domain/radiation.ts';
import type { ScanChunk, ScanCommand } from '../domain/scan.ts';

/** What an instrument can do. `fit-request` alone bends a request to it. */
export interface Capabilities {
  readonly twoThetaLimits: AngleRange;
  /** Steps are whole multiples of `rasterDeg`. */
  readonly stepDeg: { readonly min: number; readonly max: number; readonly rasterDeg: number };
  /** 'free': points stand on whole multiples of `stepDeg.rasterDeg`; else the only rasters on offer, point k at originDeg + k stepDeg. */
  readonly rasters: 'free' | readonly { readonly stepDeg: number; readonly originDeg: number }[];
  readonly dwellS: { readonly min: number; readonly max: number };
  readonly minWindowDeg: number;
  /** Longest that one scan may take, instrument s; missing where nothing bounds it. */
  readonly maxScanS?: number;
  /** How long the driver waits for a scan that is overdue, wall ms: this long in all at least, and so much longer than it should take; missing where the guard's own patience is enough. */
  readonly overdue?: { readonly leastMs: number; readonly graceMs: number };
  readonly cost: CostModel;
  readonly programs:
    | 'free'
    | readonly { readonly name: string; readonly range: AngleRange; readonly stepDeg: number; readonly dwellS: number }[];
  readonly modes: readonly ('step' | 'continuous' | 'snapshot')[];
  readonly delivers: 'stream' | 'file';
  readonly canFind: boolean;
  readonly canAbort: boolean;
  readonly hasShutter: boolean;
}

export interface InstrumentIdentity {
  readonly instrumentId: string;
  readonly title: string;
  readonly software: string;
  readonly simulated: boolean;
  readonly radiation: Radiation;
  readonly sampleId: string;
  /** A new one at every start of the instrument; a command planned against another boot is refused. */
  readonly bootId: string;
  /** The instrument's clock now in s, and how fast it runs against the wall (1 for a real one). */
  readonly clockS: number;
  readonly clockSpeed: number;
}

export interface SafetyState {
  readonly interlockClosed: boolean;
  readonly doorsClosed: boolean;
  readonly emergencyStop: boolean;
  readonly generatorOn: boolean;
  readonly shutter: 'open' | 'closed' | 'unknown';
  /** On this computer's monotonic clock, in ms: after it the state is stale, and stale means unsafe. */
  readonly validUntilMs: number;
}

export type AlertKind = 'interlock' | 'shutter' | 'generator' | 'link' | 'localControl' | 'device';

export interface InstrumentAlert {
  readonly kind: AlertKind;
  readonly message: string;
  /** A cleared alert is reported once more with false. */
  readonly active: boolean;
}

/** Where the instrument's time went, in s on its own clock. */
export interface TimeLedger {
  readonly counting: number;
  readonly moving: number;
  readonly settling: number;
  readonly overhead: number;
  readonly shutter: number;
  readonly waiting: number;
}

/** How a scan ended. `chunkCount` chunks were made, sequences 0 to chunkCount - 1. Times on the instrument's clock. */
export interface ScanReport {
  readonly startedAtS: number;
  readonly endedAtS: number;
  readonly chunkCount: number;
  readonly completeness: 'whole' | 'cut-short';
  /** Why it was cut short, in plain words. */
  readonly reason: string | null;
  readonly ledgerS: TimeLedger;
}

/** `chunks` are those that the far end still keeps: everything not yet acknowledged. */
export type FoundScan =
  | { readonly kind: 'finished'; readonly chunks: readonly ScanChunk[]; readonly report: ScanReport }
  | { readonly kind: 'running' }
  | { readonly kind: 'lost' };

/** An instrument. The constructor does nothing; every method may reject with an EwaldError. */
export interface Diffractometer {
  /** Subscribes before it can ever command. */
  open(signal: AbortSignal): Promise<Capabilities>;
  identity(): Promise<InstrumentIdentity>;
  /** Replays the last known state. */
  safety(): Observable<SafetyState>;
  alerts(): Observable<InstrumentAlert>;
  /**
   * Starts the scan, or attaches to it where this requestId.attempt runs or ran already; every chunk that is not yet acknowledged, once and
   * in order.
   * Completes after the last chunk of a whole scan; errors with 'deviceFault' or 'unsafe' where the instrument cut it short, 'link' where
   * the wire failed, 'refused' where it never began. Unsubscribing never means "stop the instrument".
   */
  scan(command: ScanCommand): Observable<ScanChunk>;
  /** Called once this chunk and all before it are durably stored; the far end keeps them until then. */
  acknowledge(requestId: string, attempt: number, sequence: number): Promise<void>;
  find(requestId: string, attempt: number): Promise<FoundScan>;
  /** How long the sample may still be in the beam, instrument s; missing where nobody keeps the account. */
  beamLeftS?(sampleId: string): number;
  /** Shutter closed and read back, axes stopped. Idempotent, legal in every state. */
  makeSafe(reason: string): Promise<void>;
  close(): Promise<void>;
}
