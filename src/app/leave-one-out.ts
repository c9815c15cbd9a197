import { setImmediate } from 'node:timers/promises';
import { isAmorphous } from '../analysis/score/match-phases.ts';
import type { LeftOut } from '../analysis/score/novelty.ts';
import { badInput, EwaldError } from '../domain/errors.ts';
import type { Identifier } from '../ports/identifier.ts';
import type { Environment } from './command.ts';
import type { EvaluationItem } from './evaluate-items.ts';
import { remaining } from './identify-items.ts';

const PROGRESS_EVERY_MS = 1000;

type WithoutPhases = NonNullable<Identifier['without']>;

/** How the identifier is asked as if phases were not in its library. Throws badInput where it cannot be. */
export function demandLeavesOut({ without, modelId }: Identifier): WithoutPhases {
  if (without) return without;
  throw badInput('--leave-one-out', `${modelId} cannot leave a phase out of its library`, 'choose another --method');
}

/**
 * Asks about every pattern again, as if one of its phases were not in the library: the one that its suite leaves out, or each in turn. Throws
 * as `demandLeavesOut` does, and 'interrupted' between two patterns.
 */
export async function leaveOneOut(
  identifier: Identifier,
  items: readonly EvaluationItem[],
  { runtime, progress, signal }: Pick<Environment, 'runtime' | 'progress' | 'signal'>,
): Promise<LeftOut[]> {
  const without = demandLeavesOut(identifier);
  const { modelId } = identifier;
  const wanted = items.filter(({ abstain }) => !abstain).flatMap((item) => leftOutIdsOf(item).map((leftOutId) => ({ item, leftOutId })));
  const startMs = runtime.clock.monotonicMs();
  let toldMs = startMs;
  const cases: LeftOut[] = [];
  for (const { item, leftOutId } of wanted) {
    // Lets the interrupt come in: an identification may keep the event loop busy throughout.
    await setImmediate();
    if (signal.aborted) {
      const message = `interrupted after ${cases.length} of ${wanted.length} patterns with a phase left out`;
      throw new EwaldError('interrupted', 'evaluate', message, 'start it again; --limit N takes fewer');
    }
    const nowMs = runtime.clock.monotonicMs();
    if (nowMs - toldMs >= PROGRESS_EVERY_MS) {
      const left = remaining(nowMs - startMs, cases.length, wanted.length);
      progress(`${modelId}, one phase left out: ${cases.length} of ${wanted.length} patterns, ${left} left`);
      toldMs = nowMs;
    }
    const identification = await without.call(identifier, [leftOutId]).identify(item.pattern);
    cases.push({ truth: item.truth, leftOutId, identification });
  }
  return cases;
}

function leftOutIdsOf({ truth, leftOutId }: EvaluationItem): string[] {
  return leftOutId === null ? truth.phases.map(({ phaseId }) => phaseId).filter((id) => !isAmorphous(id)) : [leftOutId];
}
