import type { Identification } from '../src/domain/identification.ts';
import type { Pattern } from '../src/domain/pattern.ts';
import type { Identifier } from '../src/ports/identifier.ts';
import { type NetworkParts, type PlainClaim, plainAnswer, votedIdentifier } from './plain-answer.ts';

/** The baseline: what the ensemble says and nothing else. Nothing is fitted, hence no fractions, no residual and never 'novel'. */
export function networkIdentifier(parts: NetworkParts): Identifier {
  return votedIdentifier(parts, identify);
}

async function identify(parts: NetworkParts, pattern: Pattern): Promise<Identification> {
  const startMs = parts.nowMs();
  const { phaseIds, probability, spread } = await parts.voter.votes(pattern);
  const claims = new Map(
    phaseIds.map((phaseId, i): [string, PlainClaim] => [
      phaseId,
      { probability: probability[i]!, networkProbability: probability[i]!, spread: spread[i]!, scale: 0 },
    ]),
  );
  const ms = parts.nowMs() - startMs;
  return plainAnswer(pattern, parts, {
    claims,
    unexplained: { fraction: 0, maxPeakSigma: 0, atDeg: null },
    novelty: { score: 0, isNovel: false },
    timingMs: { network: ms, total: ms },
  });
}
