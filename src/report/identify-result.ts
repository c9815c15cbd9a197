import type { DisagreementRegion, Identification } from '../domain/identification.ts';
import { claimed } from '../domain/identification.ts';

/**
 * What `identify` prints, less its input. `regions` are those of a run, which compares its rivals in a step of its own; without them the
 * identification's own are shown.
 */
export function identifyResultOf(
  identification: Identification,
  modelSha256: string | null,
  regions: readonly DisagreementRegion[] = [],
): Record<string, unknown> {
  const { identificationId: _, disagreement, candidates, ...rest } = identification;
  return {
    ...rest,
    modelSha256,
    phases: claimed(identification),
    candidates,
    disagreement: (regions.length > 0 ? regions : disagreement).map(({ range, score, between }) => ({ ...range, score, between })),
  };
}
