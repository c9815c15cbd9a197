import { filter, map } from 'rxjs';
import { fromEventObservable, fromPromise } from 'xstate';
import { compareRivals } from '../analysis/compare-rivals.ts';
import { fitRequest } from '../analysis/fit-request.ts';
import { mergeScans } from '../analysis/merge-scans.ts';
import type { RunView } from '../domain/decision.ts';
import { EwaldError } from '../domain/errors.ts';
import { identificationIdOf } from '../domain/identification.ts';
import { saveCheckpoint } from './checkpoint.ts';
import { type RunContext, spentS } from './context.ts';
import type { Measured, Merged, RunEvent } from './facts.ts';
import { runMachine } from './machine.ts';
import { keepWhatWasCounted, settle, watchScan } from './measure.ts';
import type { RunParts } from './parts.ts';
import { withCommand } from './reducers.ts';
import { examineFirstCycle } from './scan-gate.ts';

/** How long after it was issued a command may still begin, in s of the instrument's clock. */
const PATIENCE_S = 120;

/** The machine with its actors: each asks the store first whether its work is already done, so that a resumed run repeats nothing. */
export function provideActors(parts: RunParts) {
  return runMachine.provide({
    actors: {
      watchAlerts: fromEventObservable(() =>
        parts.diffractometer.alerts().pipe(
          map((alert): RunEvent => ({ type: 'alert', alert })),
          filter((event) => event.type === 'alert' && event.alert.active),
        ),
      ),
      reconcile: fromPromise(async ({ input }: { input: RunContext }) =>
        input.pending ? settle(parts, input.runId, input.pending.command) : { kind: 'none' as const, measured: null },
      ),
      decide: fromPromise(async ({ input }: { input: RunContext }) => decide(parts, input)),
      commit: fromPromise(async ({ input }: { input: RunContext }) => commit(parts, input)),
      measure: fromPromise(async ({ input, signal }: { input: RunContext; signal: AbortSignal }) => {
        if (!input.pending)
          throw new EwaldError('internal', input.runId, 'there is no command to watch', 'report this with the log of the run');
        return watchScan(parts, input.runId, input.pending.command, signal);
      }),
      merge: fromPromise(async ({ input }: { input: RunContext }) => merge(parts, input)),
      identify: fromPromise(async ({ input }: { input: RunContext }) => identify(parts, input)),
      compare: fromPromise(async ({ input }: { input: RunContext }) => compare(parts, input)),
      backOff: fromPromise(async ({ input, signal }: { input: RunContext; signal: AbortSignal }): Promise<undefined> => {
        await parts.runtime.clock.sleep(Math.min(30_000, 250 * 2 ** input.failures.inARow), signal);
      }),
      makeSafe: fromPromise(async ({ input }: { input: RunContext }): Promise<Measured | null> => {
        if (isOthers(input)) return null;
        // The verdict itself stays off the wire: it says what the sample is.
        await parts.diffractometer.makeSafe(input.verdict ? `the run has ended (${input.verdict.reasonCode})` : 'the run is paused');
        return input.pending && keepWhatWasCounted(parts, input.runId, input.pending.command);
      }),
    },
  });
}

/** Nothing was commanded yet, or another client has the instrument: making it safe would break off the scan of somebody else. */
function isOthers({ commandsIssued, failures, faultCode }: RunContext): boolean {
  return commandsIssued === 0 || failures.lastCode === 'busy' || faultCode === 'busy';
}

function note(parts: RunParts, context: RunContext, kind: string, fields: Record<string, unknown>): void {
  parts.store.append(context.runId, { kind, atMs: parts.runtime.clock.nowMs(), fields });
}

function decide(parts: RunParts, context: RunContext) {
  // A decision that was cut off is made again from what it saw, whatever the instrument says of itself by now.
  const view = parts.store.getView(context.runId, viewIdOf(context)) ?? viewOf(parts, context);
  parts.store.putView(context.runId, view);
  parts.onProgress({ kind: 'viewed', view });
  const decision = parts.policy.decide(view);
  note(parts, context, 'decided', { viewId: view.viewId, policyId: parts.policy.id, decision });
  return { decision, view };
}

function viewIdOf({ runId, cycle }: RunContext): string {
  return `${runId}-v${cycle + 1}`;
}

export function viewOf(parts: RunParts, context: RunContext): RunView {
  return {
    viewId: viewIdOf(context),
    goal: context.goal,
    cycle: context.cycle,
    coverage: context.scans.map((scan) => ({
      range: { fromDeg: scan.fromDeg, toDeg: scan.toDeg },
      dwellS: scan.dwellS,
      stepDeg: scan.stepDeg,
    })),
    identification: context.identificationId ? parts.store.getIdentification(context.runId, context.identificationId) : null,
    regions: context.regions,
    costModel: parts.capabilities.cost,
    limits: parts.capabilities.twoThetaLimits,
    minWindowDeg: parts.capabilities.minWindowDeg,
    spentS: spentS(context),
    ...bound('maxScanS', parts.capabilities.maxScanS),
    ...bound('beamLeftS', parts.diffractometer.beamLeftS?.(context.sampleId)),
    seed: context.seed,
  };
}

