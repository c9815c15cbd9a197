import { type Identification, identificationIdOf, type PhaseCandidate } from '../src/domain/identification.ts';
import type { Pattern } from '../src/domain/pattern.ts';
import type { Identifier } from '../src/ports/identifier.ts';
import { type LibraryParts, leaveOut } from './leave-out.ts';
import type { ReferencePhase } from './references/load-references.ts';
import type { Voter } from './voter.ts';

/** What the baselines that ask the network are made of. */
export interface NetworkParts extends LibraryParts {
  readonly modelId: string;
  readonly voter: Voter;
  readonly threshold: number;
  readonly nowMs: () => number;
}

/** What a baseline says of one phase. */
export interface PlainClaim {
  readonly probability: number;
  readonly networkProbability: number;
  readonly spread: number;
  /** Counts per second in the strongest line; 0 where nothing was fitted. */
  readonly scale: number;
}

export interface PlainFindings {
  /** By phase; a phase that is missing is not there. */
  readonly claims: ReadonlyMap<string, PlainClaim>;
  readonly unexplained: Identification['unexplained'];
  readonly novelty: Identification['novelty'];
  readonly timingMs: Pick<Identification['timingMs'], 'network' | 'total'>;
}

/** An identifier that only asks the network, by the way that `identify` does. */
export function votedIdentifier<P extends NetworkParts>(
  parts: P,
  identify: (parts: P, pattern: Pattern) => Promise<Identification>,
): Identifier {
  const { modelId, modelSha256, references, threshold, voter } = parts;
  return {
    modelId,
    modelSha256,
    phaseIds: references.map(({ phaseId }) => phaseId),
    threshold,
    identify: (pattern) => identify(parts, pattern),
    explain: (pattern, phaseIds) => voter.maps(pattern, phaseIds),
    without: (phaseIds) => votedIdentifier(leaveOut(parts, phaseIds), identify),
    close: () => voter.close(),
  };
}

const SURE = 0.95;
const ABSENT: PlainClaim = { probability: 0, networkProbability: 0, spread: 0, scale: 0 };

/** A baseline's answer: no fractions, no rivals, and the set as probable as if its phases were independent. */
export function plainAnswer(pattern: Pattern, parts: NetworkParts, findings: PlainFindings): Identification {
  const { modelId, threshold, references } = parts;
  const { claims, unexplained, novelty, timingMs } = findings;
  const candidates = references.map((reference) => candidateOf(reference, claims.get(reference.phaseId) ?? ABSENT));
  candidates.sort((a, b) => b.probability - a.probability || (a.phaseId < b.phaseId ? -1 : 1));
  const claimedIds = candidates.filter(({ probability }) => probability >= threshold).map(({ phaseId }) => phaseId);
  const product = candidates.reduce((all, { probability: p }) => all * (p >= threshold ? p : 1 - p), 1);
  const setProbability = claimedIds.length === 0 ? 0 : product;
  const answered = claimedIds.length === 0 ? 'noSignal' : setProbability >= SURE ? 'confident' : 'ambiguous';
  return {
    identificationId: identificationIdOf(pattern.patternId, parts),
    patternId: pattern.patternId,
    modelId,
    threshold,
    verdict: novelty.isNovel ? 'novel' : answered,
    candidates,
    setProbability,
    rivalSets: [{ phaseIds: claimedIds, probability: setProbability, differsAtDeg: [] }],
    shift: { zeroDeg: 0, displacementMm: 0 },
    unexplained,
    novelty,
    detectionLimits: [],
    disagreement: [],
    timingMs: { load: 0, network: timingMs.network, search: timingMs.total - timingMs.network, explain: 0, total: timingMs.total },
  };
}

function candidateOf({ phaseId, structure, groupPhaseIds }: ReferencePhase, claim: PlainClaim): PhaseCandidate {
  return {
    phaseId,
    formula: structure.formula,
    spaceGroup: structure.spaceGroup ?? 0,
    groupPhaseIds: [phaseId, ...groupPhaseIds],
    ...claim,
    weightFraction: null,
    weightFractionSigma: null,
    latticeStrainMax: 0,
    sizeNm: null,
    rivalId: null,
  };
}
