import type { Config } from '../../config/schema.ts';
import { fitRequest } from '../analysis/fit-request.ts';
import { estimateScanS, type PlannedScan, type RunView } from '../domain/decision.ts';
import { asEwaldError } from '../domain/errors.ts';
import type { Capabilities } from '../ports/diffractometer.ts';
import { findViolation } from '../safety/scan-rules.ts';
import { makePolicy } from './compose.ts';

export interface RunPlan {
  /** `refused`: why the instrument or its guard would not carry it out; null where nothing speaks against it. */
  readonly requests: readonly (PlannedScan & { readonly estimateS: number; readonly refused: string | null })[];
  readonly estimateS: number;
  /** The budget, or the beam that the sample may have, whichever is less. */
  readonly atMostS: number;
}

/** What the run will surely do first, what it may cost at most, and what of it the guard would refuse; nothing moves. */
export function planRun(config: Config, capabilities: Capabilities): RunPlan {
  const { maxScanS, maxBeamS } = config.limits;
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
    maxScanS,
    beamLeftS: maxBeamS,
    seed: config.seed,
  };
  const decision = makePolicy(config).decide(view);
  const planned = decision.kind === 'measure' ? decision.requests : [];
  const requests = planned.map((request) => ({
    ...request,
    estimateS: estimateScanS(capabilities.cost, request.range, request.stepDeg, request.dwellS),
    refused: refusalOf(request, config, capabilities),
  }));
  const estimateS = requests.reduce((sum, request) => sum + request.estimateS, 0);
  return { requests, estimateS, atMostS: Math.min(config.goal.budgetInstrumentS, maxBeamS) };
}

/** What the loop and the guard would say to it; null where it would be sent. */
function refusalOf(planned: PlannedScan, { limits, sampleId = 'sample' }: Config, capabilities: Capabilities): string | null {
  const request = { ...planned, requestId: 'plan', runId: 'plan', cycle: 1 };
  const sample = { sampleId, slot: null };
  try {
    const command = fitRequest(request, capabilities, { attempt: 1, sample, nowS: 0, patienceS: 0, beamLeftS: limits.maxBeamS });
    return findViolation(command, capabilities, { ...limits, limits });
  } catch (error) {
    return asEwaldError(error).message;
  }
}
