import type { RunView, Verdict, VerdictKind } from '../src/domain/decision.ts';
import { claimed } from '../src/domain/identification.ts';

/**
 * The verdict with what is claimed now; a question about one phase names none but that one, and only where the answer is yes. `reason` is one
 * plain sentence.
 */
export function verdictOf(kind: VerdictKind, reasonCode: Verdict['reasonCode'], view: RunView, reason: string): Verdict {
  const { goal, identification } = view;
  const phaseIds = identification && goal.kind !== 'confirm' ? claimed(identification).map((phase) => phase.phaseId) : [];
  return { kind, reasonCode, phaseIds, setProbability: identification?.setProbability ?? null, reason };
}
