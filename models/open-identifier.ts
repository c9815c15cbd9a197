import { createHash } from 'node:crypto';
import type { Identifier } from '../src/ports/identifier.ts';
import { ACCEPTANCE_SEARCH } from './acceptance-models.ts';
import { mixtureIdentifier } from './mixture-identifier.ts';
import { nnlsIdentifier } from './nnls-identifier.ts';
import { loadReferences } from './references/load-references.ts';

export type IdentifyMethod = 'hybrid' | 'search' | 'nnls';

export interface IdentifierSpec {
  readonly id: string;
  readonly method: IdentifyMethod;
}

/** Opens the identifier of a bundle. 'search' leaves the network out, 'nnls' is the baseline. Fails with 'model'. */
export async function openIdentifier(spec: IdentifierSpec, nowMs: () => number): Promise<Identifier> {
  const references = loadReferences(spec.id);
  if (spec.method === 'nnls') return nnlsIdentifier(references, nowMs);
  const modelSha256 = createHash('sha256')
    .update(JSON.stringify({ references, acceptance: ACCEPTANCE_SEARCH }))
    .digest('hex');
  return mixtureIdentifier({ modelId: `${spec.id}/search`, modelSha256, references, voter: null, acceptance: ACCEPTANCE_SEARCH, nowMs });
}
