import { Worker } from 'node:worker_threads';
import { badInput } from '../domain/errors.ts';

/** An object of an HDF5 file by its path. Datasets hold numbers or a text; both null where they hold neither or too many. */
export interface Hdf5Node {
  readonly path: string;
  readonly isGroup: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  readonly length: number;
  /** Of all dimensions, one behind the other. */
  readonly numbers: Float64Array | null;
  readonly text: string | null;
}

type Answer = { readonly nodes: readonly Hdf5Node[] } | { readonly error: string; readonly isSound: boolean };

export const HDF5_SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const MAX_FILE_BYTES = 128 * 2 ** 20;
const LIMITS = { maxMemoryBytes: 384 * 2 ** 20, maxNodes: 3000, maxDepth: 10, maxValues: 8e6, maxTextLength: 10_000 };
/** For starting the thread on a busy computer; and for reading, longer for larger files: damaged ones can keep the library busy for ever. */
const START_LIMIT_MS = 20_000;
const READ_LIMIT_MS = 1500;
const BYTES_PER_MS = 25_000;
const REMEDY = 'the file is damaged or truncated: copy it again';

/** A thread in which the library is sound: starting another takes far longer than reading a file. */
let idle: Worker | null = null;

/**
 * Every object of the file. The library runs in a thread with bounds on memory and time; after a trap, which a damaged file can cause, or
 * beyond a bound the thread is thrown away. Rejects with badInput, subject `fileName`.
 */
export async function readHdf5Tree(bytes: Uint8Array, fileName: string): Promise<readonly Hdf5Node[]> {
  if (bytes.length > MAX_FILE_BYTES)
    throw badInput(fileName, `the HDF5 file has ${bytes.length} bytes, more than a powder scan needs`, 'export the scan alone');
  const promised = promisedBytes(bytes);
  if (promised !== null && promised > bytes.length)
    throw badInput(fileName, `the file ends after ${bytes.length} bytes of ${promised}`, REMEDY);
  const worker = idle ?? startWorker();
  const isNew = idle === null;
  idle = null;
  worker.ref();
  const answer = await ask(worker, isNew, bytes).catch((error: unknown) => ({ error: String(error), isSound: false }));
  if ('error' in answer && !answer.isSound) void worker.terminate();
  else keep(worker);
  if ('error' in answer) throw badInput(fileName, 'the HDF5 file cannot be read', REMEDY, answer.error);
  return answer.nodes;
}

/** An idle thread keeps no process alive. Two reads at once had two threads, of which one stays. */
function keep(worker: Worker): void {
  worker.unref();
  if (idle) void worker.terminate();
  else idle = worker;
}

function startWorker(): Worker {
  return new Worker(new URL('./hdf5-worker.mjs', import.meta.url), { workerData: LIMITS, execArgv: [] });
}

async function ask(worker: Worker, isNew: boolean, bytes: Uint8Array): Promise<Answer> {
  if (isNew) await nextMessage(worker, START_LIMIT_MS);
  worker.postMessage(bytes);
  return (await nextMessage(worker, READ_LIMIT_MS + Math.ceil(bytes.length / BYTES_PER_MS))) as Answer;
}

/** Rejects where the thread fails, ends or takes longer. */
function nextMessage(worker: Worker, limitMs: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const limit = AbortSignal.timeout(limitMs);
    const settle = (act: () => void): void => {
      limit.removeEventListener('abort', onLimit);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      act();
    };
    const onLimit = (): void => settle(() => reject(new Error('it took too long')));
    const onMessage = (message: unknown): void => settle(() => resolve(message));
    const onError = (error: Error): void => settle(() => reject(error));
    const onExit = (): void => settle(() => reject(new Error('the thread ended')));
    limit.addEventListener('abort', onLimit);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}

/** The length of the file as its superblock gives it (HDF5 file format specification, version 3.0, II.A); null for one that we do not know. */
function promisedBytes(bytes: Uint8Array): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[8];
  const at = version === 0 ? 40 : version === 1 ? 44 : version === 2 || version === 3 ? 28 : null;
  const offsetBytes = version === 0 || version === 1 ? bytes[13] : bytes[9];
  if (at === null || offsetBytes !== 8 || bytes.length < at + 8) return null;
  return Number(view.getBigUint64(at, true));
}
