import type { Identification } from './identification.ts';

/** An identification that names no phase, with what is known of it: nothing found, nothing unusual, no time spent. */
export function blankIdentification(
  known: Pick<Identification, 'identificationId' | 'patternId' | 'modelId'> & Partial<Identification>,
): Identification {
  return {
    threshold: 1,
    verdict: 'noSignal',
    candidates: [],
    setProbability: 0,
    rivalSets: [],
    shift: { zeroDeg: 0, displacementMm: 0 },
    unexplained: { fraction: 0, maxPeakSigma: 0, atDeg: null },
    novelty: { score: 0, isNovel: false },
    detectionLimits: [],
    disagreement: [],
    timingMs: { load: 0, network: 0, search: 0, explain: 0, total: 0 },
    ...known,
  };
}
