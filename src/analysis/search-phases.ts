import type { Optics, Shift } from '../diffraction/simulate-pattern.ts';
import type { FitData } from './fit-data.ts';
import type { MixtureFit, MixturePhase } from './fit-mixture.ts';
import { isHeld } from './held-phases.ts';
import { inSet, MixtureTrials } from './mixture-trials.ts';
import type { LibraryPhase } from './propose-phases.ts';

export interface SearchOptions {
  readonly maxPhases: number;
  /** Log likelihood ratio in nats below which an addition is not worth following. */
  readonly minGain: number;
  /** Proposals that are fitted in each round. */
  readonly width: number;
  /** Phases that are proposed from elsewhere (the network), tried in every round while they are not in the set. */
  readonly seeds: readonly string[];
  /** Phases that are looked for even where their cell is far from the literature's. */
  readonly believed: readonly string[];
  /** Lines of the sample holder, fitted along with every mixture (held-phases). */
  readonly held?: readonly MixturePhase[];
}

/** What the search knows of one phase, in nats. */
export interface PhaseEvidence {
  readonly phaseId: string;
  /** The phases that X-rays cannot tell from it, itself among them. */
  readonly groupPhaseIds: readonly string[];
  readonly inSet: boolean;
  /** Not in the set, but a phase is that X-rays cannot tell from this one. */
  readonly isCovered: boolean;
  /** Likelihood lost when the phase is left out (in the set), or won when it is added (outside). */
  readonly gain: number;
  /** Likelihood lost when the phase is replaced by its best rival; equal to `gain` where no rival does better than nothing. */
  readonly margin: number;
  /** Outside the set: likelihood lost when it takes the place of a phase of the set, where that costs least; 0 in the set, or where the set is empty. */
  readonly exchangeLoss: number;
  readonly rivalId: string | null;
  /** Standard error in counts per second of the phase's scale. */
  readonly scaleSigma: number;
}

export interface SearchResult {
  readonly best: MixtureFit;
  readonly evidence: readonly PhaseEvidence[];
}

const MISFIT_SHARE = 0.02;
/** Deviance over its expectation from which a fit is tried again from narrow lines. */
const SUSPICIOUS_MISFIT = 1.3;
const START_SIZE_NM = 60;
const NO_SHIFT: Shift = { zeroDeg: 0, displacementMm: 0 };
/** Proposals that are fitted in the place of a phase of the set. */
const EXCHANGE_WIDTH = 2;

/** Finds the mixture that explains the data: greedy additions, then removals and substitutions, each decided by the likelihood of a fit. */
export function searchPhases(data: FitData, library: readonly LibraryPhase[], optics: Optics, options: SearchOptions): SearchResult {
  const trials = new MixtureTrials(data, library, new Set(options.believed));
  let tried = new Map<string, number>();
  const { held = [] } = options;
  let best = trials.linear({ phases: held, optics, shift: { ...NO_SHIFT, zeroDeg: optics.calibratedZeroDeg ?? 0 } });
  if (held.length > 0) best = trials.settle(best);
  // What an addition makes needless may be the next addition: a set that was reached before ends the search.
  const reached = new Set<string>();
  while (best.phases.length - held.length < options.maxPhases && !reached.has(nameOf(best))) {
    reached.add(nameOf(best));
    const round = bestAddition(trials, best, library, options);
    tried = round.tried;
    if (!round.best || best.objective - round.best.objective < leastGain(best, options)) break;
    best = trials.refine(round.best, best.phases.every(isHeld) ? 6 : 3);
    best = unstick(trials, best, optics);
    best = prune(trials, best, leastGain(best, options));
  }
  best = substitute(trials, best, library, options);
  return { best, evidence: weigh(trials, best, library, tried) };
}

/** Is the phase in the mixture, or one that X-rays cannot tell from it? */
function covers({ phases }: MixtureFit, { groupPhaseIds }: LibraryPhase): boolean {
  return phases.some(({ phaseId }) => groupPhaseIds.includes(phaseId));
}

function nameOf({ phases }: MixtureFit): string {
  return phases
    .map(({ phaseId }) => phaseId)
    .sort()
    .join('+');
}

/**
 * A fit that began far off may have widened its lines to cover misplaced ones, and stay there: lines as they were at the start, at the places
 * found since, are tried once more.
 */
function unstick(trials: MixtureTrials, fit: MixtureFit, optics: Optics): MixtureFit {
  if (fit.objective < SUSPICIOUS_MISFIT * (fit.model.length / 2)) return fit;
  const phases = fit.phases.map((phase) => ({ ...phase, state: { ...phase.state, sizeNm: START_SIZE_NM } }));
  const again = trials.refine({ ...fit, phases, optics }, 6);
  return again.objective < fit.objective - 1 ? again : fit;
}

