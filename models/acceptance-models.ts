import type { AcceptanceModel } from '../src/analysis/acceptance.ts';

/** For the search without a network. */
export const ACCEPTANCE_SEARCH: AcceptanceModel = {
  version: 'by hand',
  intercept: -9,
  weights: { gain: 1.2, margin: 0.8, strain: -0.6, height: 0.3, network: 0 },
};
