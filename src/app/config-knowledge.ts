import type { Config } from '../../config/schema.ts';
import type { SampleKnowledge } from '../domain/sample-knowledge.ts';
import { readKnowledge } from './knowledge-options.ts';

/** What a run's config tells of the sample; null where it tells nothing. Throws badInput as the command line does. */
export function knowledgeOf({ model, sample = {} }: Pick<Config, 'model' | 'sample'>): SampleKnowledge | null {
  const { elements, require, expect, holder, holderLinesDeg, internalStandard } = sample;
  return readKnowledge({
    ...(model.cifs ? { cif: model.cifs } : {}),
    ...(elements ? { elements: elements.join() } : {}),
    ...(require && require.length > 0 ? { require: require.join() } : {}),
    ...(expect && expect.length > 0 ? { expect: expect.join() } : {}),
    ...(holder ? { holder } : {}),
    ...(internalStandard ? { internalStandard } : {}),
    ...(holderLinesDeg && holderLinesDeg.length > 0 ? { holderLines: holderLinesDeg.join() } : {}),
  });
}
