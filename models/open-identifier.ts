import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { EwaldError } from '../src/domain/errors.ts';
import type { InstrumentCalibration } from '../src/domain/instrument-calibration.ts';
import type { SampleKnowledge } from '../src/domain/sample-knowledge.ts';
import type { Identifier } from '../src/ports/identifier.ts';
import { loadAcceptance } from './acceptance-models.ts';
import { bundleReferences, referencesNamed } from './bundle-references.ts';
import { blindTo, openHolder } from './holder-lines.ts';
import { leaveOut } from './leave-out.ts';
import { mixtureIdentifier } from './mixture-identifier.ts';
import { networkIdentifier } from './network-identifier.ts';
import { nnlsIdentifier } from './nnls-identifier.ts';
import { type Ensemble, openEnsemble } from './onnx-ensemble.ts';
import type { ReferencePhase } from './references/load-references.ts';
import { bundleDir } from './registry.ts';
import { restrictReferences, spelled } from './restrict-references.ts';
import { subtractIdentifier } from './subtract-identifier.ts';
import type { Told } from './told-knowledge.ts';

export type IdentifyMethod = 'hybrid' | 'search' | 'nnls' | 'network' | 'subtract';

export interface IdentifierSpec {
  readonly id: string;
  readonly method: IdentifyMethod;
  /** What the user tells of the sample. */
  readonly knowledge?: SampleKnowledge | null;
  /** The instrument as a standard shows it; the baselines do not look at it. */
  readonly calibration?: InstrumentCalibration | null;
}

/**
 * Opens the identifier of a bundle. 'search' leaves the network out; 'nnls', 'network' and 'subtract' are baselines, and the last two are told nothing
 * of the sample. Fails with 'model', and with 'badInput' for what was told (`restrictReferences`, `openHolder`).
 */
export async function openIdentifier(spec: IdentifierSpec, nowMs: () => number): Promise<Identifier> {
  const knowledge = spec.knowledge ?? null;
  const calibrated = spec.calibration ? { calibration: spec.calibration } : {};
  if (spec.method === 'search' || spec.method === 'nnls') {
    const library = referencesNamed(spec.id);
    const told = knowledge && toldOf(library, knowledge, []);
    const references = told?.restricted.references ?? library;
    if (spec.method === 'nnls') return nnlsIdentifier(references, nowMs);
    const acceptance = loadAcceptance('search');
    const modelSha256 = sha256(JSON.stringify([library, acceptance, ...givenOf(spec)]));
    const parts = { modelId: `${basename(spec.id)}-search`, modelSha256, references, voter: null, acceptance, nowMs, ...calibrated };
    return mixtureIdentifier({ ...parts, ...(told ? { told } : {}) });
  }
  const folder = bundleDir(spec.id);
  const ensemble = await openEnsemble(folder);
  try {
    return voicedIdentifier(ensemble, bundleReferences(folder, ensemble.manifest), spec, nowMs);
  } catch (error) {
    await ensemble.close();
    throw error;
  }
}

/** The identifier that an open ensemble speaks in. Throws as `openIdentifier` does. */
function voicedIdentifier(ensemble: Ensemble, library: readonly ReferencePhase[], spec: IdentifierSpec, nowMs: () => number): Identifier {
  const { knowledge, calibration } = spec;
  const { modelId, space, onnx, phases, threshold } = ensemble.manifest;
  const unknown = phases.find(({ phaseId }) => !library.some((reference) => reference.phaseId === phaseId));
  if (unknown)
    throw new EwaldError(
      'model',
      modelId,
      `the model ${modelId} names ${unknown.phaseId}, which is not among the references of ${space}`,
      'install the references that belong to the model',
    );
  if (spec.method === 'network' || spec.method === 'subtract') {
    const modelSha256 = sha256(JSON.stringify([onnx.sha256, library, spec.method]));
    const parts = { modelId: `${modelId}-${spec.method}`, modelSha256, references: library, voter: ensemble, threshold, nowMs };
    return spec.method === 'network' ? networkIdentifier(parts) : subtractIdentifier(parts);
  }
  const acceptance = loadAcceptance('hybrid');
  const modelSha256 = sha256(JSON.stringify([onnx.sha256, library, acceptance, ...givenOf(spec)]));
  const calibrated = calibration ? { calibration } : {};
  const parts = { modelId, modelSha256, references: library, voter: ensemble, acceptance, nowMs, ...calibrated };
  if (!knowledge) return mixtureIdentifier(parts);
  const votedIds = phases.map(({ phaseId }) => phaseId);
  const told = toldOf(library, knowledge, votedIds);
  const { references, leftOutPhaseIds } = told.restricted;
  const heard = leftOutPhaseIds.length > 0 ? leaveOut(parts, leftOutPhaseIds).voter : ensemble;
  const voter = told.holder && heard ? blindTo(heard, told.holder) : heard;
  // Whatever hides part of the votes leaves the ensemble to be closed by whoever opened it.
  return { ...mixtureIdentifier({ ...parts, references, voter, told }), close: () => ensemble.close() };
}

function givenOf({ knowledge, calibration }: IdentifierSpec): unknown[] {
  return [...(knowledge ? [knowledge] : []), ...(calibration ? [calibration] : [])];
}

/** `votedIds`: the phases that a network speaks about; without a network none is silent. */
function toldOf(library: readonly ReferencePhase[], knowledge: SampleKnowledge, votedIds: readonly string[]): Told {
  const restricted = restrictReferences(library, knowledge);
  const silent = votedIds.length > 0 ? restricted.addedPhaseIds.filter((phaseId) => !votedIds.includes(phaseId)) : [];
  const holder = knowledge.holder && openHolder(knowledge.holder);
  const acceptanceWithoutNetwork = loadAcceptance('search');
  const { required, internalStandard: standard } = knowledge;
  const internalStandard = standard && { ...standard, phaseId: spelled(restricted.references, standard.phaseId, '--internal-standard') };
  return { restricted, required, holder, internalStandard, silentPhaseIds: new Set(silent), acceptanceWithoutNetwork };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
