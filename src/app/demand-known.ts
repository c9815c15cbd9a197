import { nearPhaseIds } from '../../models/near-phase-ids.ts';
import type { RunGoal } from '../domain/decision.ts';
import { badInput } from '../domain/errors.ts';
import { samePhase } from '../domain/phase.ts';

/** The question with its phase as the model spells it. Throws badInput for a question about a phase that the model does not know. */
export function demandKnown(goal: RunGoal, known: readonly string[]): RunGoal {
  if (goal.kind !== 'confirm') return goal;
  const phaseId = known.find((own) => samePhase(own, goal.phaseId));
  if (phaseId !== undefined) return { ...goal, phaseId };
  const near = nearPhaseIds(goal.phaseId, known);
  const remedy = near.length > 0 ? `did you mean ${near.join(', ')}?` : "add its structure under 'model.cifs', or choose another model";
  throw badInput('goal.phaseId', `the model knows no phase ${goal.phaseId}`, remedy);
}
