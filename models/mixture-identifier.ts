import {
  type AcceptanceFeatures,
  type AcceptanceModel,
  exactProbability,
  overlookedProbability,
  presentProbability,
} from '../src/analysis/acceptance.ts';
import { drawCurves } from '../src/analysis/draw-curves.ts';
import { examineResidual } from '../src/analysis/examine-residual.ts';
import { type FitData, fitDataOf } from '../src/analysis/fit-data.ts';
import type { MixtureFit } from '../src/analysis/fit-mixture.ts';
import type { LibraryPhase } from '../src/analysis/propose-phases.ts';
import { type Membership, rivalSets } from '../src/analysis/rival-sets.ts';
import { type PhaseEvidence, type SearchResult, searchPhases } from '../src/analysis/search-phases.ts';
import { weighPhases } from '../src/analysis/weigh-phases.ts';
import { type Optics, phaseLines, weightPerScale } from '../src/diffraction/simulate-pattern.ts';
import { type ActivationMap, type Identification, identificationIdOf, type PhaseCandidate } from '../src/domain/identification.ts';
import type { Pattern } from '../src/domain/pattern.ts';
import type { Radiation } from '../src/domain/radiation.ts';
import type { Identifier } from '../src/ports/identifier.ts';
import { libraryFor } from './library.ts';
import type { ReferencePhase } from './references/load-references.ts';

/** What an ensemble says of a pattern, per phase: mean and standard deviation of the members' probabilities. */
export interface Votes {
  readonly phaseIds: readonly string[];
  readonly probability: Float64Array;
  readonly spread: Float64Array;
}

export interface Voter {
  votes(pattern: Pattern): Promise<Votes>;
  maps(pattern: Pattern, phaseIds: readonly string[]): Promise<ActivationMap[]>;
  close(): Promise<void>;
}

export interface MixtureIdentifierParts {
  readonly modelId: string;
  readonly modelSha256: string;
  readonly references: readonly ReferencePhase[];
  readonly voter: Voter | null;
  readonly acceptance: AcceptanceModel;
  readonly nowMs: () => number;
}

const THRESHOLD = 0.5;
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
  const likely = votes ? votes.phaseIds.filter((_, k) => votes.probability[k]! > 0.05) : [];
  const found = searchPhases(data, library, startingOptics(pattern.radiation), {
    maxPhases: MAX_PHASES,
    minGain: SIGNAL_NATS,
    width: 3,
    seeds: likely,
  });
  const searchMs = parts.nowMs();
  const members = membership(found, data, votes, parts.acceptance);
  const candidates = candidatesOf(found.best, members, library, votes);
  const rivals = rivalSets(members, differing(found.best, library));
  const claimedIds = new Set(members.filter((member) => member.claimed).map((member) => member.phaseId));
  const unexplained = examineResidual(data, found.best);
  const isNovel = claimedIds.size > 0 && unexplained.maxPeakSigma > NOVEL_SIGMA;
  const setProbability = claimedIds.size === 0 ? 0 : setProbabilityOf(members, rivals[0]!.probability, parts.acceptance);
  const verdict = claimedIds.size === 0 ? 'noSignal' : isNovel ? 'novel' : setProbability >= 0.95 ? 'confident' : 'ambiguous';
  return {
    identificationId: identificationIdOf(pattern.patternId, parts),
    patternId: pattern.patternId,
    modelId: parts.modelId,
    threshold: THRESHOLD,
    verdict,
    candidates,
    setProbability,
    rivalSets: rivals,
    shift: found.best.shift,
    unexplained,
    novelty: { score: unexplained.maxPeakSigma / NOVEL_SIGMA, isNovel },
    detectionLimits: detectionLimits(found, library),
    disagreement: [],
    curves: drawCurves(data, found.best, claimedIds),
    timingMs: { load: 0, network: networkMs - startMs, search: searchMs - networkMs, explain: 0, total: parts.nowMs() - startMs },
  };
}

/** The search as identification runs it: phases that the network holds possible are tried beside what the residual proposes. */
export function runSearch(data: FitData, library: readonly LibraryPhase[], radiation: Radiation, votes: Votes | null): SearchResult {
  const seeds = votes ? votes.phaseIds.filter((_, k) => votes.probability[k]! > 0.05) : [];
  return searchPhases(data, library, startingOptics(radiation), { maxPhases: MAX_PHASES, minGain: SIGNAL_NATS, width: 3, seeds });
}

