import type { Config } from '../../config/schema.ts';
import { estimateScanS, type PlannedScan, type RunView } from '../domain/decision.ts';
import type { Capabilities } from '../ports/diffractometer.ts';
import { makePolicy } from './compose.ts';

export interface RunPlan {
  readonly requests: readonly (PlannedScan & { readonly estimateS: number })[];
  readonly estimateS: number;
  readonly atMostS: number;
}

/** What the run will surely do first, and what it may cost at most; nothing moves. */
export function planRun(config: Config, capabilities: Capabilities): RunPlan {
  const view: RunView = {
    viewId: 'plan',
    goal: config.goal,
    cycle: 0,
    coverage: [],
    identification: null,
    regions: [],
    costModel: capabilities.cost,
    limits: capabilities.twoThetaLimits,
    minWindowDeg: capabilities.minWindowDeg,
    spentS: 0,
    seed: config.seed,
  };
  const decision = makePolicy(config).decide(view);
  const planned = decision.kind === 'measure' ? decision.requests : [];
  const requests = planned.map((request) => ({
    ...request,
    estimateS: estimateScanS(capabilities.cost, request.range, request.stepDeg, request.dwellS),
  }));
  return { requests, estimateS: requests.reduce((sum, request) => sum + request.estimateS, 0), atMostS: config.goal.budgetInstrumentS };
}
