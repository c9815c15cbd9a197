import type { Identification } from '../domain/identification.ts';
import type { ScanFinding } from '../domain/scan-finding.ts';

/** The answer with what was found wrong with its scan; where nothing can be read from the scan, nothing is claimed. */
export function withFindings(identification: Identification, scanFindings: readonly ScanFinding[]): Identification {
  if (!scanFindings.some(({ severity }) => severity === 'stop')) return { ...identification, scanFindings };
  return {
    ...identification,
    scanFindings,
    verdict: 'noSignal',
    candidates: identification.candidates.map((candidate) => ({
      ...candidate,
      probability: 0,
      weightFraction: null,
      weightFractionSigma: null,
      weightFractionCountingSigma: null,
      rivalId: null,
    })),
    setProbability: 0,
    rivalSets: [],
  };
}