/** Calibrated probability that the claimed set is exactly right, and no more than its share among the rival sets. */
function setProbabilityOf(members: readonly Membership[], shareAmongRivals: number, acceptance: AcceptanceModel): number {
  return Math.min(exactProbability(acceptance, logProductOf(members)), shareAmongRivals);
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
  const misfit = Math.max(1, found.best.objective / (0.5 * data.counts.length));
  const phase = found.best.phases.find(({ phaseId }) => phaseId === evidence.phaseId);
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

/** The network's probability of a phase; null without a network or for a phase it does not know. */
export function voteFor(votes: Votes | null, phaseId: string): number | null {
  const index = votes ? votes.phaseIds.indexOf(phaseId) : -1;
  return votes && index >= 0 ? votes.probability[index]! : null;
}

function candidatesOf(
  best: MixtureFit,
  members: readonly Membership[],
  library: readonly LibraryPhase[],
  votes: Votes | null,
): PhaseCandidate[] {
  const claimed = new Set(members.filter((member) => member.claimed).map((member) => member.phaseId));
  const kept = {
    ...best,
    phases: best.phases.filter(({ phaseId }) => claimed.has(phaseId)),
    scaleSigma: best.scaleSigma.filter((_, p) => claimed.has(best.phases[p]!.phaseId)),
  };
  const weighed = new Map(weighPhases(kept).map((entry) => [entry.phaseId, entry]));
  const candidates = members.map(({ phaseId, probability, rivalId }): PhaseCandidate => {
    const known = library.find((phase) => phase.phaseId === phaseId)!;
    const fitted = best.phases.find((phase) => phase.phaseId === phaseId)?.state;
    const vote = votes ? votes.phaseIds.indexOf(phaseId) : -1;
    return {
      phaseId,
      formula: known.formula,
      spaceGroup: known.spaceGroup,
      groupPhaseIds: [phaseId],
      probability,
      networkProbability: votes && vote >= 0 ? votes.probability[vote]! : null,
      spread: votes && vote >= 0 ? votes.spread[vote]! : null,
      weightFraction: weighed.get(phaseId)?.fraction ?? null,
      weightFractionSigma: weighed.get(phaseId)?.sigma ?? null,
      scale: fitted?.scale ?? 0,
      latticeStrainMax: fitted ? Math.max(...fitted.strain.map(Math.abs)) : 0,
      sizeNm: fitted?.sizeNm ?? null,
      rivalId,
    };
  });
  return candidates.sort((a, b) => b.probability - a.probability || (a.phaseId < b.phaseId ? -1 : 1));
}

/** Angles of strong lines that one of two phases has and the other lacks, strongest first. */
function differing(best: MixtureFit, library: readonly LibraryPhase[]): (a: string, b: string) => number[] {
  const strong = (phaseId: string) => {
    const state =
      best.phases.find((phase) => phase.phaseId === phaseId)?.state ?? library.find((phase) => phase.phaseId === phaseId)?.state;
    if (!state) return [];
    const { twoThetaDeg, weight } = phaseLines(state, best.optics, best.shift);
    return Array.from(twoThetaDeg, (angleDeg, i) => ({ angleDeg, weight: weight[i]! })).filter(
      (line) => line.weight > 0.1 && line.angleDeg < 100,
    );
  };
  return (a, b) => {
    const [linesA, linesB] = [strong(a), strong(b)];
    const alone = (own: typeof linesA, other: typeof linesA) =>
      own.filter((line) => !other.some((near) => Math.abs(near.angleDeg - line.angleDeg) < 0.3));
    return [...alone(linesA, linesB), ...alone(linesB, linesA)]
      .sort((x, y) => y.weight - x.weight)
      .slice(0, 6)
      .map((line) => Math.round(line.angleDeg * 100) / 100);
  };
}

/** Weight fraction at which each absent phase would stand out by three times its error. */
function detectionLimits(found: SearchResult, library: readonly LibraryPhase[]): Identification['detectionLimits'] {
  const { best, evidence } = found;
  const mass = best.phases.reduce((sum, { state }) => sum + state.scale * weightPerScale(state, best.optics), 0);
  if (mass <= 0) return [];
  return evidence
    .filter(({ inSet, scaleSigma }) => !inSet && Number.isFinite(scaleSigma))
    .map(({ phaseId, scaleSigma }) => {
      const own = 3 * scaleSigma * weightPerScale(library.find((phase) => phase.phaseId === phaseId)!.state, best.optics);
      return { phaseId, weightFraction: own / (mass + own), sigma: 3 as const };
    })
    .sort((a, b) => a.weightFraction - b.weightFraction);
}
