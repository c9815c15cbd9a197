import { describe, expect, test } from '@jest/globals';
import { EMPTY, NEVER } from 'rxjs';
import { FREE_INSTRUMENT } from '../../../src/app/bench/free-instrument.ts';
import type { PlannedScan, RunView } from '../../../src/domain/decision.ts';
import { type CycleFacts, newContext, type ScanFacts } from '../../../src/loop/context.ts';
import { withDoseSpent } from '../../../src/loop/reducers.ts';
import { startRun } from '../../../src/loop/run.ts';
import type { Capabilities, Diffractometer, InstrumentIdentity } from '../../../src/ports/diffractometer.ts';
import type { Identifier } from '../../../src/ports/identifier.ts';
import { manualRuntime } from '../../support/manual-runtime.ts';
import { memoryRunStore } from '../../support/memory-run-store.ts';
import { cuKa1 } from '../../support/scans.ts';

const goal = { kind: 'identify', confidence: 0.95, maxPhases: 3, budgetInstrumentS: 3600, maxCycles: 10, ceilingDeg: 100 } as const;
const planned: PlannedScan = { range: { fromDeg: 20, toDeg: 21 }, stepDeg: 0.01, dwellS: 1, purpose: 'survey', because: 'test' };

describe('withDoseSpent', () => {
  const begun = {
    ...newContext({ runId: 'r', goal, sampleId: 's', policyId: 'p', modelId: 'm', seed: 1 }),
    cycle: 2,
    queue: [{ ...planned, requestId: 'r-c2-2', runId: 'r', cycle: 2 }],
    cycles: [
      { cycle: 1, phaseIdsAfter: ['A'], setProbabilityAfter: 0.7 } as unknown as CycleFacts,
      { cycle: 2, setProbabilityAfter: null } as CycleFacts,
    ],
  };
  const scanOf = (cycle: number) => ({ cycle }) as ScanFacts;

  test('what the cycle has measured is looked at, and nothing more is asked for', () => {
    expect(withDoseSpent({ ...begun, scans: [scanOf(1), scanOf(2)] })).toMatchObject({ queue: [], pending: null, verdict: null });
  });

  test('where it has measured nothing the run ends with what was found before', () => {
    expect(withDoseSpent({ ...begun, scans: [scanOf(1)] })).toMatchObject({
      queue: [],
      verdict: { kind: 'inconclusive', reasonCode: 'budgetSpent', phaseIds: ['A'], setProbability: 0.7 },
    });
  });
});

const identity = { instrumentId: 'lab-1', title: '', software: '', simulated: true, radiation: cuKa1, sampleId: 's', bootId: 'b' };
const clock: Pick<InstrumentIdentity, 'clockS' | 'clockSpeed'> = { clockS: 0, clockSpeed: 1 };
const capabilities: Capabilities = {
  ...FREE_INSTRUMENT,
  twoThetaLimits: { fromDeg: 5, toDeg: 140 },
  stepDeg: { min: 0.01, max: 1, rasterDeg: 0.01 },
  dwellS: { min: 0.5, max: 100 },
  minWindowDeg: 0.5,
  maxScanS: 7200,
  cost: { apertureDeg: 0, perScanS: 10, perPointS: 0, slewDegPerS: 10, settleS: 0, shutterS: 0 },
  modes: ['step'],
};

test('a run whose sample has had its beam ends as one whose budget is spent, and sends nothing', async () => {
  const sent: string[] = [];
  const seen: RunView[] = [];
  const diffractometer: Diffractometer = {
    open: async () => capabilities,
    identity: async () => ({ ...identity, ...clock }),
    safety: () => NEVER,
    alerts: () => NEVER,
    scan: ({ requestId }) => {
      sent.push(requestId);
      return EMPTY;
    },
    acknowledge: async () => undefined,
    find: async () => ({ kind: 'lost' }),
    beamLeftS: (sampleId) => (sampleId === 's' ? 40 : 0),
    makeSafe: async () => undefined,
    close: async () => undefined,
  };
  const { done } = startRun(
    {
      diffractometer,
      driverId: 'd',
      capabilities,
      identity: { ...identity, ...clock },
      identifier: { modelId: 'm', modelSha256: 'a', phaseIds: [], threshold: 0.5 } as unknown as Identifier,
      policy: {
        id: 'blind',
        decide: (view) => {
          seen.push(view);
          return { kind: 'measure', requests: [planned], reason: 'a policy that does not look at the bounds' };
        },
      },
      store: memoryRunStore(),
      runtime: manualRuntime(),
      onProgress: () => undefined,
    },
    { runId: 'r', goal, sampleId: 's', seed: 1 },
  );
  const { state, context } = await done;
  expect(state).toBe('finished');
  expect(context).toMatchObject({ faultCode: null, verdict: { kind: 'inconclusive', reasonCode: 'budgetSpent' } });
  expect(sent).toEqual([]);
  expect(seen).toMatchObject([{ maxScanS: 7200, beamLeftS: 40 }]);
});
