import { Worker } from 'node:worker_threads';
import { EwaldError } from '../src/domain/errors.ts';
import { brokenBundle } from './manifest.ts';
import type { Feed, FromSession, OutputTensor, SessionSetup, ToSession } from './session-messages.ts';

/** The main thread's end of the inference worker. */
export interface InferenceWorker {
  /** Names of what the graph takes and gives. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** The feeds are copied; resolves to the named outputs in their order. */
  run(feeds: readonly Feed[], outputs: readonly string[]): Promise<readonly OutputTensor[]>;
  /** Lets the run in hand finish, then ends the thread. Idempotent. */
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (tensors: readonly OutputTensor[]) => void;
  readonly reject: (error: Error) => void;
}

/** Starts the thread and loads the model. Fails with 'model' where it cannot be loaded; `subject` names the file. An idle worker keeps no process alive. */
export async function startInferenceWorker(setup: SessionSetup, subject: string): Promise<InferenceWorker> {
  const worker = new Worker(new URL('./onnx-session.mjs', import.meta.url), { workerData: setup, execArgv: [] });
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  let ended: Error | null = null;
  let names: Pick<InferenceWorker, 'inputs' | 'outputs'> = { inputs: [], outputs: [] };
  const failAll = (error: Error): void => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  void exited.then(() => failAll(new EwaldError('model', subject, 'the inference worker has ended', 'open the ensemble again')));
  worker.on('error', (error: Error) => failAll(brokenBundle(subject, `the inference worker failed: ${error.message}`, error)));
  await new Promise<void>((resolve, reject) => {
    waiting.set(-1, { resolve: () => resolve(), reject });
    worker.on('message', (message: FromSession) => {
      if (message.kind === 'ready') {
        names = { inputs: message.inputs, outputs: message.outputs };
        return settle(-1, (w) => w.resolve([]));
      }
      if (message.kind === 'broken') return failAll(brokenBundle(subject, `${subject} cannot be loaded: ${message.message}`));
      if (message.kind === 'done') return settle(message.id, (w) => w.resolve(message.tensors));
      settle(message.id, (w) => w.reject(brokenBundle(subject, `the network failed: ${message.message}`)));
    });
  });

  function settle(id: number, act: (one: Waiting) => void): void {
    const one = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
    if (one) act(one);
  }

  return {
    ...names,
    run(feeds, outputs) {
      if (ended) return Promise.reject(ended);
      const id = nextId++;
      const copies = feeds.map((feed) => ({ ...feed, data: new Float32Array(feed.data) }));
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker.ref();
        const message: ToSession = { kind: 'run', id, feeds: copies, outputs };
        worker.postMessage(
          message,
          copies.map(({ data }) => data.buffer),
        );
      });
    },
    async close() {
      if (!ended) {
        ended = new EwaldError('model', subject, 'the ensemble is closed', 'open it again');
        worker.ref();
        worker.postMessage({ kind: 'close' } satisfies ToSession);
      }
      await exited;
    },
  };
}
