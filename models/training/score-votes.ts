import { type JudgedPattern, judge } from '../../src/analysis/score/judge.ts';
import { type Score, scoreOf } from '../../src/analysis/score/score.ts';
import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import { blankIdentification } from '../../src/domain/blank-identification.ts';
import type { Identification, PhaseCandidate } from '../../src/domain/identification.ts';
import { parsePhaseId } from '../../src/domain/phase.ts';
import type { Manifest } from '../manifest.ts';
import type { Ensemble } from '../onnx-ensemble.ts';
import { countVotes, type EnsembleVote } from '../votes.ts';
import type { PatternsFile } from './patterns-reader.ts';

const BATCH = 16;

/** Scores the votes of a finished bundle, as the agent runs it, on drawn patterns; strict match. Nothing is fitted. */
export async function scoreVotes(ensemble: Ensemble, file: PatternsFile, seed: number): Promise<Score> {
  const { manifest } = ensemble;
  const judged: JudgedPattern[] = [];
  const perPattern = manifest.members.length * manifest.phases.length;
  for (let from = 0; from < file.count; from += BATCH) {
    const to = Math.min(file.count, from + BATCH);
    const { logits } = await ensemble.run(file.inputs(from, to));
    for (let n = from; n < to; n++) {
      const own = logits.subarray((n - from) * perPattern, (n - from + 1) * perPattern);
      const vote = countVotes(own, file.phases, manifest.members.length, manifest.temperature);
      const heights = file.heights(n);
      const phases = file.phases.filter((_, p) => heights[p]! > 0).map((phaseId) => ({ phaseId, weightFraction: null }));
      const truth = { id: `${n}`, clusterId: `${n}`, tags: [], certainty: null, phases, scoresFractions: false };
      judged.push(judge(truth, 0, asIdentification(`${n}`, vote, manifest)));
    }
  }
  return scoreOf(judged, 'strict', seededRandom(seed).fork('train'));
}

function asIdentification(patternId: string, vote: EnsembleVote, manifest: Manifest): Identification {
  const { modelId, threshold, phases } = manifest;
  const candidates = vote.phaseIds.map((phaseId, p): PhaseCandidate => {
    const name = parsePhaseId(phaseId);
    return {
      phaseId,
      formula: name?.formula ?? phaseId,
      spaceGroup: name?.spaceGroup ?? 0,
      groupPhaseIds: [phaseId, ...(phases[p]?.groupPhaseIds ?? [])],
      probability: vote.probability[p]!,
      networkProbability: vote.probability[p]!,
      spread: vote.spread[p]!,
      weightFraction: null,
      weightFractionSigma: null,
      scale: 0,
      latticeStrainMax: 0,
      sizeNm: null,
      rivalId: null,
    };
  });
  candidates.sort((a, b) => b.probability - a.probability);
  const isSure = candidates.some(({ probability }) => probability >= threshold);
  const setProbability = isSure ? candidates.reduce((all, { probability }) => all * Math.max(probability, 1 - probability), 1) : 0;
  return blankIdentification({
    identificationId: patternId,
    patternId,
    modelId,
    threshold,
    verdict: !isSure ? 'noSignal' : setProbability >= 0.95 ? 'confident' : 'ambiguous',
    candidates,
    setProbability,
  });
}
