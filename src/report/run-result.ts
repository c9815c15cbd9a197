import { type RunContext, type ScanFacts, spentS } from '../loop/context.ts';
import type { TimeLedger } from '../ports/diffractometer.ts';
import { identifyResultOf } from './identify-result.ts';
import type { RunRecord } from './run-record.ts';

/** What the run itself does not know. */
export interface RunSurroundings {
  /** Instrument time in s that the plan foresaw; null where nothing was planned. */
  readonly estimateS: number | null;
  readonly wallS: number;
  readonly driver: string | null;
  readonly simulated: boolean | null;
  readonly reportFile: string | null;
}

export type LedgerS = TimeLedger & { readonly thinking: number; readonly instrument: number; readonly wall: number };

/** The result of `run --json`; every number comes from the store. `simulated` belongs to the envelope and is left to it. */
export function runResultOf(record: RunRecord, surroundings: RunSurroundings): Record<string, unknown> {
  const { context, identification, origin } = record;
  return {
    runId: record.runId,
    driver: surroundings.driver,
    instrumentId: origin.instrumentId,
    sampleId: context.sampleId,
    policyId: context.policyId,
    modelId: context.modelId,
    goal: context.goal,
    verdict: context.verdict,
    scanFindings: context.scanFindings ?? [],
    identification: identification && identifyResultOf(identification, origin.modelSha256, context.regions),
    cycles: context.cycles.map(({ requests, ...cycle }) => ({
      ...cycle,
      requests: requests.map(({ requestId, purpose, range, stepDeg, dwellS, because }) => ({
        requestId,
        purpose,
        ...range,
        stepDeg,
        dwellS,
        because,
      })),
      scans: context.scans.filter((scan) => scan.cycle === cycle.cycle).map(scanResult),
    })),
    estimateS: surroundings.estimateS,
    ledgerS: ledgerOf(context, surroundings.wallS),
    integrity: integrityOf(context),
    truth: null,
    reportFile: surroundings.reportFile,
  };
}

function scanResult({ scanId, attempt, points, countsSum, liveSSum, completeness }: ScanFacts): Record<string, unknown> {
  return { scanId, attempt, points, countsSum, liveSSum, completeness };
}

/** Where the time went, in s: the scans' ledgers added; `thinking` and `wall` run on this computer's clock, the rest on the instrument's. */
export function ledgerOf(context: RunContext, wallS: number): LedgerS {
  const total = (part: keyof TimeLedger) => context.scans.reduce((sum, scan) => sum + scan.ledgerS[part], 0);
  return {
    counting: total('counting'),
    moving: total('moving'),
    settling: total('settling'),
    overhead: total('overhead'),
    shutter: total('shutter'),
    waiting: total('waiting'),
    thinking: context.thinkingMs / 1000,
    instrument: spentS(context),
    wall: wallS,
  };
}

export interface Integrity {
  readonly countsSum: number;
  readonly liveSSum: number;
  readonly commandsIssued: number;
  readonly scansStored: number;
  readonly scansLost: number;
  readonly scansRepeated: number;
  readonly resumes: number;
}

export function integrityOf(context: RunContext): Integrity {
  return {
    countsSum: context.scans.reduce((sum, scan) => sum + scan.countsSum, 0),
    liveSSum: context.scans.reduce((sum, scan) => sum + scan.liveSSum, 0),
    commandsIssued: context.commandsIssued,
    scansStored: context.scans.length,
    scansLost: context.scansLost,
    scansRepeated: context.scansRepeated,
    resumes: context.resumes,
  };
}
