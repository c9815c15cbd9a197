import { z } from 'zod';
import type { Decision, RunView } from '../src/domain/decision.ts';
import type { Policy } from '../src/ports/policy.ts';
import { reachable } from './coverage.ts';
import { acceptIfAnswered } from './goal-rules.ts';
import { giveUp, withinBudget } from './stop-rule.ts';

export const uniformOptions = z.strictObject({
  fromDeg: z.number().default(10).describe('start of the scan in degrees 2theta'),
  toDeg: z.number().default(60).describe('end of the scan in degrees 2theta'),
  stepDeg: z.number().positive().default(0.04).describe('step in degrees 2theta'),
  dwellS: z.number().positive().default(1).describe('live time per point of one repeat in s'),
});

/** Repeats the whole range until the stop rule is content. The plain way, and the measure of every other policy. */
export function makeUniform(options: z.infer<typeof uniformOptions>): Policy {
  return {
    id: 'uniform',
    decide(view: RunView): Decision {
      const accepted = acceptIfAnswered(view);
      if (accepted) return accepted;
      if (view.cycle >= view.goal.maxCycles) return giveUp(view, 'maxCycles');
      const range = reachable(view, options);
      if (!range) return giveUp(view, 'futile');
      const purpose = view.cycle === 0 ? 'survey' : 'rescan';
      const because = view.cycle === 0 ? 'first look at the whole range' : 'count the whole range once more';
      return withinBudget(view, {
        kind: 'measure',
        reason: because,
        requests: [{ range, stepDeg: options.stepDeg, dwellS: options.dwellS, purpose, because }],
      });
    },
  };
}
