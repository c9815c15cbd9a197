import type { RunGoal, Verdict } from '../domain/decision.ts';
import { samePhase } from '../domain/phase.ts';

/** What a simulator writes of its sample; a replayed recording may know less of it. */
export interface SampleTruth {
  readonly phaseIds?: readonly string[];
  readonly scene?: { readonly phases: readonly { readonly phaseId: string; readonly weightFraction?: number }[] };
}

/** Does the verdict say what is true? Of a question about one phase that is its answer, else the set of phases. */
export function isRight(goal: RunGoal, verdict: Verdict | null, truth: SampleTruth & Required<Pick<SampleTruth, 'phaseIds'>>): boolean {
  const { phaseIds } = truth;
  if (goal.kind === 'confirm') return verdict?.confirmed === isAbove(goal, truth);
  const named = verdict?.phaseIds ?? [];
  return named.length === phaseIds.length && phaseIds.every((phaseId) => named.some((other) => samePhase(other, phaseId)));
}

function isAbove(goal: Extract<RunGoal, { kind: 'confirm' }>, { phaseIds, scene }: SampleTruth): boolean {
  const share = scene?.phases.find((phase) => samePhase(phase.phaseId, goal.phaseId))?.weightFraction;
  return share === undefined ? (phaseIds ?? []).some((phaseId) => samePhase(phaseId, goal.phaseId)) : share > goal.aboveWeightFraction;
}

/** A question about one phase may stay open; a set of phases that is named is right or wrong, however sure it is. */
export function judgement(goal: RunGoal, verdict: Verdict | null, right: boolean): string {
  if (goal.kind === 'confirm' && verdict?.confirmed === undefined) return 'the question was not answered';
  return `the answer is ${right ? 'right' : 'wrong'}`;
}
