import { type AcceptanceModel, exactProbability } from '../src/analysis/acceptance.ts';
import { drawCurves } from '../src/analysis/draw-curves.ts';
import { type FitData, fitDataOf } from '../src/analysis/fit-data.ts';
import type { MixturePhase } from '../src/analysis/fit-mixture.ts';
import { heldLines } from '../src/analysis/held-phases.ts';
import type { LibraryPhase } from '../src/analysis/propose-phases.ts';
import { rivalSets, shareOut } from '../src/analysis/rival-sets.ts';
import { type SearchResult, searchPhases } from '../src/analysis/search-phases.ts';
import { calibratedOptics, sameRadiation } from '../src/diffraction/calibrated-optics.ts';
import type { Optics } from '../src/diffraction/simulate-pattern.ts';
import { badInput } from '../src/domain/errors.ts';
import { type Identification, identificationIdOf } from '../src/domain/identification.ts';
import type { InstrumentCalibration } from '../src/domain/instrument-calibration.ts';
import type { Pattern } from '../src/domain/pattern.ts';
import { braggTwoThetaDeg, primaryWavelengthA, type Radiation } from '../src/domain/radiation.ts';
import type { Identifier } from '../src/ports/identifier.ts';
import { examineSearch, membership, setFeaturesOf, THRESHOLD } from './acceptance-evidence.ts';
import { candidatesOf, claimedFit, detectionLimits, differing, withLongTails } from './candidates.ts';
import { holderSpacingsA } from './holder-lines.ts';
import { lastLook } from './last-look.ts';
import { leaveOut } from './leave-out.ts';
import { libraryFor } from './library.ts';
import type { ReferencePhase } from './references/load-references.ts';
import { MOST_WITHOUT_REQUIRED, type Told, toldFactsOf, withTold } from './told-knowledge.ts';
import type { Voter, Votes } from './voter.ts';

export interface MixtureIdentifierParts {
  readonly modelId: string;
  readonly modelSha256: string;
  readonly references: readonly ReferencePhase[];
  readonly voter: Voter | null;
  readonly acceptance: AcceptanceModel;
  readonly nowMs: () => number;
  /** What the user told of the sample; the references are restricted by it already. */
  readonly told?: Told;
  /** The instrument as a standard shows it; it stands for patterns of its radiation. */
  readonly calibration?: InstrumentCalibration;
}

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
    without: (phaseIds) => mixtureIdentifier(leaveOut(parts, phaseIds)),
    close: async () => voter?.close(),
  };
}

/**
 * The calibrated instrument, or a laboratory diffractometer of which nothing is known; width, size and shift are fitted. Throws badInput for a
 * calibration with another radiation.
 */
export function startingOptics(radiation: Radiation, calibration: InstrumentCalibration | null = null): Optics {
  if (calibration && !sameRadiation(calibration, radiation))
    throw badInput(
      calibration.instrumentId,
      `the calibration of ${calibration.instrumentId} is of another radiation than the pattern`,
      'name the instrument file of the diffractometer that measured it, or none',
    );
  if (calibration) return { ...calibratedOptics(calibration), calibratedZeroDeg: calibration.shift.zeroDeg };
  return {
    radiation,
    caglioti: { uDeg2: 0, vDeg2: 0, wDeg2: 0.004 },
    lorentzDeg: { xDeg: 0.015, yDeg: 0.01 },
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
  const { told } = parts;
  const spacingsA = told?.holder ? holderSpacingsA(told.holder, pattern) : [];
  const likely = told?.restricted.expected.flatMap(({ phaseId, probability }) => (probability > 0.5 ? [phaseId] : []));
  const toldOfSearch = { held: heldLines(spacingsA), likely: likely ?? [] };
  const found = runSearch(data, library, pattern.radiation, votes, toldOfSearch, parts.calibration);
  const searchMs = parts.nowMs();
  const seen = examineSearch(data, found);
  const weighed = membership(seen, votes, parts.acceptance);
  const members = told ? withTold(weighed, seen, told) : weighed;
  const rivals = rivalSets(members, differing(found.best, library));
  const claimedIds = new Set(members.filter((member) => member.claimed).map((member) => member.phaseId));
  const { fit: kept, unexplained } = lastLook(data, claimedFit(data, found.best, claimedIds));
  const candidates = candidatesOf(found.best, kept, members, library, votes);
  const isNovel = unexplained.maxPeakSigma > NOVEL_SIGMA;
  const holderLinesDeg = spacingsA.map((dA) => braggTwoThetaDeg(dA, primaryWavelengthA(pattern.radiation)));
  const toldFacts = told && toldFactsOf(told, kept, holderLinesDeg);
  const exact = claimedIds.size === 0 ? 0 : exactProbability(parts.acceptance, setFeaturesOf(members, seen));
  const setProbability = toldFacts && toldFacts.requiredMissing.length > 0 ? Math.min(MOST_WITHOUT_REQUIRED, exact) : exact;
  const verdict = isNovel ? 'novel' : claimedIds.size === 0 ? 'noSignal' : setProbability >= 0.95 ? 'confident' : 'ambiguous';
  return {
    identificationId: identificationIdOf(pattern.patternId, parts),
    patternId: pattern.patternId,
    modelId: parts.modelId,
    threshold: THRESHOLD,
    verdict,
    candidates: candidates.map((phase) => (told?.silentPhaseIds.has(phase.phaseId) ? { ...phase, networkSilent: true } : phase)),
    setProbability,
    rivalSets: shareOut(rivals, setProbability),
    shift: found.best.shift,
    unexplained,
    novelty: { score: unexplained.maxPeakSigma / NOVEL_SIGMA, isNovel, ...(votes ? { reconstruction: votes.reconstruction } : {}) },
    detectionLimits: detectionLimits(found, library),
    disagreement: [],
    ...(toldFacts ? { told: toldFacts } : {}),
    curves: drawCurves(data, kept, claimedIds),
    timingMs: { load: 0, network: networkMs - startMs, search: searchMs - networkMs, explain: 0, total: parts.nowMs() - startMs },
  };
}

/**
 * The search as identification runs it: phases that the network holds possible, or that the user expects (`likely`), are tried beside what the
 * residual proposes; `held` are the lines of the sample holder.
 */
export function runSearch(
  data: FitData,
  library: readonly LibraryPhase[],
  radiation: Radiation,
  votes: Votes | null,
  told: { readonly held: readonly MixturePhase[]; readonly likely: readonly string[] } = { held: [], likely: [] },
  calibration: InstrumentCalibration | null = null,
): SearchResult {
  const above = (least: number) => (votes ? votes.phaseIds.filter((_, k) => votes.probability[k]! > least) : []);
  const found = searchPhases(data, library, startingOptics(radiation, calibration), {
    maxPhases: MAX_PHASES,
    minGain: SIGNAL_NATS,
    width: 3,
    seeds: [...above(0.03), ...told.likely],
    believed: above(0.3),
    held: told.held,
  });
  return { ...found, best: withLongTails(data, found.best) };
}
