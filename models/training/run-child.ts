import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { EwaldError } from '../../src/domain/errors.ts';

/** A line that a child prints on stdout. */
export type ChildEvent = { readonly event: string } & Readonly<Record<string, unknown>>;

/** After the request to stop a child may save its state for so long. */
const GRACE_MS = 20_000;
/** Threads that wait for one another let other programs run meanwhile: where they spin, a busy machine brings them to a standstill. */
const PATIENT_THREADS = { OMP_WAIT_POLICY: 'passive' };
const COMPLAINT_CHARS = 2000;

/**
 * Runs a program whose stdout is one JSON document per line. Resolves when it ended well. Where `signal` is raised the child is asked to stop and given
 * time to save; then, and where it failed, rejects with 'interrupted' or 'model', the end of what it said on stderr in the message.
 */
export function runChild(
  command: string,
  options: readonly string[],
  onEvent: (event: ChildEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    // Detached, so that an interrupt typed at the terminal reaches it through us alone.
    const child = spawn(command, [...options], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...PATIENT_THREADS, ...process.env },
    });
    let complaint = '';
    child.stderr.on('data', (data: Buffer) => {
      complaint = (complaint + data.toString()).slice(-COMPLAINT_CHARS);
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) onEvent(JSON.parse(line) as ChildEvent);
    });
    let killer: NodeJS.Timeout | null = null;
    const stop = () => {
      child.kill('SIGTERM');
      killer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    const ended = (code: number | null, why: string): void => {
      signal.removeEventListener('abort', stop);
      if (killer) clearTimeout(killer);
      if (signal.aborted) reject(signal.reason as Error);
      else if (code === 0) resolve();
      else {
        const last = complaint.trim().split('\n').at(-1) ?? '';
        reject(new EwaldError('model', command, `${options[0] ?? command} failed: ${last || why}`, 'go on with: ewald train --resume'));
      }
    };
    child.on('error', (error) => ended(null, error.message));
    child.on('close', (code, killedBy) => ended(code, `it ended with ${killedBy ?? code}`));
  });
}
