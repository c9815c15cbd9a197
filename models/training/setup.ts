import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { EwaldError } from '../../src/domain/errors.ts';
import { ENVIRONMENT } from './python.ts';

/** Makes the Python environment of the training beside this file, with the versions of requirements.txt. Fails with 'model' where a step does. */
export async function setUpTraining(basePython: string, progress: (line: string) => void): Promise<string> {
  const python = join(ENVIRONMENT, 'bin', 'python');
  await step(basePython, ['-m', 'venv', ENVIRONMENT], progress);
  await step(
    python,
    ['-m', 'pip', 'install', '--disable-pip-version-check', '-r', join(import.meta.dirname, 'requirements.txt')],
    progress,
  );
  return python;
}

function step(command: string, options: readonly string[], progress: (line: string) => void): Promise<void> {
  const line = `${command} ${options.join(' ')}`;
  progress(line);
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...options], { stdio: ['ignore', 'ignore', 'inherit'] });
    const failed = (why: string) =>
      reject(new EwaldError('model', command, `${line} failed: ${why}`, 'Python 3.11 or later with venv and pip is needed'));
    child.on('error', (error) => failed(error.message));
    child.on('exit', (code, signal) => (code === 0 ? resolve() : failed(`it ended with ${signal ?? code}`)));
  });
}
