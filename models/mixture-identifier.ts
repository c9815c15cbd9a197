import {
  type AcceptanceFeatures,
  type AcceptanceModel,
  exactProbability,
  logOddsOf,
  overlookedProbability,
  presentProbability,
} from '../src/analysis/acceptance.ts';
import { drawCurves } from '../src/analysis/draw-curves.ts';
import { examineResidual } from '../src/analysis/examine-residual.ts';
import { explainedShare } from '../src/analysis/explained-share.ts';
import { type FitData, fitDataOf } from '../src/analysis/fit-data.ts';
import type { LibraryPhase } from '../src/analysis/propose-phases.ts';
import { type Membership, rivalSets, shareOut } from '../src/analysis/rival-sets.ts';
import { type PhaseEvidence, type SearchResult, searchPhases } from '../src/analysis/search-phases.ts';
import type { Optics } from '../src/diffraction/simulate-pattern.ts';
import { type Identification, identificationIdOf } from '../src/domain/identification.ts';
import type { Pattern } from '../src/domain/pattern.ts';
import type { Radiation } from '../src/domain/radiation.ts';
import type { Identifier } from '../src/ports/identifier.ts';
import { candidatesOf, claimedFit, detectionLimits, differing } from './candidates.ts';
import { libraryFor } from './library.ts';
import type { ReferencePhase } from './references/load-references.ts';
import { type Voter, type Votes, voteFor } from './voter.ts';

export interface MixtureIdentifierParts {
  readonly modelId: string;
  readonly modelSha256: string;
  readonly references: readonly ReferencePhase[];
  readonly voter: Voter | null;
  readonly acceptance: AcceptanceModel;
  readonly nowMs: () => number;
}

const THRESHOLD = 0.5;
/** Height of a trace, relative to the strongest phase, that a search should not overlook. */
const TRACE = 0.05;
const MAX_PHASES = 6;
/** Peaks above this, in units of their own error, mean that something outside the library is there. */
const NOVEL_SIGMA = 8;
/** Where no search looks: nothing in the pattern stands out of the background by this many nats. */
const SIGNAL_NATS = 12;

/** The network proposes, physics decides: a search over mixtures whose evidence and the members' votes are weighed by a small calibrated model. */
export function mixtureIdentifier(parts: MixtureIdentifierParts): Identifier {
  const { modelId, modelSha256, references, voter } = parts;
  return {
    modelId,
    modelSha256,
    phaseIds: references.map(({ phaseId }) => phaseId),
    threshold: THRESHOLD,
    identify: (pattern) => identify(parts, pattern),
    explain: async (pattern, phaseIds) => (voter ? voter.maps(pattern, phaseIds) : []),
    close: async () => voter?.close(),
  };
}

/** A laboratory diffractometer before anything is known of it; width, size and shift are fitted. */
export function startingOptics(radiation: Radiation): Optics {
  return {
    radiation,
    caglioti: { uDeg2: 0, vDeg2: 0, wDeg2: 0.004 },
    lorentzDeg: { xDeg: 0, yDeg: 0.01 },
    radiusMm: 200,
    monochromatorTwoThetaDeg: null,
    axial: 0,
  };
}

async function identify(parts: MixtureIdentifierParts, pattern: Pattern): Promise<Identification> {
  const startMs = parts.nowMs();
  const votes = parts.voter ? await parts.voter.votes(pattern) : null;
  const networkMs = parts.nowMs();
  const data = fitDataOf(pattern);
  const library = libraryFor(parts.references, pattern.radiation);
  const found = runSearch(data, library, pattern.radiation, votes);
  const searchMs = parts.nowMs();
  const members = membership(found, data, votes, parts.acceptance);
  const rivals = rivalSets(members, differing(found.best, library));
  const claimedIds = new Set(members.filter((member) => member.claimed).map((member) => member.phaseId));
  const kept = claimedFit(data, found.best, claimedIds);
  const candidates = candidatesOf(found.best, kept, members, library, votes);
  const unexplained = examineResidual(data, kept);
  const isNovel = unexplained.maxPeakSigma > NOVEL_SIGMA;
  const setProbability =
    claimedIds.size === 0
      ? 0
      : exactProbability(parts.acceptance, { odds: logOddsOf(logProductOf(members)), ...setFeaturesOf(found, data) });
  const verdict = isNovel ? 'novel' : claimedIds.size === 0 ? 'noSignal' : setProbability >= 0.95 ? 'confident' : 'ambiguous';
  return {
    identificationId: identificationIdOf(pattern.patternId, parts),
    patternId: pattern.patternId,
    modelId: parts.modelId,
    threshold: THRESHOLD,
    verdict,
    candidates,
    setProbability,
    rivalSets: shareOut(rivals, setProbability),
    shift: found.best.shift,
    unexplained,
    novelty: { score: unexplained.maxPeakSigma / NOVEL_SIGMA, isNovel },
    detectionLimits: detectionLimits(found, library),
    disagreement: [],
    curves: drawCurves(data, kept, claimedIds),
    timingMs: { load: 0, network: networkMs - startMs, search: searchMs - networkMs, explain: 0, total: parts.nowMs() - startMs },
  };
}

