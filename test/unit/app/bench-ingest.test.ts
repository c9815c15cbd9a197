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
