import {
  type AcceptanceFeatures,
  type AcceptanceModel,
  logOddsOf,
  overlookedProbability,
  presentProbability,
  type SetFeatures,
} from '../src/analysis/acceptance.ts';
import { examineResidual, type Unexplained } from '../src/analysis/examine-residual.ts';
import { explainedShare } from '../src/analysis/explained-share.ts';
import type { FitData } from '../src/analysis/fit-data.ts';
import { isHeld } from '../src/analysis/held-phases.ts';
import { type RelaxedFit, relaxLines } from '../src/analysis/relax-lines.ts';
import type { Membership } from '../src/analysis/rival-sets.ts';
import type { PhaseEvidence, SearchResult } from '../src/analysis/search-phases.ts';
import { type Vote, type Votes, voteFor } from './voter.ts';

/** A phase is claimed from this probability on. */
export const THRESHOLD = 0.5;
/** Height of a trace, relative to the strongest phase, that a search should not overlook. */
const TRACE = 0.05;
const UNDECIDED: Vote = { probability: 0.5, spread: 0 };

/** A finished search and what its fit leaves. */
export interface ExaminedSearch {
  readonly data: FitData;
  readonly found: SearchResult;
  readonly relaxed: RelaxedFit;
  readonly unexplained: Unexplained;
  /** Deviance over its expectation, 1 at least. */
  readonly misfit: number;
}

export function examineSearch(data: FitData, found: SearchResult): ExaminedSearch {
  const { best } = found;
  const relaxed = relaxLines(data, best);
  const misfit = Math.max(1, best.objective / (0.5 * data.counts.length));
  return { data, found, relaxed, unexplained: examineResidual(data, best, relaxed), misfit };
}

/** What the acceptance models look at for one phase. */
export function featuresOf(evidence: PhaseEvidence, seen: ExaminedSearch, vote: Vote | null): AcceptanceFeatures {
  const { data, misfit, relaxed, unexplained } = seen;
  const { phases } = seen.found.best;
  const place = phases.findIndex(({ phaseId }) => phaseId === evidence.phaseId);
  const state = phases[place]?.state;
  const strongest = Math.max(1e-12, ...phases.filter((phase) => !isHeld(phase)).map((phase) => phase.state.scale));
  const strain = state ? Math.max(...state.strain.map(Math.abs)) : 0;
  const { probability, spread } = vote ?? UNDECIDED;
  const p = Math.min(1 - 1e-4, Math.max(1e-4, probability));
  return {
    gain: Math.log1p(Math.max(0, evidence.gain) / misfit),
    margin: Math.log1p(Math.max(0, evidence.margin) / misfit),
    exchange: Math.log1p(evidence.exchangeLoss / misfit),
    strain: Math.log1p((strain / 0.003) ** 2),
    height: state ? Math.log(Math.max(1e-4, state.scale / strongest)) : 0,
    sizeNm: state ? Math.min(1000, state.sizeNm) : 0,
    changes: relaxed.changes[place] ?? 0,
    confirmed: Math.log1p(relaxed.confirmed[place] ?? 0),
    network: Math.log(p / (1 - p)),
    spread,
    misfit: Math.log(misfit),
    unexplained: Math.log1p(unexplained.maxPeakSigma),
    power: Math.log1p((TRACE * strongest) ** 2 / (2 * evidence.scaleSigma ** 2 * misfit)),
    ...(place >= 0 ? explainedShare(data, seen.found.best, place) : { explained: 0, isolated: 0 }),
  };
}

/** What the members of the found set and the phases left out are worth. */
export function membership(seen: ExaminedSearch, votes: Votes | null, acceptance: AcceptanceModel): Membership[] {
  return seen.found.evidence.map((evidence): Membership => {
    const features = featuresOf(evidence, seen, voteFor(votes, evidence.groupPhaseIds));
    const probability = evidence.inSet
      ? presentProbability(acceptance, features)
      : evidence.isCovered
        ? 0
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

type Judged = Pick<Membership, 'probability' | 'claimed'>;

/** What the set model looks at; the scene enters as it was seen by `examineSearch`. */
export function setFeaturesOf(members: readonly Judged[], seen: Pick<ExaminedSearch, 'misfit' | 'unexplained'>): SetFeatures {
  const logProduct = members.reduce(
    (sum, { probability, claimed }) => sum + Math.log(Math.max(1e-12, claimed ? probability : 1 - probability)),
    0,
  );
  return { odds: logOddsOf(logProduct), misfit: Math.log(seen.misfit), unexplained: Math.log1p(seen.unexplained.maxPeakSigma) };
}