/** A bound that is none is left out: views are JSON. */
function bound<K extends 'maxScanS' | 'beamLeftS'>(name: K, valueS: number | undefined): { readonly [name in K]?: number } {
  return valueS !== undefined && Number.isFinite(valueS) ? ({ [name]: valueS } as { readonly [name in K]: number }) : {};
}

/**
 * Writes the command down, durably, before anything is sent: after a crash it is looked for and never sent blindly again. Null where it would be
 * more beam than the sample may still have.
 */
async function commit(parts: RunParts, context: RunContext) {
  const request = context.pending?.request ?? context.queue[0];
  if (!request)
    throw new EwaldError('internal', context.runId, 'a command was to be issued but none is wanted', 'report this with the log of the run');
  const { clockS } = await parts.diffractometer.identity();
  const attempt = (context.pending?.command.attempt ?? 0) + 1;
  const beamLeftS = parts.diffractometer.beamLeftS?.(context.sampleId);
  const command = fitRequest(request, parts.capabilities, {
    attempt,
    sample: { sampleId: context.sampleId, slot: null },
    nowS: clockS,
    patienceS: PATIENCE_S * Math.max(1, parts.identity.clockSpeed),
    ...(beamLeftS === undefined ? {} : { beamLeftS }),
  });
  if (beamLeftS !== undefined && command.expectedS > beamLeftS) {
    note(parts, context, 'doseSpent', { requestId: request.requestId, beamLeftS });
    return null;
  }
  const pending = { request, command };
  note(parts, context, 'issued', { command });
  saveCheckpoint(parts.store, withCommand(context, pending));
  return pending;
}

function merge(parts: RunParts, context: RunContext): Merged {
  const scans = context.scans.flatMap(({ scanId }) => parts.store.getScan(context.runId, scanId) ?? []);
  const pattern = mergeScans(scans);
  parts.store.putPattern(context.runId, pattern);
  note(parts, context, 'merged', { patternId: pattern.patternId, scanIds: pattern.scanIds, points: pattern.counts.length });
  if (context.scanFindings) return { patternId: pattern.patternId, scanFindings: context.scanFindings };
  const scanFindings = examineFirstCycle(parts, context);
  note(parts, context, 'examined', { scanFindings });
  return { patternId: pattern.patternId, scanFindings };
}

function patternOf(parts: RunParts, context: RunContext) {
  const pattern = context.patternId && parts.store.getPattern(context.runId, context.patternId);
  if (!pattern)
    throw new EwaldError(
      'store',
      context.runId,
      `the pattern ${context.patternId} is not in the store`,
      'restore the store from its backup',
    );
  return pattern;
}

async function identify(parts: RunParts, context: RunContext) {
  const startMs = parts.runtime.clock.monotonicMs();
  const pattern = patternOf(parts, context);
  const known = parts.store.getIdentification(context.runId, identificationIdOf(pattern.patternId, parts.identifier));
  const identification = known ?? (await parts.identifier.identify(pattern));
  if (!known) parts.store.putIdentification(context.runId, identification);
  note(parts, context, 'identified', {
    identificationId: identification.identificationId,
    verdict: identification.verdict,
    setProbability: identification.setProbability,
    candidates: identification.candidates.slice(0, 8).map(({ phaseId, probability }) => ({ phaseId, probability })),
  });
  parts.onProgress({ kind: 'identified', identification });
  return { identification, thinkingMs: parts.runtime.clock.monotonicMs() - startMs };
}

async function compare(parts: RunParts, context: RunContext) {
  const startMs = parts.runtime.clock.monotonicMs();
  const identification = context.identificationId ? parts.store.getIdentification(context.runId, context.identificationId) : null;
  if (!identification) return { regions: [], thinkingMs: 0 };
  const pattern = patternOf(parts, context);
  const { twoThetaLimits, minWindowDeg } = parts.capabilities;
  const options = { limits: twoThetaLimits, minWindowDeg: Math.max(5, minWindowDeg), threshold: 0.25 };
  const aboutId = context.goal.kind === 'confirm' ? context.goal.phaseId : null;
  const { maps, regions } = await compareRivals(parts.identifier, pattern, identification, options, aboutId);
  if (!parts.store.getMaps(context.runId, pattern.patternId)) parts.store.putMaps(context.runId, pattern.patternId, maps);
  note(parts, context, 'compared', { patternId: pattern.patternId, regions });
  return { regions, thinkingMs: parts.runtime.clock.monotonicMs() - startMs };
}
