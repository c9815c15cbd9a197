import { spawn } from 'node:child_process';
import { EwaldError } from '../domain/errors.ts';
import type { Environment, Outcome } from './command.ts';

export interface PassedProgram {
  /** What a person calls it. */
  readonly name: string;
  /** The program to start with the options, in a process of its own. */
  readonly main: string;
  readonly args: readonly string[];
  readonly page: string;
  readonly farewell: string;
  /** Null where it cannot be told what stands behind it. */
  readonly simulated: boolean | null;
  /** Exit codes that are results, not failures. */
  readonly results?: readonly number[];
}

/**
 * Starts a program of the simulators with options that it alone understands, until it ends or an interrupt: nothing of it is loaded into the
 * program that drives instruments. The result is its first line, with the last one over it. Fails with 'badInput', 'garbled' or 'link'.
 */
export function passThrough(program: PassedProgram, options: readonly string[], environment: Environment): Promise<Outcome> {
  const flags = options.filter((option) => option !== '--json');
  const asksForHelp = flags.includes('--help');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), program.main, ...program.args, ...flags], {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    let said = '';
    let complaint = '';
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
      if (!asksForHelp) environment.progress(data.toString().trimEnd());
    });
    child.stderr.on('data', (data: Buffer) => {
      complaint = (complaint + data.toString()).slice(-2000);
      environment.progress(data.toString().trimEnd());
    });
    environment.signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
    child.once('error', (error) => reject(new EwaldError('internal', program.name, error.message, 'check the installation')));
    child.once('exit', (code) => {
      const lines = complaint.trim().split('\n');
      const fail = (errorCode: 'badInput' | 'link', message: string) =>
        reject(new EwaldError(errorCode, program.name, message, `see ${program.page}`));
      if (code === 2) return fail('badInput', lines[0] || 'wrong options');
      const isResult = code === 0 || (program.results ?? []).includes(code ?? -1);
      if (!isResult && !environment.signal.aborted) return fail('link', lines.at(-1) || `it ended with ${code}`);
      if (asksForHelp) return resolve({ result: { help: said }, text: said.trimEnd(), simulated: program.simulated });
      const result = Object.assign({}, ...said.trim().split('\n').map(safeParse));
      return resolve({ result, text: program.farewell, simulated: program.simulated, ...(isResult ? { exitCode: code ?? 0 } : {}) });
    });
  });
}

function safeParse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