/** The search as identification runs it: phases that the network holds possible are tried beside what the residual proposes. */
export function runSearch(data: FitData, library: readonly LibraryPhase[], radiation: Radiation, votes: Votes | null): SearchResult {
  const above = (least: number) => (votes ? votes.phaseIds.filter((_, k) => votes.probability[k]! > least) : []);
  return searchPhases(data, library, startingOptics(radiation), {
    maxPhases: MAX_PHASES,
    minGain: SIGNAL_NATS,
    width: 3,
    seeds: above(0.03),
    believed: above(0.3),
  });
}

/** What tells of a scene as a whole how far its fit can be trusted. */
export function setFeaturesOf({ best }: SearchResult, data: FitData): { misfit: number; unexplained: number } {
  return { misfit: Math.log(misfitOf(best, data)), unexplained: Math.log1p(examineResidual(data, best).maxPeakSigma) };
}

/** Deviance over its expectation, 1 at least. */
function misfitOf(best: SearchResult['best'], data: FitData): number {
  return Math.max(1, best.objective / (0.5 * data.counts.length));
}

/** Log of the product over all phases of the probability of being right about each. */
export function logProductOf(members: readonly Pick<Membership, 'probability' | 'claimed'>[]): number {
  return members.reduce((sum, { probability, claimed }) => sum + Math.log(Math.max(1e-12, claimed ? probability : 1 - probability)), 0);
}

export function featuresOf(
  evidence: PhaseEvidence,
  found: SearchResult,
  data: FitData,
  networkProbability: number | null,
): AcceptanceFeatures {
  const misfit = misfitOf(found.best, data);
  const place = found.best.phases.findIndex(({ phaseId }) => phaseId === evidence.phaseId);
  const phase = found.best.phases[place];
  const strongest = Math.max(1e-12, ...found.best.phases.map(({ state }) => state.scale));
  const strain = phase ? Math.max(...phase.state.strain.map(Math.abs)) : 0;
  const p = networkProbability === null ? 0.5 : Math.min(1 - 1e-4, Math.max(1e-4, networkProbability));
  return {
    gain: Math.log1p(Math.max(0, evidence.gain) / misfit),
    margin: Math.log1p(Math.max(0, evidence.margin) / misfit),
    strain: Math.log1p((strain / 0.003) ** 2),
    height: phase ? Math.log(Math.max(1e-4, phase.state.scale / strongest)) : 0,
    network: Math.log(p / (1 - p)),
    misfit: Math.log(misfit),
    power: Math.log1p((TRACE * strongest) ** 2 / (2 * evidence.scaleSigma ** 2 * misfit)),
    ...(place >= 0 ? explainedShare(data, found.best, place) : { explained: 0, isolated: 0 }),
  };
}

export function membership(found: SearchResult, data: FitData, votes: Votes | null, acceptance: AcceptanceModel): Membership[] {
  return found.evidence.map((evidence): Membership => {
    const features = featuresOf(evidence, found, data, voteFor(votes, evidence.phaseId));
    const probability = evidence.inSet
      ? presentProbability(acceptance, features)
      : Math.min(0.49, overlookedProbability(acceptance, features));
    return {
      phaseId: evidence.phaseId,
      probability,
      claimed: evidence.inSet && probability >= THRESHOLD,
      rivalId: evidence.rivalId,
      margin: evidence.inSet ? evidence.margin : null,
    };
  });
}
