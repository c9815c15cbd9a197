import { expect, test } from '@jest/globals';
import { benchIngest } from '../../../src/app/bench-ingest.ts';
import type { Environment } from '../../../src/app/command.ts';
import { makeRuntime } from '../../../src/app/runtime.ts';

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const environment: Environment = {
  runtime: makeRuntime(1, log),
  json: true,
  interactive: false,
  progress: () => {},
  signal: new AbortController().signal,
};

test('streams into runs of their own arrive whole and are acknowledged to their end', async () => {
  const { result } = await benchIngest.run({ points: '3000', chunk: '32', streams: '3' }, environment);
  expect(result).toMatchObject({ kind: 'ingest', n: 3000, points: 3000, streams: 3, chunkPoints: 32 });
  expect(result['pointsPerS']).toBeGreaterThan(0);
});

test('chunks that the wire cannot carry are refused', async () => {
  await expect(benchIngest.run({ points: '10', chunk: '9000' }, environment)).rejects.toMatchObject({
    code: 'badInput',
    subject: '--chunk',
  });
  await expect(benchIngest.run({ points: '2', streams: '3' }, environment)).rejects.toMatchObject({
    code: 'badInput',
    subject: '--points',
  });
});

test('memory that cannot be collected is not measured', async () => {
  const { result, text } = await benchIngest.run({ points: '64' }, environment);
  const hasGc = typeof globalThis.gc === 'function';
  expect([result['peakHeapMiB'], result['heapSlopeMiBPerMillion']]).toEqual(hasGc ? [expect.any(Number), 0] : [null, null]);
  if (!hasGc) expect(text).toMatch(/heap not measured \(start it with node --expose-gc\)/);
});

test.each([0, 3, 30])('an interrupt after %i waits ends it, and nothing goes on beating', async (waits) => {
  const { clock } = environment.runtime;
  const interrupt = new AbortController();
  let [begun, waiting] = [0, 0];
  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    if (begun++ === waits) interrupt.abort(new Error('enough'));
    waiting += 1;
    await clock.sleep(ms, signal).finally(() => {
      waiting -= 1;
    });
  };
  const counted = { nowMs: () => clock.nowMs(), monotonicMs: () => clock.monotonicMs(), sleep };
  const runtime = { ...environment.runtime, clock: counted };
  const run = benchIngest.run({ points: '40000000', streams: '2' }, { ...environment, runtime, signal: interrupt.signal });
  await expect(run).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(waiting).toBe(0);
});
