import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { assembleScan } from '../../../src/analysis/assemble-scan.ts';
import { fitRequest } from '../../../src/analysis/fit-request.ts';
import type { MeasureDecision, RunView, Verdict } from '../../../src/domain/decision.ts';
import { EwaldError } from '../../../src/domain/errors.ts';
import type { Identification } from '../../../src/domain/identification.ts';
import type { Scan } from '../../../src/domain/scan.ts';
import { newContext, type PendingScan, type RunContext, spentS } from '../../../src/loop/context.ts';
import * as reducers from '../../../src/loop/reducers.ts';
import type { Capabilities } from '../../../src/ports/diffractometer.ts';
import { anyIdentification, anyView } from '../../support/arbitrary.ts';
import { chunksOf, cuKa1 } from '../../support/scans.ts';

const { withCommand, withDecision, withFailure, withFault, withIdentification, withLostScan, withResume, withScan } = reducers;
const goal = { kind: 'identify', confidence: 0.95, maxPhases: 3, budgetInstrumentS: 3600, maxCycles: 10, ceilingDeg: 100 } as const;
const fresh = newContext({ runId: 'r', goal, sampleId: 's', policyId: 'p', modelId: 'm', seed: 1 });
const can = {
  twoThetaLimits: { fromDeg: 5, toDeg: 120 },
  stepDeg: { min: 0.01, max: 0.1, rasterDeg: 0.01 },
  rasters: 'free',
  programs: 'free',
  dwellS: { min: 0.1, max: 100 },
  minWindowDeg: 0,
  cost: { apertureDeg: 0, perScanS: 0, perPointS: 0, slewDegPerS: 1, settleS: 0, shutterS: 0 },
  modes: ['step'],
} as unknown as Capabilities;
const view = { viewId: 'r-v1' } as RunView;
const [seen] = fc.sample(anyIdentification, { numRuns: 1, seed: 3 }) as [Identification];
const ledgerS = { counting: 10, moving: 0, settling: 0, overhead: 0, shutter: 0, waiting: 0 };
const plan: MeasureDecision = {
  kind: 'measure',
  reason: 'test',
  requests: [30, 40].map((fromDeg) => ({
    range: { fromDeg, toDeg: fromDeg + 1 },
    stepDeg: 0.02,
    dwellS: 1,
    purpose: 'rescan',
    because: 'test',
  })),
};

function issued(context: RunContext, attempt = 1): { context: RunContext; pending: PendingScan } {
  const request = context.pending?.request ?? context.queue[0]!;
  const command = fitRequest(request, can, { attempt, sample: { sampleId: 's', slot: null }, nowS: 0, patienceS: 60 });
  return { context: withCommand(context, { request, command }), pending: { request, command } };
}

function scanOf({ command }: PendingScan, points = command.pointCount): Scan {
  const ending = { startedAtS: 100, endedAtS: 110, completeness: points < command.pointCount ? 'cut-short' : 'whole' } as const;
  return assembleScan(command, chunksOf(command, 1).slice(0, points), ending, 'xrd1', cuKa1);
}

describe('withDecision', () => {
  test('opens a cycle and gives every request its name', () => {
    const context = withDecision(fresh, plan, view);
    expect(context).toMatchObject({ cycle: 1, cycles: [{ cycle: 1, decisionId: 'r-d1', viewId: 'r-v1' }] });
    expect(context.queue.map(({ requestId }) => requestId)).toEqual(['r-c1-1', 'r-c1-2']);
    expect(withDecision(fresh, plan, view)).toEqual(context);
  });

  test('a verdict ends the run and opens no cycle', () => {
    const verdict: Verdict = { kind: 'accept', reasonCode: 'goalMet', phaseIds: [], setProbability: 1, reason: 'sure' };
    expect(withDecision(fresh, verdict, view)).toEqual({ ...fresh, verdict });
  });
});

