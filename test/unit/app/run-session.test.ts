import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { configSchema } from '../../../config/schema.ts';
import { runSession } from '../../../src/app/run-session.ts';
import { memoryRunStore } from '../../support/memory-run-store.ts';
import { environment } from './fake-identifier.ts';

test('a run that cannot make its scratch folder lets go of the run', async () => {
  const store = memoryRunStore();
  const { runtime, signal } = environment();
  const config = configSchema.parse({ instrument: { driver: 'mqtt' }, simulator: {} });
  // A file has no folders in it, whoever asks.
  const scratchRoot = join(process.execPath, 'scratch');
  const session = { config, runtime, store, signal, runId: 'r', resume: false, scratchRoot, onProgress: () => undefined };
  await expect(runSession(session)).rejects.toMatchObject({ code: 'ENOTDIR' });
  expect(() => store.hold('r')).not.toThrow();
});
