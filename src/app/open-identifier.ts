import type { InstrumentCalibration } from '../domain/instrument-calibration.ts';
import type { SampleKnowledge } from '../domain/sample-knowledge.ts';
import type { Identifier } from '../ports/identifier.ts';

export const identifyMethods = ['hybrid', 'search', 'nnls', 'network', 'subtract'] as const;
export type IdentifyMethod = (typeof identifyMethods)[number];

/**
 * What the commands need of the composition: the identifier of a model, by id or folder, for a sample of which `knowledge` is told, in an instrument of which
 * `calibration` tells. Fails with 'model'.
 */
export type OpenIdentifier = (spec: {
  readonly id: string;
  readonly method?: IdentifyMethod;
  readonly knowledge?: SampleKnowledge | null;
  readonly calibration?: InstrumentCalibration | null;
}) => Promise<Identifier>;

export const DEFAULT_MODEL = 'solid-state-precursors';
