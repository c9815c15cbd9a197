import { createHash } from 'node:crypto';
import { EwaldError } from '../src/domain/errors.ts';
import type { Identifier } from '../src/ports/identifier.ts';
import { loadAcceptance } from './acceptance-models.ts';
import { mixtureIdentifier } from './mixture-identifier.ts';
import { nnlsIdentifier } from './nnls-identifier.ts';
import { openEnsemble } from './onnx-ensemble.ts';
import { loadReferences } from './references/load-references.ts';
import { bundleDir } from './registry.ts';

export type IdentifyMethod = 'hybrid' | 'search' | 'nnls';

export interface IdentifierSpec {
  readonly id: string;
  readonly method: IdentifyMethod;
}

/** Opens the identifier of a bundle. 'search' leaves the network out, 'nnls' is the baseline. Fails with 'model'. */
export async function openIdentifier(spec: IdentifierSpec, nowMs: () => number): Promise<Identifier> {
  if (spec.method !== 'hybrid') {
    const references = loadReferences(spec.id);
    if (spec.method === 'nnls') return nnlsIdentifier(references, nowMs);
    const acceptance = loadAcceptance('search');
    const modelSha256 = sha256(JSON.stringify([references, acceptance]));
    return mixtureIdentifier({ modelId: `${spec.id}-search`, modelSha256, references, voter: null, acceptance, nowMs });
  }
  const ensemble = await openEnsemble(bundleDir(spec.id));
  const { modelId, space, onnx, phases } = ensemble.manifest;
  const references = loadReferences(space);
  const unknown = phases.find(({ phaseId }) => !references.some((reference) => reference.phaseId === phaseId));
  if (unknown) {
    await ensemble.close();
    throw new EwaldError(
      'model',
      modelId,
      `the model ${modelId} names ${unknown.phaseId}, which is not among the references of ${space}`,
      'install the references that belong to the model',
    );
  }
  const acceptance = loadAcceptance('hybrid');
  const modelSha256 = sha256(JSON.stringify([onnx.sha256, references, acceptance]));
  return mixtureIdentifier({ modelId, modelSha256, references, voter: ensemble, acceptance, nowMs });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
