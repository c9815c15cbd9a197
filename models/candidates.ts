import type { FitData } from '../src/analysis/fit-data.ts';
import { type Mixture, type MixtureFit, MixtureFitter } from '../src/analysis/fit-mixture.ts';
import { isHeld } from '../src/analysis/held-phases.ts';
import type { LibraryPhase } from '../src/analysis/propose-phases.ts';
import type { Membership } from '../src/analysis/rival-sets.ts';
import type { SearchResult } from '../src/analysis/search-phases.ts';
import { weighPhases } from '../src/analysis/weigh-phases.ts';
import { LONG_TAILS } from '../src/diffraction/fit-lines.ts';
import { phaseLines, weightPerScale } from '../src/diffraction/simulate-pattern.ts';
import type { Identification, PhaseCandidate } from '../src/domain/identification.ts';
import type { Votes } from './voter.ts';

/** The fit with its lines' long tails, scales and background anew: a search is quicker without them, but they show where much was counted. */
export function withLongTails(data: FitData, best: Mixture): MixtureFit {
  return new MixtureFitter(data, LONG_TAILS).linearFit(best);
}

/** The fit without the phases that were found but not believed. */
export function claimedFit(data: FitData, best: MixtureFit, claimedIds: ReadonlySet<string>): MixtureFit {
  const phases = best.phases.filter((phase) => claimedIds.has(phase.phaseId) || isHeld(phase));
  return phases.length === best.phases.length ? best : withLongTails(data, { ...best, phases });
}

export function candidatesOf(
  best: MixtureFit,
  kept: MixtureFit,
  members: readonly Membership[],
  library: readonly LibraryPhase[],
  votes: Votes | null,
): PhaseCandidate[] {
  const weighed = new Map(weighPhases(kept).map((entry) => [entry.phaseId, entry]));
  const candidates = members.map(({ phaseId, probability, rivalId }): PhaseCandidate => {
    const known = library.find((phase) => phase.phaseId === phaseId)!;
    const fitted = best.phases.find((phase) => phase.phaseId === phaseId)?.state;
    const vote = votes ? votes.phaseIds.indexOf(phaseId) : -1;
    return {
      phaseId,
      formula: known.formula,
      spaceGroup: known.spaceGroup,
      groupPhaseIds: known.groupPhaseIds,
      probability,
      networkProbability: votes && vote >= 0 ? votes.probability[vote]! : null,
      spread: votes && vote >= 0 ? votes.spread[vote]! : null,
      weightFraction: weighed.get(phaseId)?.fraction ?? null,
      weightFractionSigma: weighed.get(phaseId)?.sigma ?? null,
      weightFractionCountingSigma: weighed.get(phaseId)?.countingSigma ?? null,
      scale: fitted?.scale ?? 0,
      latticeStrainMax: fitted ? Math.max(...fitted.strain.map(Math.abs)) : 0,
      sizeNm: fitted?.sizeNm ?? null,
      rivalId,
    };
  });
  return candidates.sort((a, b) => b.probability - a.probability || (a.phaseId < b.phaseId ? -1 : 1));
}

/** Angles of strong lines that one of two phases has and the other lacks, strongest first. */
export function differing(best: MixtureFit, library: readonly LibraryPhase[]): (a: string, b: string) => number[] {
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
export function detectionLimits(found: SearchResult, library: readonly LibraryPhase[]): Identification['detectionLimits'] {
  const { best, evidence } = found;
  const sample = best.phases.filter((phase) => !isHeld(phase));
  const mass = sample.reduce((sum, { state }) => sum + state.scale * weightPerScale(state, best.optics), 0);
  if (mass <= 0) return [];
  return evidence
    .filter(({ inSet, scaleSigma }) => !inSet && Number.isFinite(scaleSigma))
    .map(({ phaseId, scaleSigma }) => {
      const own = 3 * scaleSigma * weightPerScale(library.find((phase) => phase.phaseId === phaseId)!.state, best.optics);
      return { phaseId, weightFraction: own / (mass + own), sigma: 3 as const };
    })
    .sort((a, b) => a.weightFraction - b.weightFraction);
}
