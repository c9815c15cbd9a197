import type { AngleRange } from '../domain/angle-range.ts';
import type { FittedPhase } from '../domain/fitted-curves.ts';
import { type ActivationMap, type CamCheck, claimed, type Identification, type PhaseCandidate } from '../domain/identification.ts';
import type { Pattern } from '../domain/pattern.ts';
import type { Identifier } from '../ports/identifier.ts';
import { meanMap } from './find-disagreement.ts';

/** The hot region reaches from the hottest cell as far as its neighbours have this share of its weight. */
const HOT_SHARE = 0.5;
/** Lines lower than this share of the phase's strongest prove nothing: some phase has one nearly everywhere. */
const LINE_SHARE = 0.05;

/**
 * Asks the network about its own evidence for each claimed phase: does the hottest region of the phase's map hold one of its lines, and does the vote fall
 * when that region counts as unmeasured? The maps sum up to the logits, so the vote without the region comes from the maps of the pattern without it.
 * `maps`: of the whole pattern. Phases without maps or fitted lines are not in the answer.
 */
export async function checkMaps(
  identifier: Pick<Identifier, 'explain'>,
  pattern: Pattern,
  identification: Identification,
  maps: readonly ActivationMap[],
): Promise<ReadonlyMap<string, CamCheck>> {
  const checks = new Map<string, CamCheck>();
  for (const { phaseId } of claimed(identification)) {
    const lines = identification.curves?.phases.find((phase) => phase.phaseId === phaseId);
    const region = lines ? hotRegion(maps, phaseId) : null;
    if (!lines || !region) continue;
    const masked = await identifier.explain(withoutRange(pattern, region), [phaseId]);
    const logitDrop = meanSum(maps, phaseId) - meanSum(masked, phaseId);
    checks.set(phaseId, {
      hotRegion: region,
      hotRegionHoldsReflection: holdsLine(region, lines),
      voteDropsWhenMasked: logitDrop > 0,
      logitDrop,
    });
  }
  return checks;
}

/** The identification with the checks beside the phases they are of. */
export function withCamChecks(identification: Identification, checks: ReadonlyMap<string, CamCheck>): Identification {
  const candidates = identification.candidates.map((candidate) => {
    const camCheck = checks.get(candidate.phaseId);
    return camCheck ? { ...candidate, camCheck } : candidate;
  });
  return { ...identification, candidates };
}

/** What is wrong with the network's evidence for a phase that it votes for, in one sentence; null where nothing is, or where it does not vote for it. */
export function camObjection({ phaseId, camCheck, networkProbability }: PhaseCandidate, threshold: number): string | null {
  if (!camCheck || (networkProbability ?? 0) < threshold) return null;
  const { hotRegion, hotRegionHoldsReflection, voteDropsWhenMasked } = camCheck;
  const where = `${hotRegion.fromDeg.toFixed(2)} to ${hotRegion.toDeg.toFixed(2)} degrees`;
  // One of the two fails for a third of the right claims of real scans, both for few: networks lean on neighbouring angles too.
  if (hotRegionHoldsReflection || voteDropsWhenMasked) return null;
  return `the network's evidence for ${phaseId} is strongest at ${where}, where the phase has no line, and its vote does not fall when they are hidden`;
}

/** Around the cell that speaks most for the phase, mean over the members; null where no cell speaks for it. */
export function hotRegion(maps: readonly ActivationMap[], phaseId: string): AngleRange | null {
  const map = meanMap(maps, phaseId);
  if (!map || map.twoThetaDeg.length < 2) return null;
  const { twoThetaDeg, weight } = map;
  let hottest = 0;
  for (let i = 1; i < weight.length; i++) if (weight[i]! > weight[hottest]!) hottest = i;
  if (!(weight[hottest]! > 0)) return null;
  const least = HOT_SHARE * weight[hottest]!;
  let [from, to] = [hottest, hottest];
  while (from > 0 && weight[from - 1]! >= least) from--;
  while (to + 1 < weight.length && weight[to + 1]! >= least) to++;
  const halfDeg = (i: number) => (twoThetaDeg[Math.min(i + 1, weight.length - 1)]! - twoThetaDeg[Math.max(i - 1, 0)]!) / 4;
  return { fromDeg: twoThetaDeg[from]! - halfDeg(from), toDeg: twoThetaDeg[to]! + halfDeg(to) };
}

function holdsLine({ fromDeg, toDeg }: AngleRange, { ticksDeg, tickHeights }: FittedPhase): boolean {
  return ticksDeg.some((deg, i) => deg >= fromDeg && deg <= toDeg && tickHeights[i]! >= LINE_SHARE);
}

/** The pattern as if it had not been measured in the range. */
function withoutRange(pattern: Pattern, { fromDeg, toDeg }: AngleRange): Pattern {
  const kept = (_: number, i: number) => pattern.twoThetaDeg[i]! < fromDeg || pattern.twoThetaDeg[i]! > toDeg;
  const { twoThetaDeg, counts, liveS } = pattern;
  return { ...pattern, twoThetaDeg: twoThetaDeg.filter(kept), counts: counts.filter(kept), liveS: liveS.filter(kept) };
}

/** The members' mean logit less their biases. */
function meanSum(maps: readonly ActivationMap[], phaseId: string): number {
  const own = maps.filter((map) => map.phaseId === phaseId);
  return own.reduce((total, { weight }) => total + weight.reduce((sum, value) => sum + value, 0), 0) / Math.max(1, own.length);
}
