import type { AmorphousShare, InternalStandard } from '../domain/sample-knowledge.ts';
import type { Weighed } from './weigh-phases.ts';

/**
 * What of the sample is amorphous, 0..1 of the sample without the standard: (1 - c / f) / (1 - c), with c the share of the standard in the mixture and f its
 * share of the crystalline part (internal standard: R. L. Snyder and D. L. Bish, Rev. Mineral. 20, 101, 1989). Slightly negative where there is none and
 * errors say so. Null where the standard was not weighed.
 */
export function amorphousShare(weighed: readonly Weighed[], standard: InternalStandard): AmorphousShare | null {
  const found = weighed.find(({ phaseId }) => phaseId === standard.phaseId);
  if (!found || found.fraction <= 0) return null;
  const c = standard.weightFraction;
  const f = found.fraction;
  return {
    standardId: standard.phaseId,
    weightFraction: (1 - c / f) / (1 - c),
    sigma: ((c / (f * f)) * found.sigma) / (1 - c),
  };
}
