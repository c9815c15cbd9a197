import type { RunGoal } from '../domain/decision.ts';
import { percentText } from './quantity-text.ts';

/** What the run was to find out, in a few words. */
export function questionText(goal: RunGoal): string {
  switch (goal.kind) {
    case 'identify':
      return 'identify';
    case 'confirm':
      return `confirm ${goal.phaseId}${goal.aboveWeightFraction > 0 ? ` above ${percentText(goal.aboveWeightFraction)}` : ''}`;
    case 'quantify':
      return `quantify to ${percentText(goal.sigmaWeightFraction)}`;
  }
}
