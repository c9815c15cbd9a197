import type { RunView } from '../domain/decision.ts';
import type { Identification } from '../domain/identification.ts';
import type { ScanChunk, ScanCommand } from '../domain/scan.ts';
import type { Capabilities, Diffractometer, InstrumentIdentity } from '../ports/diffractometer.ts';
import type { Identifier } from '../ports/identifier.ts';
import type { Policy } from '../ports/policy.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { RunContext } from './context.ts';

export type RunProgress =
  | { readonly kind: 'state'; readonly state: string; readonly context: RunContext }
  | { readonly kind: 'chunk'; readonly command: ScanCommand; readonly chunk: ScanChunk; readonly points: number }
  | { readonly kind: 'identified'; readonly identification: Identification }
  | { readonly kind: 'viewed'; readonly view: RunView };

/** Everything a run works with; the instrument is open and behind its guard. */
export interface RunParts {
  readonly diffractometer: Diffractometer;
  readonly driverId: string;
  readonly capabilities: Capabilities;
  readonly identity: InstrumentIdentity;
  readonly identifier: Identifier;
  readonly policy: Policy;
  readonly store: RunStore;
  readonly runtime: Runtime;
  /** Rate in counts per second above which the detector is said to lose counts. */
  readonly detectorMaxCps?: number;
  readonly onProgress: (progress: RunProgress) => void;
}
