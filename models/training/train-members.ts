import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EwaldError } from '../../src/domain/errors.ts';
import { inParallel } from './in-parallel.ts';
import type { StageProgress } from './progress-clock.ts';
import { type ChildEvent, runChild } from './run-child.ts';

export interface MembersJob {
  readonly python: string;
  readonly pool: readonly string[];
  readonly validation: string;
  readonly members: number;
  readonly patterns: number;
  readonly seed: number;
  /** Processor cores to use in all. */
  readonly threads: number;
  readonly hasCuda: boolean;
  readonly folder: string;
}

const TRAIN = fileURLToPath(new URL('./train.py', import.meta.url));
/** Steps of a speed measurement. */
const PROBE_STEPS = 30;

export function memberFile(folder: string, member: number): string {
  return `${folder}/member-${member}.pt`;
}

/**
 * Trains the members that are not there yet, one thread each and as many at a time as there are threads: two members on a core each are quicker than one
 * on both. The last that is left alone gets all. `progress` hears how many patterns more were learnt. Gives how many patterns an earlier start had learnt.
 */
export async function trainMembers(job: MembersJob, progress: StageProgress, signal: AbortSignal): Promise<number> {
  // Members share a graphics card badly; one core feeds it.
  const slots = job.hasCuda ? 1 : job.threads;
  let waiting = job.members;
  let before = 0;
  await inParallel(
    Array.from({ length: job.members }, (_, member) => member),
    slots,
    async (member) => {
      const isAlone = waiting-- === 1 && job.members % slots === 1;
      if (existsSync(memberFile(job.folder, member))) {
        before += job.patterns;
        return progress.had(job.patterns);
      }
      let heard = 0;
      const hear = (event: ChildEvent): void => {
        const share = event.event === 'done' ? 1 : Number(event['step']) / Number(event['steps']);
        const more = share * job.patterns - heard;
        if (event.event === 'start') {
          before += Number(event['resumedFrom']);
          progress.had(more);
        } else progress.add(more);
        heard = share * job.patterns;
      };
      const threads = isAlone ? job.threads : Math.max(1, Math.floor(job.threads / slots));
      await runChild(job.python, [...memberOptions(job, member, threads), '--out', memberFile(job.folder, member)], hear, signal);
    },
  );
  return before;
}

/** Patterns per second that one member on one thread learns from here and now. */
export async function measureSpeed(job: MembersJob, signal: AbortSignal): Promise<number> {
  let patternsPerS = 0;
  const options = [...memberOptions(job, 0, 1), '--probe', `${PROBE_STEPS}`, '--out', `${job.folder}/probe`];
  const hear = (event: ChildEvent): void => {
    patternsPerS = Number(event['patternsPerS'] ?? patternsPerS);
  };
  await runChild(job.python, options, hear, signal);
  if (!(patternsPerS > 0)) throw new EwaldError('model', 'train.py', 'the speed of the training could not be measured', 'give --patterns');
  return patternsPerS;
}

function memberOptions(job: MembersJob, member: number, threads: number): string[] {
  const { pool, validation, patterns, seed } = job;
  const numbers = { member, patterns, seed, threads };
  return [
    TRAIN,
    '--pool',
    ...pool,
    '--validation',
    validation,
    ...Object.entries(numbers).flatMap(([key, value]) => [`--${key}`, `${value}`]),
  ];
}
