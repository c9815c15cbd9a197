import { setImmediate } from 'node:timers/promises';
import { type JudgedPattern, judge } from '../analysis/score/judge.ts';
import { thinPattern } from '../analysis/score/thin-pattern.ts';
import { seededRandom } from '../diffraction/seeded-random.ts';
import { EwaldError } from '../domain/errors.ts';
import type { Identifier } from '../ports/identifier.ts';
import type { Environment } from './command.ts';
import type { EvaluationItem } from './evaluate-items.ts';

export interface Thinning {
  /** Share of the counts that is kept; null for the measurement as it is. */
  readonly factor: number | null;
  readonly repeats: number;
  readonly seed: number;
}

export interface IdentifiedItems {
  readonly scored: readonly JudgedPattern[];
  /** Patterns that must not be answered with confidence. */
  readonly abstain: readonly JudgedPattern[];
}

const PROGRESS_EVERY_MS = 1000;

/**
 * Identifies every item, each draw of a thinned one from its own stream of (seed, id, repeat), so that neither order nor selection changes it.
 * Throws 'interrupted' between two patterns.
 */
export async function identifyItems(
  identifier: Identifier,
  items: readonly EvaluationItem[],
  thinning: Thinning,
  { runtime, progress, signal }: Pick<Environment, 'runtime' | 'progress' | 'signal'>,
): Promise<IdentifiedItems> {
  const total = items.length * thinning.repeats;
  const startMs = runtime.clock.monotonicMs();
  let toldMs = startMs;
  const scored: JudgedPattern[] = [];
  const abstain: JudgedPattern[] = [];
  for (const item of items) {
    for (let repeat = 0; repeat < thinning.repeats; repeat++) {
      // Lets the interrupt come in: an identification may keep the event loop busy throughout.
      await setImmediate();
      const done = scored.length + abstain.length;
      if (signal.aborted)
        throw new EwaldError(
          'interrupted',
          'evaluate',
          `interrupted after ${done} of ${total} patterns`,
          'start it again; --limit N takes fewer',
        );
      const nowMs = runtime.clock.monotonicMs();
      if (nowMs - toldMs >= PROGRESS_EVERY_MS) {
        progress(`${identifier.modelId}: ${done} of ${total} patterns, ${remaining(nowMs - startMs, done, total)} left`);
        toldMs = nowMs;
      }
      const judged = judge(item.truth, repeat, await identifier.identify(patternOf(item, repeat, thinning)));
      (item.abstain ? abstain : scored).push(judged);
    }
  }
  return { scored, abstain };
}

function patternOf({ truth, pattern }: EvaluationItem, repeat: number, { factor, seed }: Thinning) {
  return factor === null ? pattern : thinPattern(pattern, factor, seededRandom(seed).fork(truth.id).fork(String(repeat)));
}

/** Time left at the pace so far. */
export function remaining(elapsedMs: number, done: number, total: number): string {
  if (done === 0) return 'an unknown time';
  const leftS = Math.ceil(((elapsedMs / done) * (total - done)) / 1000);
  return leftS < 90 ? `about ${leftS} s` : `about ${Math.round(leftS / 60)} min`;
}
