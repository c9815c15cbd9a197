import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { EwaldError } from '../src/domain/errors.ts';
import type { SampleKnowledge } from '../src/domain/sample-knowledge.ts';
import type { Identifier } from '../src/ports/identifier.ts';
import { loadAcceptance } from './acceptance-models.ts';
import { bundleReferences, referencesNamed } from './bundle-references.ts';
import { blindTo, openHolder } from './holder-lines.ts';
import { leaveOut } from './leave-out.ts';
import { readManifest } from './manifest.ts';
import { mixtureIdentifier } from './mixture-identifier.ts';
import { nnlsIdentifier } from './nnls-identifier.ts';
import { openEnsemble } from './onnx-ensemble.ts';
import type { ReferencePhase } from './references/load-references.ts';
import { bundleDir } from './registry.ts';
import { restrictReferences } from './restrict-references.ts';
import type { Told } from './told-knowledge.ts';

export type IdentifyMethod = 'hybrid' | 'search' | 'nnls';

export interface IdentifierSpec {
  readonly id: string;
  readonly method: IdentifyMethod;
  /** What the user tells of the sample. */
  readonly knowledge?: SampleKnowledge | null;
}

/**
 * Opens the identifier of a bundle. 'search' leaves the network out, 'nnls' is the baseline. Fails with 'model', and with 'badInput' for what was told
 * of the sample (`restrictReferences`, `openHolder`).
 */
export async function openIdentifier(spec: IdentifierSpec, nowMs: () => number): Promise<Identifier> {
  const knowledge = spec.knowledge ?? null;
  if (spec.method !== 'hybrid') {
    const library = referencesNamed(spec.id);
    const told = knowledge && toldOf(library, knowledge, []);
    const references = told?.restricted.references ?? library;
    if (spec.method === 'nnls') return nnlsIdentifier(references, nowMs);
    const acceptance = loadAcceptance('search');
    const modelSha256 = sha256(JSON.stringify([library, acceptance, ...(knowledge ? [knowledge] : [])]));
    const parts = { modelId: `${basename(spec.id)}-search`, modelSha256, references, voter: null, acceptance, nowMs };
    return mixtureIdentifier({ ...parts, ...(told ? { told } : {}) });
  }
  const folder = bundleDir(spec.id);
  const library = bundleReferences(folder, readManifest(folder));
  const ensemble = await openEnsemble(folder);
  const { modelId, space, onnx, phases } = ensemble.manifest;
  const unknown = phases.find(({ phaseId }) => !library.some((reference) => reference.phaseId === phaseId));
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
  const modelSha256 = sha256(JSON.stringify([onnx.sha256, library, acceptance, ...(knowledge ? [knowledge] : [])]));
  const parts = { modelId, modelSha256, references: library, voter: ensemble, acceptance, nowMs };
  if (!knowledge) return mixtureIdentifier(parts);
  try {
    const votedIds = phases.map(({ phaseId }) => phaseId);
    const told = toldOf(library, knowledge, votedIds);
    const { references, leftOutPhaseIds } = told.restricted;
    const heard = leftOutPhaseIds.length > 0 ? leaveOut(parts, leftOutPhaseIds).voter : ensemble;
    const voter = told.holder && heard ? blindTo(heard, told.holder) : heard;
    // Whatever hides part of the votes leaves the ensemble to be closed by whoever opened it.
    return { ...mixtureIdentifier({ ...parts, references, voter, told }), close: () => ensemble.close() };
  } catch (error) {
    await ensemble.close();
    throw error;
  }
}

/** `votedIds`: the phases that a network speaks about; without a network none is silent. */
function toldOf(library: readonly ReferencePhase[], knowledge: SampleKnowledge, votedIds: readonly string[]): Told {
  const restricted = restrictReferences(library, knowledge);
  const silent = votedIds.length > 0 ? restricted.addedPhaseIds.filter((phaseId) => !votedIds.includes(phaseId)) : [];
  const holder = knowledge.holder && openHolder(knowledge.holder);
  const acceptanceWithoutNetwork = loadAcceptance('search');
  return { restricted, required: knowledge.required, holder, silentPhaseIds: new Set(silent), acceptanceWithoutNetwork };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
