import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EwaldError } from '../../../src/domain/errors.ts';
import { loadCheckpoint, saveCheckpoint } from '../../../src/loop/checkpoint.ts';
import { newContext } from '../../../src/loop/context.ts';
import { memoryRunStore } from '../../support/memory-run-store.ts';

const goal = { kind: 'identify', confidence: 0.95, maxPhases: 3, budgetInstrumentS: 3600, maxCycles: 10, ceilingDeg: 100 } as const;
const context = newContext({ runId: 'r', goal, sampleId: 's', policyId: 'p', modelId: 'm', seed: 1 });

function errorOf(work: () => unknown): EwaldError {
  try {
    work();
  } catch (error) {
    if (error instanceof EwaldError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function loading(text: string): EwaldError {
  const store = memoryRunStore();
  store.saveCheckpoint('r', text);
  return errorOf(() => loadCheckpoint(store, 'r'));
}

test('what was saved last comes back', () => {
  const store = memoryRunStore();
  saveCheckpoint(store, context);
  saveCheckpoint(store, { ...context, commandsIssued: 3 });
  expect(loadCheckpoint(store, 'r')).toEqual({ ...context, commandsIssued: 3 });
});

test('an unknown run is the mistake of the one who asks', () => {
  expect(errorOf(() => loadCheckpoint(memoryRunStore(), 'x'))).toMatchObject({ code: 'badInput', subject: 'x' });
});

test('a checkpoint of another version is refused by name', () => {
  expect(loading(JSON.stringify({ schema: 'ewald.checkpoint/99', context }))).toMatchObject({ code: 'store' });
  expect(loading(JSON.stringify({ schema: 'ewald.checkpoint/99', context })).message).toContain('ewald.checkpoint/99');
});

test('a damaged checkpoint is refused and never half believed', () => {
  const store = memoryRunStore();
  saveCheckpoint(store, context);
  const text = store.loadCheckpoint('r')!;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: text.length - 1 }), (length) => {
      expect(loading(text.slice(0, length))).toMatchObject({ code: 'store', message: 'the checkpoint of run r is damaged' });
    }),
  );
  for (const field of ['runId', 'cycle', 'queue', 'pending', 'scans', 'cycles', 'goal', 'verdict']) {
    const { [field]: _, ...rest } = { ...context } as Record<string, unknown>;
    expect(loading(JSON.stringify({ schema: 'ewald.checkpoint/1', context: rest }))).toMatchObject({ code: 'store' });
  }
});
