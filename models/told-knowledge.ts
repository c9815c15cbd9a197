import type { AcceptanceModel } from '../src/analysis/acceptance.ts';
import { amorphousShare } from '../src/analysis/amorphous-share.ts';
import type { MixtureFit } from '../src/analysis/fit-mixture.ts';
import type { Membership } from '../src/analysis/rival-sets.ts';
import { weighPhases } from '../src/analysis/weigh-phases.ts';
import type { InternalStandard, ToldFacts } from '../src/domain/sample-knowledge.ts';
import { type ExaminedSearch, membership, THRESHOLD } from './acceptance-evidence.ts';
import type { Holder } from './holder-lines.ts';
import { elementsOf, type RestrictedReferences } from './restrict-references.ts';

/** What the user told, as far as it bears on the answer after the references were restricted. */
export interface Told {
  readonly restricted: RestrictedReferences;
  readonly required: readonly string[];
  readonly holder: Holder | null;
  readonly internalStandard: InternalStandard | null;
  /** Phases that the network was not trained on because a file brought them; empty where there is no network. */
  readonly silentPhaseIds: ReadonlySet<string>;
  /** Weighs evidence where no network speaks. */
  readonly acceptanceWithoutNetwork: AcceptanceModel;
}

/** A phase that the search left out stays below the threshold, however likely the user thinks it. */
const MOST_OUTSIDE = 0.49;
/** Where a required element is in no claimed phase, the set is not more likely right than wrong: the element may sit in glass, though. */
export const MOST_WITHOUT_REQUIRED = 0.5;

/** The members as the user's knowledge changes them: phases without a vote judged without one, prior odds multiplied. */
export function withTold(members: readonly Membership[], seen: ExaminedSearch, told: Told): Membership[] {
  const { silentPhaseIds, acceptanceWithoutNetwork } = told;
  const unheard = silentPhaseIds.size === 0 ? [] : membership(seen, null, acceptanceWithoutNetwork);
  const judged = members.map((member) =>
    silentPhaseIds.has(member.phaseId) ? (unheard.find(({ phaseId }) => phaseId === member.phaseId) ?? member) : member,
  );
  return withPriors(judged, new Map(told.restricted.expected.map(({ phaseId, probability }) => [phaseId, logit(probability)])));
}

/** Adds prior log odds (natural logarithm) to those of the phases named; pure, forbids nothing. */
export function withPriors(members: readonly Membership[], logOdds: ReadonlyMap<string, number>): Membership[] {
  return members.map((member) => {
    const shift = logOdds.get(member.phaseId);
    if (shift === undefined || member.probability <= 0 || member.probability >= 1) return member;
    const shifted = 1 / (1 + Math.exp(-(logit(member.probability) + shift)));
    // Only a phase of the found set has a margin.
    const isFound = member.margin !== null;
    const probability = isFound ? shifted : Math.min(MOST_OUTSIDE, shifted);
    return { ...member, probability, claimed: isFound && probability >= THRESHOLD };
  });
}

function logit(probability: number): number {
  return Math.log(probability / (1 - probability));
}

export function toldFactsOf(told: Told, claimed: MixtureFit, holderLinesDeg: readonly number[]): ToldFacts {
  const { references, addedPhaseIds, replacedPhaseIds, leftOutPhaseIds, expected } = told.restricted;
  const claimedIds = new Set(claimed.phases.map(({ phaseId }) => phaseId));
  const present = new Set(references.filter(({ phaseId }) => claimedIds.has(phaseId)).flatMap(elementsOf));
  const { internalStandard } = told;
  const amorphous = internalStandard && amorphousShare(weighPhases(claimed), internalStandard);
  const requiredMissing = told.required.filter((symbol) => !present.has(symbol));
  return { addedPhaseIds, replacedPhaseIds, leftOutPhaseIds, expected, requiredMissing, amorphous, internalStandard, holderLinesDeg };
}
