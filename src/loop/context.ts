import type { RunGoal, Verdict } from '../domain/decision.ts';
import type { EwaldErrorCode } from '../domain/errors.ts';
import type { DisagreementRegion } from '../domain/identification.ts';
import type { Scan, ScanCommand, ScanRequest } from '../domain/scan.ts';
import type { ScanFinding } from '../domain/scan-finding.ts';
import type { TimeLedger } from '../ports/diffractometer.ts';

/** What the run knows: plain JSON, arrays of counts live in the store. */
export interface RunContext {
  readonly runId: string;
  readonly goal: RunGoal;
  readonly sampleId: string;
  readonly policyId: string;
  readonly modelId: string;
  readonly seed: number;
  readonly cycle: number;
  /** Scans of the current decision that are not yet issued. */
  readonly queue: readonly ScanRequest[];
  /** The command whose fate is not settled; set before it is sent, cleared when its scan is stored. */
  readonly pending: PendingScan | null;
  readonly scans: readonly ScanFacts[];
  /** What is wrong with what the first cycle measured; missing until it was looked at. */
  readonly scanFindings?: readonly ScanFinding[];
  readonly patternId: string | null;
  readonly identificationId: string | null;
  readonly cycles: readonly CycleFacts[];
  readonly commandsIssued: number;
  readonly scansRepeated: number;
  readonly scansLost: number;
  readonly resumes: number;
  readonly thinkingMs: number;
  readonly failures: { readonly inARow: number; readonly last: string | null; readonly lastCode?: EwaldErrorCode };
  /** Where the maps of rival phases disagree, as of the last identification. */
  readonly regions: readonly DisagreementRegion[];
  /** The identification that the regions belong to. */
  readonly comparedId: string | null;
  /** What went wrong, where the verdict is a fault. */
  readonly faultCode: EwaldErrorCode | null;
  readonly verdict: Verdict | null;
}

export interface PendingScan {
  readonly request: ScanRequest;
  readonly command: ScanCommand;
}

export interface ScanFacts {
  readonly scanId: string;
  readonly requestId: string;
  readonly attempt: number;
  readonly cycle: number;
  readonly purpose: ScanRequest['purpose'];
  readonly fromDeg: number;
  readonly toDeg: number;
  readonly stepDeg: number;
  readonly dwellS: number;
  readonly points: number;
  readonly countsSum: number;
  readonly liveSSum: number;
  readonly completeness: Scan['completeness'];
  readonly startedAtS: number;
  readonly endedAtS: number;
  readonly ledgerS: TimeLedger;
}

export interface CycleFacts {
  readonly cycle: number;
  readonly decisionId: string;
  readonly viewId: string;
  readonly reason: string;
  readonly requests: readonly ScanRequest[];
  readonly phaseIdsAfter: readonly string[];
  readonly setProbabilityAfter: number | null;
  readonly instrumentSAfter: number | null;
}

/** Instrument time spent so far in s: from the start to the end of every scan, on the instrument's clock. */
export function spentS(context: Pick<RunContext, 'scans'>): number {
  return context.scans.reduce((sum, scan) => sum + (scan.endedAtS - scan.startedAtS), 0);
}

export function newContext(start: Pick<RunContext, 'runId' | 'goal' | 'sampleId' | 'policyId' | 'modelId' | 'seed'>): RunContext {
  return {
    ...start,
    cycle: 0,
    queue: [],
    pending: null,
    scans: [],
    patternId: null,
    identificationId: null,
    cycles: [],
    commandsIssued: 0,
    scansRepeated: 0,
    scansLost: 0,
    resumes: 0,
    thinkingMs: 0,
    failures: { inARow: 0, last: null },
    regions: [],
    comparedId: null,
    faultCode: null,
    verdict: null,
  };
}
