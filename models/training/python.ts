import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EwaldError } from '../../src/domain/errors.ts';

/** A Python that can train. */
export interface Python {
  readonly path: string;
  readonly torch: string;
  readonly onnx: string;
  readonly hasCuda: boolean;
}

export const ENVIRONMENT = join(import.meta.dirname, '.venv');
const PROBE = 'import json, torch, onnx, numpy; print(json.dumps([torch.__version__, onnx.__version__, torch.cuda.is_available()]))';

/** Where a Python is looked for: what was named and nothing else, or EWALD_PYTHON, the environment of `ewald train --setup`, python3. */
export function pythonPlaces(named: string | null, environment: Readonly<Record<string, string | undefined>>): string[] {
  if (named !== null) return [named];
  const own = join(ENVIRONMENT, 'bin', 'python');
  return [environment['EWALD_PYTHON'], existsSync(own) ? own : undefined, 'python3'].filter((path) => path !== undefined);
}

/** The first of the places that has torch, onnx and numpy. Fails with 'model', saying how to get one. */
export function findPython(places: readonly string[]): Python {
  const complaints: string[] = [];
  for (const path of places) {
    const { status, stdout, stderr, error } = spawnSync(path, ['-c', PROBE], { encoding: 'utf8' });
    if (status === 0) {
      const [torch, onnx, hasCuda] = JSON.parse(stdout.trim().split('\n').at(-1)!) as [string, string, boolean];
      return { path, torch, onnx, hasCuda };
    }
    complaints.push(`${path}: ${error?.message ?? (stderr.trim().split('\n').at(-1) || `ended with ${status}`)}`);
  }
  throw new EwaldError(
    'model',
    'python',
    `no Python with torch, onnx and numpy was found (${complaints.join('; ')})`,
    'make one with: ewald train --setup; or name yours with --python PATH',
  );
}
