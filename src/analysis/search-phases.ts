import type { Optics, Shift } from '../diffraction/simulate-pattern.ts';
import type { FitData } from './fit-data.ts';
import { type Mixture, type MixtureFit, MixtureFitter } from './fit-mixture.ts';
import { type LibraryPhase, proposePhases } from './propose-phases.ts';

export interface SearchOptions {
  readonly maxPhases: number;
  /** Log likelihood ratio in nats below which an addition is not worth following. */
  readonly minGain: number;
  /** Proposals that are fitted in each round. */
  readonly width: number;
  /** Phases that are proposed from elsewhere (the network), tried in every round while they are not in the set. */
  readonly seeds: readonly string[];
}

/** What the search knows of one phase, in nats. */
export interface PhaseEvidence {
  readonly phaseId: string;
  readonly inSet: boolean;
  /** Likelihood lost when the phase is left out (in the set), or won when it is added (outside). */
  readonly gain: number;
  /** Likelihood lost when the phase is replaced by its best rival; equal to `gain` where no rival does better than nothing. */
  readonly margin: number;
  readonly rivalId: string | null;
  /** Standard error in counts per second of the phase's scale. */
  readonly scaleSigma: number;
}

export interface SearchResult {
  readonly best: MixtureFit;
  readonly evidence: readonly PhaseEvidence[];
}

const MISFIT_SHARE = 0.02;
const NO_SHIFT: Shift = { zeroDeg: 0, displacementMm: 0 };

/** Finds the mixture that explains the data: greedy additions, then removals and substitutions, each decided by the likelihood of a fit. */
export function searchPhases(data: FitData, library: readonly LibraryPhase[], optics: Optics, options: SearchOptions): SearchResult {
  const fitter = new MixtureFitter(data);
  const phaseOf = new Map(library.map((phase) => [phase.phaseId, phase]));
  const tried = new Map<string, number>();
  let best = fitter.linearFit({ phases: [], optics, shift: NO_SHIFT });
  while (best.phases.length < options.maxPhases) {
    const next = bestAddition(fitter, data, best, library, options, tried);
    if (!next || best.objective - next.objective < leastGain(best, options)) break;
    best = fitter.fit(next, { iterations: best.phases.length === 0 ? 6 : 3, freePhases: 'all', freeInstrument: true });
    best = prune(fitter, best, leastGain(best, options));
  }
  best = substitute(fitter, data, best, library, options);
  return { best, evidence: weigh(fitter, data, best, library, phaseOf, tried) };
}

/** Where the model misfits, additions that only mend misfit win likelihood too: a share of the excess deviance is asked on top. */
function leastGain(fit: MixtureFit, options: SearchOptions): number {
  return options.minGain + MISFIT_SHARE * Math.max(0, fit.objective - fit.model.length / 2);
}

function inSet(mixture: Mixture, phaseId: string): boolean {
  return mixture.phases.some((phase) => phase.phaseId === phaseId);
}

function withPhase(mixture: Mixture, { phaseId, state }: LibraryPhase, strain: number): Mixture {
  const isotropic = strain === 0 ? state.strain : [strain, strain, strain, 0, 0, 0];
  return { ...mixture, phases: [...mixture.phases, { phaseId, state: { ...state, strain: isotropic } }] };
}

function without(mixture: Mixture, phaseId: string): Mixture {
  return { ...mixture, phases: mixture.phases.filter((phase) => phase.phaseId !== phaseId) };
}

