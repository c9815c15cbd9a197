import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { badInput, EwaldError } from '../domain/errors.ts';

export interface SimulatorProcess {
  /** Where it is, as its wire tells (simulators/endpoints). */
  readonly address: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('../../simulators/main.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');
const READY_MS = 30_000;

/** Starts the simulated instrument in a process of its own; it ends with this one, however this one ends. */
export async function startSimulator(options: Readonly<Record<string, unknown>>): Promise<SimulatorProcess> {
  const { password, ...open } = options;
  const flags = Object.entries(open).flatMap(([key, value]) =>
    value === null || value === undefined ? [] : [`--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, flagText(value)],
  );
  const environment = typeof password === 'string' ? { ...process.env, EWALD_MQTT_PASSWORD: password } : process.env;
  // An interrupt typed at the terminal must reach us alone: we need the instrument to make it safe.
  const child = spawn(process.execPath, ['--import', TSX, MAIN, ...flags], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: environment,
    detached: true,
  });
  let complaint = '';
  child.stderr.on('data', (data: Buffer) => {
    complaint = (complaint + data.toString()).slice(-2000);
  });
  const address = await firstLine(child, () => complaint);
  return { address, close: () => stop(child) };
}

function flagText(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  return value.map((phase: { phaseId?: string; height?: number }) => `${phase.phaseId}:${phase.height ?? 1}`).join(',');
}

function firstLine(child: ChildProcess, complaint: () => string): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        new EwaldError(
          'timeout',
          'simulator',
          `the simulated instrument was not ready within ${READY_MS / 1000} s`,
          'see what it says with: ewald simulate',
        ),
      );
    }, READY_MS);
    child.once('error', (error) =>
      reject(
        new EwaldError('link', 'simulator', `the simulated instrument could not be started: ${error.message}`, 'check the installation'),
      ),
    );
    child.once('exit', () => {
      clearTimeout(timer);
      const text = complaint().trim().split('\n').slice(-3).join(' ') || 'it ended without a word';
      reject(badInput('simulator', `the simulated instrument did not start: ${text}`, 'mend the simulator options (docs/simulator.md)'));
    });
    createInterface({ input: child.stdout! }).once('line', (line) => {
      clearTimeout(timer);
      try {
        resolve(JSON.parse(line) as Record<string, unknown>);
      } catch {
        reject(new EwaldError('garbled', 'simulator', 'the simulated instrument spoke no JSON', 'check the installation'));
      }
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.stdin?.end();
    child.kill('SIGTERM');
  });
}
