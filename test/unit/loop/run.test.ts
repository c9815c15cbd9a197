import { expect, test } from '@jest/globals';
import { EMPTY, NEVER } from 'rxjs';
import { FREE_INSTRUMENT } from '../../../src/app/bench/free-instrument.ts';
import type { Identification } from '../../../src/domain/identification.ts';
import type { RunParts } from '../../../src/loop/parts.ts';
import { resumeRun, startRun } from '../../../src/loop/run.ts';
import type { Capabilities, Diffractometer, InstrumentIdentity } from '../../../src/ports/diffractometer.ts';
import type { Identifier } from '../../../src/ports/identifier.ts';
import { manualRuntime } from '../../support/manual-runtime.ts';
import { memoryRunStore } from '../../support/memory-run-store.ts';
import { cuKa1 } from '../../support/scans.ts';

const identity: InstrumentIdentity = {
  instrumentId: 'lab-1',
  title: '',
  software: '',
  simulated: true,
  radiation: cuKa1,
  sampleId: 's',
  bootId: 'b',
  clockS: 0,
  clockSpeed: 1,
};

const capabilities: Capabilities = {
  ...FREE_INSTRUMENT,
  twoThetaLimits: { fromDeg: 5, toDeg: 140 },
  stepDeg: { min: 0.01, max: 1, rasterDeg: 0.01 },
  dwellS: { min: 0.1, max: 100 },
  minWindowDeg: 0.5,
  cost: { apertureDeg: 0, perScanS: 0, perPointS: 0, slewDegPerS: 10, settleS: 0, shutterS: 0 },
  modes: ['step'],
};

/** An instrument of which nothing is asked but to be safe. */
const idle: Diffractometer = {
  open: async () => capabilities,
  identity: async () => identity,
  safety: () => NEVER,
  alerts: () => NEVER,
  scan: () => EMPTY,
  acknowledge: async () => undefined,
  find: async () => ({ kind: 'lost' }),
  makeSafe: async () => undefined,
  close: async () => undefined,
};

const identifierOf = (modelSha256: string): Identifier => ({
  modelId: 'm',
  modelSha256,
  phaseIds: [],
  threshold: 0.5,
  identify: async (): Promise<Identification> => {
    throw new Error('nothing was measured');
  },
  explain: async () => [],
  close: async () => undefined,
});

test('a run goes on only with the references, knowledge and calibration that it was begun with', async () => {
  const store = memoryRunStore();
  const partsWith = (modelSha256: string): RunParts => ({
    diffractometer: idle,
    driverId: 'd',
    capabilities,
    identity,
    identifier: identifierOf(modelSha256),
    policy: {
      id: 'content',
      decide: () => ({ kind: 'accept', reasonCode: 'goalMet', phaseIds: [], setProbability: null, reason: 'nothing is wanted' }),
    },
    store,
    runtime: manualRuntime(),
    onProgress: () => undefined,
  });
  const goal = { kind: 'identify', confidence: 0.95, maxPhases: 3, budgetInstrumentS: 3600, maxCycles: 10, ceilingDeg: 100 } as const;
  const begun = startRun(partsWith('a'.repeat(64)), { runId: 'r', goal, sampleId: 's', seed: 1 });
  begun.pause();
  expect((await begun.done).state).toBe('paused');
  const before = store.journal('r');

  expect(() => resumeRun(partsWith('b'.repeat(64)), 'r')).toThrow(
    expect.objectContaining({ code: 'badInput', subject: 'r', remedy: expect.stringContaining('that it was begun with') }),
  );
  expect(store.journal('r')).toEqual(before);

  const { state, context } = await resumeRun(partsWith('a'.repeat(64)), 'r').done;
  expect([state, context.verdict?.kind, context.resumes]).toEqual(['finished', 'accept', 1]);
});
