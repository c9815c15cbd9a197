import type { Identifier } from '../ports/identifier.ts';

export const identifyMethods = ['hybrid', 'search', 'nnls'] as const;
export type IdentifyMethod = (typeof identifyMethods)[number];

/** What the commands need of the composition: the identifier of a model, by id or folder. Fails with 'model'. */
export type OpenIdentifier = (spec: { readonly id: string; readonly method?: IdentifyMethod }) => Promise<Identifier>;

export const DEFAULT_MODEL = 'solid-state-precursors';
