import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { asEwaldError, EwaldError } from '../src/domain/errors.ts';
import type { Pattern } from '../src/domain/pattern.ts';
import type { Radiation } from '../src/domain/radiation.ts';
import type { Identifier } from '../src/ports/identifier.ts';
import { type IdentifierSpec, openIdentifier } from './open-identifier.ts';
import { practicePattern } from './practice-pattern.ts';

/** The thread in which identification computes, so that the thread that watches the instrument is never busy. */
export type WorkerRequest =
  | { readonly id: number; readonly method: 'open' | 'close' }
  | { readonly id: number; readonly method: 'identify'; readonly pattern: Pattern; readonly without?: readonly string[] }
  | { readonly id: number; readonly method: 'warmUp'; readonly radiation: Radiation }
  | { readonly id: number; readonly method: 'explain'; readonly pattern: Pattern; readonly phaseIds: readonly string[] };

export type WorkerReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: { code: string; subject: string; message: string; remedy: string } };

const PRACTICE_ROUNDS = 4;

const port = parentPort;
if (!port) throw new Error('this file is a worker thread');
const identifier: Promise<Identifier> = openIdentifier(workerData as IdentifierSpec, () => performance.now());
// A failure to open is reported to whoever asks first, not as an unhandled rejection.
identifier.catch(() => undefined);

function withoutPhases(open: Identifier, phaseIds: readonly string[]): Identifier {
  if (phaseIds.length === 0) return open;
  if (!open.without)
    throw new EwaldError('model', open.modelId, `${open.modelId} cannot leave phases out of its library`, 'use another --method');
  return open.without(phaseIds);
}

async function answer(request: WorkerRequest): Promise<unknown> {
  const open = await identifier;
  switch (request.method) {
    case 'open':
      return { modelId: open.modelId, modelSha256: open.modelSha256, phaseIds: open.phaseIds, threshold: open.threshold };
    case 'identify':
      return withoutPhases(open, request.without ?? []).identify(request.pattern);
    case 'explain':
      return open.explain(request.pattern, request.phaseIds);
    case 'warmUp': {
      const pattern = practicePattern(request.radiation);
      // The engine compiles what it has seen run often.
      for (let round = 0; round < PRACTICE_ROUNDS; round++) await open.identify(pattern);
      await open.explain(pattern, open.phaseIds.slice(0, 2));
      return null;
    }
    case 'close':
      await open.close();
      return null;
  }
}

// One request after the other: closing waits for what is being computed.
let queue = Promise.resolve();
port.on('message', (request: WorkerRequest) => {
  queue = queue.then(async () => {
    try {
      port.postMessage({ id: request.id, ok: true, value: await answer(request) } satisfies WorkerReply);
    } catch (error) {
      const { code, subject, message, remedy } = asEwaldError(error);
      port.postMessage({ id: request.id, ok: false, error: { code, subject, message, remedy } } satisfies WorkerReply);
    }
    if (request.method === 'close') port.close();
  });
});
