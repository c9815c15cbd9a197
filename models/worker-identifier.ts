import { Worker } from 'node:worker_threads';
import { EwaldError, type EwaldErrorCode } from '../src/domain/errors.ts';
import type { ActivationMap, Identification } from '../src/domain/identification.ts';
import type { Identifier } from '../src/ports/identifier.ts';
import type { WorkerReply, WorkerRequest } from './identifier-worker.ts';
import type { IdentifierSpec } from './open-identifier.ts';

type Unnumbered = WorkerRequest extends infer R ? (R extends WorkerRequest ? Omit<R, 'id'> : never) : never;

/** The same identifier in a thread of its own: the caller's event loop stays free for the instrument. */
export async function openWorkerIdentifier(spec: IdentifierSpec): Promise<Identifier> {
  const worker = new Worker(new URL('./identifier-worker.mjs', import.meta.url), { workerData: spec });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: EwaldError) => void }>();
  let lastId = 0;
  let ended = false;
  worker.on('message', (reply: WorkerReply) => {
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.ok) call?.resolve(reply.value);
    else call?.reject(new EwaldError(reply.error.code as EwaldErrorCode, reply.error.subject, reply.error.message, reply.error.remedy));
  });
  const failAll = (message: string) => {
    ended = true;
    for (const { reject } of waiting.values())
      reject(new EwaldError('model', spec.id, message, 'look at the log; check the model with: ewald models check'));
    waiting.clear();
  };
  worker.on('error', (error) => failAll(`the identifier's thread failed: ${error.message}`));
  worker.on('exit', () => failAll("the identifier's thread has ended"));
  const call = <T>(request: Unnumbered): Promise<T> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(new EwaldError('model', spec.id, "the identifier's thread has ended", 'start the run again'));
      const id = ++lastId;
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      worker.postMessage({ ...request, id });
    });
  const facts = await call<Pick<Identifier, 'modelId' | 'modelSha256' | 'phaseIds' | 'threshold'>>({ method: 'open' }).catch(
    async (error: unknown) => {
      await worker.terminate();
      throw error;
    },
  );
  const explain: Identifier['explain'] = (pattern, phaseIds) => call<ActivationMap[]>({ method: 'explain', pattern, phaseIds });
  return {
    ...facts,
    identify: (pattern) => call<Identification>({ method: 'identify', pattern }),
    explain,
    without: (without) => ({
      ...facts,
      phaseIds: facts.phaseIds.filter((phaseId) => !without.includes(phaseId)),
      identify: (pattern) => call<Identification>({ method: 'identify', pattern, without }),
      explain,
      close: async () => undefined,
    }),
    // Practice that fails is met again, and told, by the first identification.
    warmUp: (radiation) => void call<null>({ method: 'warmUp', radiation }).catch(() => undefined),
    close: async () => {
      if (!ended) await call<null>({ method: 'close' });
    },
  };
}
