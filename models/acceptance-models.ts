import type { AcceptanceModel } from '../src/analysis/acceptance.ts';

/** For the search without a network. */
export const ACCEPTANCE_SEARCH: AcceptanceModel = {
  version: 'search, 160 simulated scenes, seed 1',
  intercept: -7.2522,
  weights: { gain: 0.9201, margin: 0.5735, strain: -0.6518, height: 0.2721, network: 0 },
};

/** For the search with the ensemble's vote. */
export const ACCEPTANCE_HYBRID: AcceptanceModel = {
  version: 'the search weights with a vote of weight 0.6, until trained with the ensemble',
  intercept: -7.2522,
  weights: { gain: 0.9201, margin: 0.5735, strain: -0.6518, height: 0.2721, network: 0.6 },
};
