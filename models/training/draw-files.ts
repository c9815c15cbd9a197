import { createHash } from 'node:crypto';
import { createReadStream, existsSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inParallel } from './in-parallel.ts';
import type { StageProgress } from './progress-clock.ts';
import { runChild } from './run-child.ts';

/** A file of patterns to be drawn; what it holds depends on these fields and the structures alone. */
export interface PatternsJob {
  readonly path: string;
  readonly seed: string;
  readonly count: number;
  readonly prior: 'training' | 'scoring1' | 'scoring3';
}

export interface DrawFrom {
  readonly space: string;
  /** Folder with the structures; null where they are those of the space. */
  readonly references: string | null;
}

const DRAW = fileURLToPath(new URL('./draw-patterns.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');

/** Patterns in one file of the pool: the least that is lost by a stop. */
const CHUNK = 5000;

/** The files of a pool of so many patterns, the last one shorter. */
export function poolJobs(folder: string, patterns: number, seed: number): PatternsJob[] {
  return Array.from({ length: Math.ceil(patterns / CHUNK) }, (_, i) => ({
    path: `${folder}/pool-${String(i).padStart(4, '0')}.bin`,
    seed: `${seed}/${i}`,
    count: Math.min(CHUNK, patterns - i * CHUNK),
    prior: 'training' as const,
  }));
}

/** Draws the files that are not there yet, `slots` processes at a time; `progress` hears how many patterns more there are. Gives processor seconds. */
export async function drawFiles(
  jobs: readonly PatternsJob[],
  from: DrawFrom,
  slots: number,
  progress: StageProgress,
  signal: AbortSignal,
): Promise<number> {
  let cpuS = 0;
  await inParallel(jobs, slots, async ({ path, seed, count, prior }) => {
    if (existsSync(path)) return progress.had(count);
    const structures = from.references === null ? [] : ['--references', from.references];
    const options = [
      '--space',
      from.space,
      ...structures,
      '--count',
      `${count}`,
      '--seed',
      seed,
      '--prior',
      prior,
      '--out',
      `${path}.part`,
    ];
    let heard = 0;
    let ownCpuS = 0;
    await runChild(
      process.execPath,
      ['--import', TSX, DRAW, ...options],
      (event) => {
        progress.add(Number(event['drawn']) - heard);
        heard = Number(event['drawn']);
        ownCpuS = Number(event['cpuS']);
      },
      signal,
    );
    renameSync(`${path}.part`, path);
    cpuS += ownCpuS;
  });
  return cpuS;
}

/** SHA-256 of the files one after the other. */
export async function sha256OfFiles(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) for await (const block of createReadStream(path)) hash.update(block as Buffer);
  return hash.digest('hex');
}
