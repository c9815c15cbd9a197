import { blankIdentification } from '../../src/domain/blank-identification.ts';
import type { Identification, PhaseCandidate } from '../../src/domain/identification.ts';

/** A candidate named `<formula>_<space group>`, of which nothing else is known. */
export function candidate(phaseId: string, probability: number, more: Partial<PhaseCandidate> = {}): PhaseCandidate {
  return {
    phaseId,
    formula: phaseId.split('_')[0]!,
    spaceGroup: Number(phaseId.split('_')[1]),
    groupPhaseIds: [],
    probability,
    networkProbability: null,
    spread: null,
    weightFraction: null,
    weightFractionSigma: null,
    scale: 1,
    latticeStrainMax: 0,
    sizeNm: null,
    rivalId: null,
    ...more,
  };
}

/** What a model that is sure of it says of a pattern. */
export function identification(candidates: readonly PhaseCandidate[], more: Partial<Identification> = {}): Identification {
  return blankIdentification({
    identificationId: 'i',
    patternId: 'p',
    modelId: 'fake',
    threshold: 0.5,
    verdict: 'confident',
    candidates,
    setProbability: 0.9,
    timingMs: { load: 0, network: 1, search: 2, explain: 3, total: 10 },
    ...more,
  });
}
