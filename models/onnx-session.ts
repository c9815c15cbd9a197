import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { FromSession, SessionSetup, ToSession } from './session-messages.ts';

/**
 * The worker thread that holds the ONNX session: inference is a blocking native call, so it stays off the main thread. It stops by
 * message only; ending the thread inside `run` would take the process with it.
 */
async function serve(port: NonNullable<typeof parentPort>, setup: SessionSetup): Promise<void> {
  const send = (message: FromSession, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(setup.model, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (error) {
    send({ kind: 'broken', message: messageOf(error) });
    port.close();
    return;
  }
  send({ kind: 'ready', inputs: [...session.inputNames], outputs: [...session.outputNames] });
  let queue = Promise.resolve();
  port.on('message', (message: ToSession) => {
    queue = queue.then(async () => {
      if (message.kind === 'close') {
        await session.release();
        port.close();
        return;
      }
      try {
        const feeds = Object.fromEntries(message.feeds.map(({ name, data, size }) => [name, new Tensor('float32', data, size)]));
        const results = await session.run(feeds, [...message.outputs]);
        const tensors = message.outputs.map((name) => {
          const { data, dims, type } = results[name]!;
          if (!(data instanceof Float32Array)) throw new Error(`its output '${name}' holds ${type}, not float32`);
          return { data: data as Float32Array<ArrayBuffer>, size: [...dims] };
        });
        send(
          { kind: 'done', id: message.id, tensors },
          tensors.map(({ data }) => data.buffer),
        );
      } catch (error) {
        send({ kind: 'failed', id: message.id, message: messageOf(error) });
      }
    });
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

if (parentPort) void serve(parentPort, workerData as SessionSetup);
