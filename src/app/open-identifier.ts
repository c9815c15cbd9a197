import type { SampleKnowledge } from '../domain/sample-knowledge.ts';
import type { Identifier } from '../ports/identifier.ts';

export const identifyMethods = ['hybrid', 'search', 'nnls', 'network', 'subtract'] as const;
export type IdentifyMethod = (typeof identifyMethods)[number];

/** What the commands need of the composition: the identifier of a model, by id or folder, for a sample of which `knowledge` is told. Fails with 'model'. */
export type OpenIdentifier = (spec: {
  readonly id: string;
  readonly method?: IdentifyMethod;
  readonly knowledge?: SampleKnowledge | null;
}) => Promise<Identifier>;

export const DEFAULT_MODEL = 'solid-state-precursors';