describe('withCommand and withScan', () => {
  const decided = withDecision(fresh, plan, view);

  test('a command leaves the queue when it is issued, and a second attempt counts as repeated', () => {
    const { context } = issued(decided);
    expect(context).toMatchObject({ commandsIssued: 1, scansRepeated: 0, pending: { request: { requestId: 'r-c1-1' } } });
    expect(context.queue.map(({ requestId }) => requestId)).toEqual(['r-c1-2']);
    expect(issued(withLostScan(context), 2).context).toMatchObject({
      commandsIssued: 2,
      scansRepeated: 1,
      scansLost: 1,
      queue: context.queue,
    });
  });

  test('the same scan enters once, however often it is reported', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 51 }), fc.integer({ min: 1, max: 4 }), (points, times) => {
        const { context, pending } = issued(decided);
        const scan = scanOf(pending, points);
        const once = withScan(context, scan, ledgerS);
        let often = once;
        for (let i = 0; i < times; i++) often = withScan(often, scan, ledgerS);
        expect(often).toEqual(once);
        expect(once.pending).toBeNull();
        expect(spentS(once)).toBe(points === 0 ? 0 : 10);
      }),
    );
  });

  test('what a cut-short scan left out is asked for first, under a name of its own, and nothing else is', () => {
    const { context, pending } = issued(decided);
    const { queue, scans } = withScan(context, scanOf(pending, 20), ledgerS);
    expect(queue.map(({ requestId }) => requestId)).toEqual(['r-c1-1-rest1', 'r-c1-2']);
    expect(queue[0]!.range.fromDeg).toBeCloseTo(30.4, 9);
    expect(queue[0]!.range.toDeg).toBe(31);
    expect(scans).toMatchObject([{ scanId: 'r-c1-1.1', points: 20, completeness: 'cut-short', countsSum: 190, liveSSum: 20 }]);
  });

  test('what is cut short again and again is given up, and the next request has its turn', () => {
    let context = decided;
    const asked: string[] = [];
    for (let tries = 0; tries < 8 && context.queue.length === decided.queue.length; tries++) {
      const next = issued(context);
      asked.push(next.pending.request.requestId);
      context = withScan(next.context, scanOf(next.pending, 1), ledgerS);
    }
    expect(asked).toEqual(['r-c1-1', ...[1, 2, 3, 4].map((depth) => `r-c1-1${'-rest1'.repeat(depth)}`)]);
    expect(context.queue.map(({ requestId }) => requestId)).toEqual(['r-c1-2']);
    expect(context.scans).toHaveLength(5);
  });

  test('a whole scan leaves the queue as it was', () => {
    const { context, pending } = issued(decided);
    expect(withScan(context, scanOf(pending), ledgerS).queue).toEqual(context.queue);
  });
});

describe('trouble', () => {
  const error = new EwaldError('link', 'x', 'the wire is cut', 'mend it');

  test('failures add up until a scan arrives', () => {
    const { context, pending } = issued(withDecision(fresh, plan, view));
    const failed = withFailure(withFailure(context, error), error);
    expect(failed.failures).toEqual({ inARow: 2, last: 'the wire is cut', lastCode: 'link' });
    expect(withScan(failed, scanOf(pending), ledgerS).failures).toEqual({ inARow: 0, last: null });
  });

  test('the first fault is the one that counts, and a human lifts it', () => {
    const first = withFault(fresh, 'unsafe', 'interlock', 'the door is open');
    expect(withFault(first, 'link', 'link', 'later')).toBe(first);
    expect(withResume(first)).toEqual({ ...fresh, resumes: 1 });
  });
});

describe('every reducer', () => {
  test('leaves the old context as it was, and makes plain JSON', () => {
    fc.assert(
      fc.property(anyView, anyIdentification, (anyOne, identification) => {
        const decided = withDecision(fresh, plan, anyOne);
        const { context, pending } = issued(decided);
        const before = structuredClone(context);
        const after = withIdentification(withScan(context, scanOf(pending, 30), ledgerS), identification, 5);
        expect(context).toEqual(before);
        expect(JSON.parse(JSON.stringify(after))).toEqual(after);
      }),
      { numRuns: 50 },
    );
  });

  test('an identification is noted with the cycle that paid for it', () => {
    const { context, pending } = issued(withDecision(fresh, plan, view));
    const after = withIdentification(withScan(context, scanOf(pending), ledgerS), seen, 7);
    expect(after).toMatchObject({
      identificationId: seen.identificationId,
      thinkingMs: 7,
      cycles: [{ setProbabilityAfter: seen.setProbability, instrumentSAfter: 10 }],
    });
  });
});
