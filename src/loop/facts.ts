import type { EwaldError } from '../domain/errors.ts';
import type { Scan } from '../domain/scan.ts';
import type { ScanFinding } from '../domain/scan-finding.ts';
import type { InstrumentAlert, TimeLedger } from '../ports/diffractometer.ts';

/** What enters a run: what it is told, and what became of what it asked for. */

/** What the run is told from outside. */
export type RunEvent = { type: 'start' } | { type: 'resume' } | { type: 'pause' } | { type: 'alert'; alert: InstrumentAlert };

/** A scan as it came, and what ended it early. */
export type Measured = { readonly scan: Scan; readonly ledgerS: TimeLedger; readonly trouble: EwaldError | null };
/** All scans added, and what is wrong with those of the first cycle. */
export type Merged = { readonly patternId: string; readonly scanFindings: readonly ScanFinding[] };
/** What became of the last command. */
export type Fate =
  | { readonly kind: 'none' | 'watch' | 'lost'; readonly measured: null }
  | { readonly kind: 'stored'; readonly measured: Measured };
