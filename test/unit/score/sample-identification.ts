import type { JudgedPattern, Truth } from '../../../src/analysis/score/judge.ts';
import { judge } from '../../../src/analysis/score/judge.ts';
import type { Identification, PhaseCandidate } from '../../../src/domain/identification.ts';

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

export function identification(candidates: readonly PhaseCandidate[], more: Partial<Identification> = {}): Identification {
  return {
    identificationId: 'i',
    patternId: 'p',
    modelId: 'fake',
    threshold: 0.5,
    verdict: 'confident',
    candidates,
    setProbability: 0.9,
    rivalSets: [],
    shift: { zeroDeg: 0, displacementMm: 0 },
    unexplained: { fraction: 0, maxPeakSigma: 0, atDeg: null },
    novelty: { score: 0, isNovel: false },
    detectionLimits: [],
    disagreement: [],
    timingMs: { load: 0, network: 1, search: 2, explain: 3, total: 10 },
    ...more,
  };
}

export function truth(phases: readonly (string | [string, number])[], more: Partial<Truth> = {}): Truth {
  return {
    id: 'scan',
    clusterId: more.id ?? 'scan',
    tags: [],
    certainty: null,
    phases: phases.map((phase) =>
      typeof phase === 'string' ? { phaseId: phase, weightFraction: null } : { phaseId: phase[0], weightFraction: phase[1] },
    ),
    scoresFractions: true,
    ...more,
  };
}

/** Expected ids and claimed ids (probability 0.9 each). */
export function judged(id: string, expected: readonly string[], claims: readonly string[], more: Partial<Truth> = {}): JudgedPattern {
  return judge(
    truth(expected, { id, clusterId: id, ...more }),
    0,
    identification(
      claims.map((claim) => candidate(claim, 0.9)),
      {},
    ),
  );
}