function bestAddition(
  fitter: MixtureFitter,
  data: FitData,
  now: MixtureFit,
  library: readonly LibraryPhase[],
  options: SearchOptions,
  tried: Map<string, number>,
): MixtureFit | null {
  const absent = library.filter(({ phaseId }) => !inSet(now, phaseId));
  const proposals = proposePhases(data, now, absent);
  const chosen = proposals.filter(({ phaseId, gain }, rank) => gain > 0 && (rank < options.width || options.seeds.includes(phaseId)));
  tried.clear();
  let best: MixtureFit | null = null;
  for (const { phaseId, strain } of chosen) {
    const phase = absent.find((other) => other.phaseId === phaseId)!;
    const fit = fitter.fit(withPhase(now, phase, strain), {
      iterations: 3,
      freePhases: new Set([phaseId]),
      freeInstrument: now.phases.length === 0,
    });
    tried.set(phaseId, now.objective - fit.objective);
    if (!best || fit.objective < best.objective) best = fit;
  }
  return best;
}

/** Drops phases that a later addition made needless. */
function prune(fitter: MixtureFitter, fit: MixtureFit, minGain: number): MixtureFit {
  let now = fit;
  for (const { phaseId } of fit.phases) {
    if (now.phases.length < 2) break;
    const fewer = fitter.linearFit(without(now, phaseId), now.model);
    if (fewer.objective - now.objective < minGain) now = fewer;
  }
  return now;
}

/** Replaces phases of the set by better ones, one exchange at a time. */
function substitute(
  fitter: MixtureFitter,
  data: FitData,
  fit: MixtureFit,
  library: readonly LibraryPhase[],
  options: SearchOptions,
): MixtureFit {
  let now = fit;
  for (const { phaseId } of fit.phases) {
    const rest = fitter.linearFit(without(now, phaseId), now.model);
    const better = bestAddition(
      fitter,
      data,
      rest,
      library.filter((phase) => phase.phaseId !== phaseId),
      { ...options, width: 2, seeds: [] },
      new Map(),
    );
    if (!better || better.objective > now.objective - 1) continue;
    const refined = fitter.fit(better, { iterations: 3, freePhases: 'all', freeInstrument: true });
    if (refined.objective < now.objective - 1) now = refined;
  }
  return now;
}

function weigh(
  fitter: MixtureFitter,
  data: FitData,
  best: MixtureFit,
  library: readonly LibraryPhase[],
  phaseOf: ReadonlyMap<string, LibraryPhase>,
  tried: ReadonlyMap<string, number>,
): PhaseEvidence[] {
  const evidence: PhaseEvidence[] = [];
  for (const [p, { phaseId }] of best.phases.entries()) {
    const rest = fitter.linearFit(without(best, phaseId), best.model);
    const gain = rest.objective - best.objective;
    const rival = proposePhases(
      data,
      rest,
      library.filter((phase) => !inSet(best, phase.phaseId)),
    )[0];
    let margin = gain;
    if (rival) {
      const swapped = fitter.fit(withPhase(rest, phaseOf.get(rival.phaseId)!, rival.strain), {
        iterations: 3,
        freePhases: new Set([rival.phaseId]),
        freeInstrument: false,
      });
      margin = Math.min(gain, swapped.objective - best.objective);
    }
    evidence.push({
      phaseId,
      inSet: true,
      gain,
      margin,
      rivalId: rival && rival.gain > 0 ? rival.phaseId : null,
      scaleSigma: best.scaleSigma[p]!,
    });
  }
  const proposals = new Map(
    proposePhases(
      data,
      best,
      library.filter(({ phaseId }) => !inSet(best, phaseId)),
    ).map((proposal) => [proposal.phaseId, proposal]),
  );
  for (const { phaseId } of library) {
    if (inSet(best, phaseId)) continue;
    const rough = proposals.get(phaseId)?.gain ?? 0;
    const gain = Math.min(rough, tried.get(phaseId) ?? rough);
    evidence.push({
      phaseId,
      inSet: false,
      gain,
      margin: gain,
      rivalId: evidence.find((other) => other.rivalId === phaseId)?.phaseId ?? null,
      scaleSigma: proposals.get(phaseId)?.scaleSigma ?? Number.POSITIVE_INFINITY,
    });
  }
  return evidence;
}
