import { claimed, type DisagreementRegion, type Identification } from '../domain/identification.ts';

/**
 * What `identify` prints, less its input; curves stay out of it. `regions` are those of a run, which compares its rivals in a step of its own;
 * where there are none the identification's own are given.
 */
export function identifyResultOf(
  identification: Identification,
  modelSha256: string | null,
  regions: readonly DisagreementRegion[] = [],
): Record<string, unknown> {
  const { identificationId: _, curves: __, disagreement, candidates, ...rest } = identification;
  return {
    ...rest,
    modelSha256,
    phases: claimed(identification),
    candidates,
    disagreement: (regions.length > 0 ? regions : disagreement).map(({ range, score, between }) => ({ ...range, score, between })),
  };
}
