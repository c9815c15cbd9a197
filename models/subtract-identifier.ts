import { type FitData, fitDataOf, runningMean } from '../src/analysis/fit-data.ts';
import type { LibraryPhase } from '../src/analysis/propose-phases.ts';
import { largest, subtractPhase } from '../src/analysis/subtract-phase.ts';
import { addPhaseRates } from '../src/diffraction/simulate-pattern.ts';
import type { Identification } from '../src/domain/identification.ts';
import type { Pattern } from '../src/domain/pattern.ts';
import type { Identifier } from '../src/ports/identifier.ts';
import { libraryFor } from './library.ts';
import { startingOptics } from './mixture-identifier.ts';
import { type NetworkParts, type PlainClaim, plainAnswer, votedIdentifier } from './plain-answer.ts';

/** As published: phases below this confidence are not named, at most so many are, and the search ends where the rest is below this share of the pattern. */
const LEAST_CONFIDENCE = 0.4;
const MAX_PHASES = 3;
const CUTOFF = 0.05;
/** A rest higher than this share of the pattern is reported as unknown. */
const UNKNOWN_REST = 0.25;
/** Lines are looked for within this window, in crystals of this size. */
const WARP_DEG = 0.75;
const SIZE_NM = 25;

/**
 * The baseline: subtract and repeat, as published by Szymanski et al. (Chem. Mater. 33 (2021) 4204; npj Comput. Mater. 9 (2023) 31). The network names the
 * most probable phase, its pattern is warped onto the measured one and subtracted, and the network looks at what is left. Theirs follows every phase above a
 * tenth and keeps the route of highest mean confidence, ours the most probable phase alone; the network is ours.
 */
export function subtractIdentifier(parts: NetworkParts): Identifier {
  return votedIdentifier({ ...parts, threshold: LEAST_CONFIDENCE }, identify);
}

async function identify(parts: NetworkParts, pattern: Pattern): Promise<Identification> {
  const startMs = parts.nowMs();
  const data = fitDataOf(pattern);
  const library = libraryFor(parts.references, pattern.radiation);
  const top = largest(data.net);
  const claims = new Map<string, PlainClaim>();
  let found = 0;
  let networkMs = 0;
  let net = data.net;
  while (found < MAX_PHASES && heightOf(net) >= CUTOFF * top) {
    const askedMs = parts.nowMs();
    const { phaseIds, probability, spread } = await parts.voter.votes(patternOfRest(pattern, data, net));
    networkMs += parts.nowMs() - askedMs;
    let most = -1;
    for (const [i, phaseId] of phaseIds.entries()) {
      const known = claims.get(phaseId);
      if (known && known.scale > 0) continue;
      const vote = { networkProbability: probability[i]!, spread: spread[i]!, scale: 0 };
      claims.set(phaseId, { ...vote, probability: Math.min(probability[i]!, LEAST_CONFIDENCE - 1e-6) });
      if (most < 0 || probability[i]! > probability[most]!) most = i;
    }
    const confidence = probability[most] ?? 0;
    const phase = library.find(({ phaseId }) => phaseId === phaseIds[most]);
    if (!phase || confidence < LEAST_CONFIDENCE) break;
    const { rest, height } = subtractPhase(net, calculated(phase, data, pattern), reachOf(data));
    claims.set(phase.phaseId, {
      probability: confidence,
      networkProbability: confidence,
      spread: spread[most]!,
      scale: Math.max(height, Number.MIN_VALUE),
    });
    net = rest;
    found++;
  }
  const rest = top > 0 ? heightOf(net) / top : 0;
  const totalMs = parts.nowMs() - startMs;
  return plainAnswer(pattern, parts, {
    claims: perSecond(claims, data),
    unexplained: { fraction: Math.min(1, sum(net) / Math.max(1e-12, sum(data.net))), maxPeakSigma: 0, atDeg: null },
    novelty: { score: rest / UNKNOWN_REST, isNovel: rest > UNKNOWN_REST },
    timingMs: { network: networkMs, total: totalMs },
  });
}

/** The measured background under what is left; counts and live times as measured, so the network knows how much was counted. */
function patternOfRest(pattern: Pattern, data: FitData, net: Float64Array): Pattern {
  const { twoThetaDeg, liveS } = data;
  return { ...pattern, twoThetaDeg, liveS, counts: data.counts.map((count, i) => count - data.net[i]! + net[i]!) };
}

/** The phase as the literature has it, on the raster of the data. */
function calculated({ state }: LibraryPhase, { twoThetaDeg, liveS }: FitData, { radiation }: Pattern): Float64Array {
  const rates = new Float64Array(twoThetaDeg.length);
  addPhaseRates(rates, twoThetaDeg, { ...state, sizeNm: SIZE_NM }, startingOptics(radiation), { zeroDeg: 0, displacementMm: 0 });
  return rates.map((rate, i) => rate * liveS[i]!);
}

function reachOf({ twoThetaDeg }: FitData): number {
  const stepDeg = (twoThetaDeg.at(-1)! - twoThetaDeg[0]!) / Math.max(1, twoThetaDeg.length - 1);
  return Math.max(1, Math.round(WARP_DEG / stepDeg));
}

/** The highest peak, a single point's noise aside. */
function heightOf(net: Float64Array): number {
  return largest(runningMean(net, 1));
}

function perSecond(claims: ReadonlyMap<string, PlainClaim>, { liveS }: FitData): Map<string, PlainClaim> {
  const meanS = sum(liveS) / Math.max(1, liveS.length);
  return new Map([...claims].map(([phaseId, claim]) => [phaseId, { ...claim, scale: claim.scale / meanS }]));
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
