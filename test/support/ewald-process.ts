import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import type { Document, RunResult } from './ewald-document.ts';

const EWALD = fileURLToPath(new URL('../../src/app/ewald.mjs', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface EwaldProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stderr(): string;
}

const running = new Set<ChildProcess>();

/** The program as a user starts it, in a process of its own. */
export function startEwald(args: readonly string[]): EwaldProcess {
  const child = spawn(process.execPath, [EWALD, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal, stdout, stderr });
    }),
  );
  return { child, ended, stderr: () => stderr };
}

/** For `afterEach`: nothing that a failed test left running outlives it. */
export function endEveryEwald(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** The one JSON document on stdout, with what every one of them must have. */
export function oneDocument<R = RunResult>({ code, stdout, stderr }: Ended): Document<R> {
  const lines = stdout.split('\n');
  if (lines.length !== 2 || lines[1] !== '') throw new Error(`${lines.length - 1} lines on stdout:\n${stdout.slice(0, 2000)}\n${stderr}`);
  const document = JSON.parse(lines[0]!) as Document<R>;
  expect(document).toMatchObject({ schema: `ewald/${document.command}/1`, ok: code === 0, exitCode: code });
  expect(`${stdout}${stderr}`).not.toMatch(/\n\s+at .*:\d+:\d+/);
  return document;
}

/** Runs a command with --json to its end; `R` is what is read of its result. */
export async function ewald<R = RunResult>(...args: readonly string[]): Promise<Document<R>> {
  return oneDocument(await startEwald([...args, '--json']).ended);
}
