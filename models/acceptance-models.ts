import type { AcceptanceModel } from '../src/analysis/acceptance.ts';

/** For the search without a network; made by `npx tsx models/training/train-acceptance.ts solid-state-precursors search 120 1`. */
export const ACCEPTANCE_SEARCH: AcceptanceModel = {
  version: 'search, 120 simulated scenes, seed 1',
  present: {
    intercept: -5.9132,
    weights: {
      gain: 0.3703,
      margin: 0.5907,
      strain: -0.5953,
      height: 0.2262,
      network: 0,
      misfit: -0.3245,
      explained: 1.7533,
      isolated: 1.8265,
    },
  },
  overlooked: { intercept: -6.3975, weights: { gain: 0.2634, network: 0, misfit: 0.7192 } },
  set: { intercept: 0.2787, slope: 1.5014 },
};

/** For the search with the ensemble's vote. */
export const ACCEPTANCE_HYBRID: AcceptanceModel = {
  version: 'untrained',
  present: {
    intercept: -5.374,
    weights: { gain: 0.7713, margin: 0.5179, strain: -0.6044, height: 0.242, network: 0.5, misfit: -0.6656, explained: 0, isolated: 0 },
  },
  overlooked: { intercept: -6.3975, weights: { gain: 0.2634, network: 0.3, misfit: 0.7192 } },
  set: { intercept: 0.1346, slope: 1.5181 },
};
