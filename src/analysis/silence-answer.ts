import type { Identification, PhaseCandidate } from '../domain/identification.ts';
import type { ScanFinding } from '../domain/scan-finding.ts';

/**
 * The answer with what was found wrong with its scan; where nothing can be read from the scan, nothing is claimed and no figure of the fit is left
 * standing.
 */
export function withFindings(identification: Identification, scanFindings: readonly ScanFinding[]): Identification {
  if (!scanFindings.some(({ severity }) => severity === 'stop')) return { ...identification, scanFindings };
  const { curves: _, told, ...rest } = identification;
  return {
    ...rest,
    scanFindings,
    verdict: 'noSignal',
    candidates: identification.candidates.map(silenced),
    setProbability: 0,
    rivalSets: [],
    detectionLimits: [],
    disagreement: [],
    ...(told ? { told: { ...told, amorphous: null } } : {}),
  };
}

function silenced({ camCheck: _, ...candidate }: PhaseCandidate): PhaseCandidate {
  return {
    ...candidate,
    probability: 0,
    weightFraction: null,
    weightFractionSigma: null,
    weightFractionCountingSigma: null,
    scale: 0,
    latticeStrainMax: 0,
    sizeNm: null,
    rivalId: null,
  };
}
