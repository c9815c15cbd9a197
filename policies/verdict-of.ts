import type { RunView, Verdict, VerdictKind } from '../src/domain/decision.ts';
import { claimed } from '../src/domain/identification.ts';

/** The verdict with what is claimed now. `reason` is one plain sentence. */
export function verdictOf(kind: VerdictKind, reasonCode: Verdict['reasonCode'], view: RunView, reason: string): Verdict {
  const phaseIds = view.identification ? claimed(view.identification).map((phase) => phase.phaseId) : [];
  return { kind, reasonCode, phaseIds, setProbability: view.identification?.setProbability ?? null, reason };
}
