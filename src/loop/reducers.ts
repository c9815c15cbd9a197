import { widthDeg } from '../domain/angle-range.ts';
import type { Decision, RunView, Verdict } from '../domain/decision.ts';
import type { EwaldError, EwaldErrorCode } from '../domain/errors.ts';
import type { DisagreementRegion, Identification } from '../domain/identification.ts';
import { claimed } from '../domain/identification.ts';
import type { Scan, ScanRequest } from '../domain/scan.ts';
import type { ScanFinding } from '../domain/scan-finding.ts';
import type { TimeLedger } from '../ports/diffractometer.ts';
import { type PendingScan, type RunContext, type ScanFacts, spentS } from './context.ts';
import type { Merged } from './facts.ts';

/** One pure function per fact that can enter the context. */

export function withDecision(context: RunContext, decision: Decision, view: RunView): RunContext {
  if (decision.kind !== 'measure') return { ...context, verdict: decision };
  const cycle = context.cycle + 1;
  const requests = decision.requests.map(
    (planned, index): ScanRequest => ({ ...planned, requestId: `${context.runId}-c${cycle}-${index + 1}`, runId: context.runId, cycle }),
  );
  const facts = {
    cycle,
    decisionId: `${context.runId}-d${cycle}`,
    viewId: view.viewId,
    reason: decision.reason,
    requests,
    phaseIdsAfter: [],
    setProbabilityAfter: null,
    instrumentSAfter: null,
  };
  return { ...context, cycle, queue: requests, cycles: [...context.cycles, facts] };
}

/** The next request of the queue, or the same one once more, is about to be sent. */
export function withCommand(context: RunContext, pending: PendingScan): RunContext {
  const queue = context.queue[0]?.requestId === pending.request.requestId ? context.queue.slice(1) : context.queue;
  const again = pending.command.attempt > 1 ? 1 : 0;
  return { ...context, queue, pending, commandsIssued: context.commandsIssued + 1, scansRepeated: context.scansRepeated + again };
}

/** A scan is stored, whether it was watched or found. What a cut-short scan left out is asked for again, under a new id. */
export function withScan(context: RunContext, scan: Scan, ledgerS: TimeLedger): RunContext {
  if (context.scans.some((known) => known.scanId === scan.scanId)) return { ...context, pending: null };
  const request = context.pending?.request;
  const facts: ScanFacts = {
    scanId: scan.scanId,
    requestId: scan.command.requestId,
    attempt: scan.command.attempt,
    cycle: request?.cycle ?? context.cycle,
    purpose: request?.purpose ?? 'survey',
    fromDeg: scan.twoThetaDeg[0] ?? scan.command.range.fromDeg,
    toDeg: scan.twoThetaDeg.at(-1) ?? scan.command.range.fromDeg,
    stepDeg: scan.command.stepDeg,
    dwellS: scan.command.dwellS,
    points: scan.counts.length,
    countsSum: sum(scan.counts),
    liveSSum: sum(scan.liveS),
    completeness: scan.completeness,
    startedAtS: scan.startedAtS,
    endedAtS: scan.endedAtS,
    ledgerS,
  };
  const rest = request ? remainder(request, scan) : [];
  return {
    ...context,
    pending: null,
    queue: [...rest, ...context.queue],
    scans: scan.counts.length > 0 ? [...context.scans, facts] : context.scans,
    failures: { inARow: 0, last: null },
  };
}

/** A part that was cut short so many times over stays unmeasured: the instrument cannot, and the policy sees what there is. */
const MAX_RESTS = 4;

function remainder(request: ScanRequest, scan: Scan): ScanRequest[] {
  if (request.requestId.split('-rest').length > MAX_RESTS) return [];
  return scan.gaps
    .filter((gap) => widthDeg(gap) > scan.command.stepDeg)
    .map((gap, index) => ({
      ...request,
      requestId: `${request.requestId}-rest${index + 1}`,
      range: gap,
      because: `${request.because}; the part that was cut short`,
    }));
}

/**
 * The sample may not have so much beam any more: what is still wanted is dropped. The policy decides on what the cycle has measured; where that is
 * nothing, the run ends.
 */
export function withDoseSpent(context: RunContext): RunContext {
  const rest = { ...context, queue: [], pending: null };
  if (context.scans.some((scan) => scan.cycle === context.cycle)) return rest;
  const before = context.cycles.findLast((cycle) => cycle.setProbabilityAfter !== null);
  const verdict: Verdict = {
    kind: 'inconclusive',
    reasonCode: 'budgetSpent',
    phaseIds: before?.phaseIdsAfter ?? [],
    setProbability: before?.setProbabilityAfter ?? null,
    reason: 'the sample has had the beam for as long as the limits allow',
  };
  return { ...rest, verdict: context.verdict ?? verdict };
}

/** The attempt left nothing behind: the same request goes out once more. */
export function withLostScan(context: RunContext): RunContext {
  return { ...context, scansLost: context.scansLost + 1 };
}

export function withPattern(context: RunContext, { patternId, scanFindings }: Merged): RunContext {
  return { ...context, patternId, scanFindings, verdict: context.verdict ?? verdictOn(scanFindings) };
}

/** A measurement from which nothing can be read ends the run; the sentence says why. */
export function verdictOn(findings: readonly ScanFinding[]): Verdict | null {
  const stop = findings.find(({ severity }) => severity === 'stop');
  return stop ? { kind: 'inconclusive', reasonCode: 'futile', phaseIds: [], setProbability: null, reason: stop.message } : null;
}

export function withIdentification(context: RunContext, identification: Identification, thinkingMs: number): RunContext {
  const cycles = context.cycles.map((cycle) =>
    cycle.cycle === context.cycle
      ? {
          ...cycle,
          phaseIdsAfter: claimed(identification).map((phase) => phase.phaseId),
          setProbabilityAfter: identification.setProbability,
          instrumentSAfter: spentS(context),
        }
      : cycle,
  );
  return { ...context, identificationId: identification.identificationId, thinkingMs: context.thinkingMs + thinkingMs, cycles };
}

export function withRegions(context: RunContext, regions: readonly DisagreementRegion[], thinkingMs: number): RunContext {
  return { ...context, regions, comparedId: context.identificationId, thinkingMs: context.thinkingMs + thinkingMs };
}

export function withFailure(context: RunContext, error: EwaldError): RunContext {
  return { ...context, failures: { inARow: context.failures.inARow + 1, last: error.message, lastCode: error.code } };
}

/** The run ends because something broke; the first fault is the one that counts. */
export function withFault(context: RunContext, code: EwaldErrorCode, reasonCode: Verdict['reasonCode'], reason: string): RunContext {
  if (context.verdict) return context;
  return { ...context, faultCode: code, verdict: { kind: 'fault', reasonCode, phaseIds: [], setProbability: null, reason } };
}

/** A human starts the run again. */
export function withResume(context: RunContext): RunContext {
  return { ...context, resumes: context.resumes + 1, verdict: null, faultCode: null, failures: { inARow: 0, last: null } };
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
