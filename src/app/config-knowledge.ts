import type { Config } from '../../config/schema.ts';
import type { SampleKnowledge } from '../domain/sample-knowledge.ts';
import { holderOf, readCif } from './knowledge-options.ts';

/** What a run's config tells of the sample; null where it tells nothing. Throws badInput for a file that cannot be read. */
export function knowledgeOf({ model, sample = {} }: Pick<Config, 'model' | 'sample'>): SampleKnowledge | null {
  const { cifs = [] } = model;
  const { elements = null, require: required = [], expect: expected = [], holderLinesDeg = [], internalStandard = null } = sample;
  const holder = sample.holder ?? null;
  const isSilent = [cifs, required, expected, holderLinesDeg].every(({ length }) => length === 0);
  if (isSilent && elements === null && holder === null && internalStandard === null) return null;
  return {
    cifs: cifs.map(readCif),
    elements: elements && [...new Set(elements)],
    required: [...new Set(required)],
    expected,
    holder: holderOf(holder, holderLinesDeg),
    internalStandard,
  };
}