/** Where the model misfits, additions that only mend misfit win likelihood too: a share of the excess deviance is asked on top. */
function leastGain(fit: MixtureFit, options: SearchOptions): number {
  return options.minGain + MISFIT_SHARE * Math.max(0, fit.objective - fit.model.length / 2);
}

function bestAddition(
  trials: MixtureTrials,
  now: MixtureFit,
  library: readonly LibraryPhase[],
  options: SearchOptions,
): { readonly best: MixtureFit | null; readonly tried: Map<string, number> } {
  const allowed = new Set(library.filter((phase) => !covers(now, phase)).map(({ phaseId }) => phaseId));
  const proposals = trials.proposals(now).filter(({ phaseId }) => allowed.has(phaseId));
  const chosen = proposals.filter(({ phaseId, gain }, rank) => gain > 0 && (rank < options.width || options.seeds.includes(phaseId)));
  const tried = new Map<string, number>();
  let best: MixtureFit | null = null;
  for (const proposal of chosen) {
    const fit = trials.added(now, proposal, now.phases.every(isHeld));
    tried.set(proposal.phaseId, now.objective - fit.objective);
    if (!best || fit.objective < best.objective) best = fit;
  }
  return { best, tried };
}

/** Drops phases that a later addition made needless. */
function prune(trials: MixtureTrials, fit: MixtureFit, minGain: number): MixtureFit {
  let now = fit;
  const { length: heldCount } = fit.phases.filter(isHeld);
  for (const { phaseId } of fit.phases.slice(heldCount)) {
    if (now.phases.length - heldCount < 2) break;
    const fewer = trials.without(now, phaseId);
    if (fewer.objective - now.objective < minGain) now = fewer;
  }
  return now;
}

/** Replaces phases of the set by better ones, one exchange at a time. */
function substitute(trials: MixtureTrials, fit: MixtureFit, library: readonly LibraryPhase[], options: SearchOptions): MixtureFit {
  let now = fit;
  for (const { phaseId } of fit.phases.filter((phase) => !isHeld(phase))) {
    const others = library.filter((phase) => phase.phaseId !== phaseId);
    const { best: better } = bestAddition(trials, trials.without(now, phaseId), others, { ...options, width: EXCHANGE_WIDTH, seeds: [] });
    if (!better || better.objective > now.objective - 1) continue;
    const refined = trials.refine(better, 3);
    if (refined.objective < now.objective - 1) now = refined;
  }
  return now;
}

function weigh(
  trials: MixtureTrials,
  best: MixtureFit,
  library: readonly LibraryPhase[],
  tried: ReadonlyMap<string, number>,
): PhaseEvidence[] {
  const evidence: PhaseEvidence[] = [];
  const groupOf = new Map(library.map(({ phaseId, groupPhaseIds }) => [phaseId, groupPhaseIds]));
  const free = new Set(library.filter((phase) => !covers(best, phase)).map(({ phaseId }) => phaseId));
  const exchanges = new Map<string, number>();
  for (const [p, { phaseId }] of best.phases.entries()) {
    if (isHeld({ phaseId })) continue;
    const rest = trials.without(best, phaseId);
    const gain = rest.objective - best.objective;
    const rival = trials.proposals(rest).find((proposal) => free.has(proposal.phaseId));
    const margin = rival ? Math.min(gain, trials.added(rest, rival, false).objective - best.objective) : gain;
    const inItsPlace = new Map(trials.proposals(rest).map((other) => [other.phaseId, gain - Math.max(0, other.gain)]));
    if (rival) inItsPlace.set(rival.phaseId, margin);
    for (const id of free) exchanges.set(id, Math.min(exchanges.get(id) ?? Number.POSITIVE_INFINITY, inItsPlace.get(id) ?? gain));
    evidence.push({
      phaseId,
      groupPhaseIds: groupOf.get(phaseId) ?? [phaseId],
      inSet: true,
      isCovered: false,
      gain,
      margin,
      exchangeLoss: 0,
      rivalId: rival && rival.gain > 0 ? rival.phaseId : null,
      scaleSigma: best.scaleSigma[p]!,
    });
  }
  const proposals = new Map(trials.proposals(best).map((proposal) => [proposal.phaseId, proposal]));
  for (const { phaseId, groupPhaseIds } of library) {
    if (inSet(best, phaseId)) continue;
    const rough = proposals.get(phaseId)?.gain ?? 0;
    const gain = Math.min(rough, tried.get(phaseId) ?? rough);
    evidence.push({
      phaseId,
      groupPhaseIds,
      inSet: false,
      isCovered: !free.has(phaseId),
      gain,
      margin: gain,
      exchangeLoss: Math.max(0, exchanges.get(phaseId) ?? 0),
      rivalId: evidence.find((other) => other.rivalId === phaseId)?.phaseId ?? null,
      scaleSigma: proposals.get(phaseId)?.scaleSigma ?? Number.POSITIVE_INFINITY,
    });
  }
  return evidence;
}
