import { nearPhaseIds } from '../../models/near-phase-ids.ts';
import type { RunGoal } from '../domain/decision.ts';
import { badInput } from '../domain/errors.ts';

/** Throws badInput for a question about a phase that the model does not know. */
export function demandKnown(goal: RunGoal, known: readonly string[]): void {
  if (goal.kind !== 'confirm' || known.includes(goal.phaseId)) return;
  const near = nearPhaseIds(goal.phaseId, known);
  const remedy = near.length > 0 ? `did you mean ${near.join(', ')}?` : "add its structure under 'model.cifs', or choose another model";
  throw badInput('goal.phaseId', `the model knows no phase ${goal.phaseId}`, remedy);
}
