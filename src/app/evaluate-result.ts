import { percentile } from '../analysis/score/intervals.ts';
import type { JudgedPattern } from '../analysis/score/judge.ts';
import { isExact, type MatchMode } from '../analysis/score/match-phases.ts';
import { type LeftOut, type NoveltyScore, noveltyOf } from '../analysis/score/novelty.ts';
import { type Score, scoreOf } from '../analysis/score/score.ts';
import { type FractionScore, scoreFractions } from '../analysis/score/score-fractions.ts';
import { countByPhase, type PhaseCounts, scoreBy } from '../analysis/score/score-tables.ts';
import { seededRandom } from '../diffraction/seeded-random.ts';
import { claimed } from '../domain/identification.ts';
import type { Skipped } from './evaluate-items.ts';
import type { IdentifiedItems, Thinning } from './identify-items.ts';

export interface EvaluationSource {
  readonly labelsSha256: string | null;
  readonly suite: string | null;
  readonly suiteSha256: string | null;
}

export interface Evaluation {
  readonly source: EvaluationSource;
  readonly modelId: string;
  readonly modelSha256: string;
  readonly phaseIds: readonly string[];
  readonly match: MatchMode;
  readonly thinning: Thinning;
  readonly skipped: readonly Skipped[];
  readonly answers: IdentifiedItems;
  readonly baselines: ReadonlyMap<string, IdentifiedItems>;
  /** The same patterns with a phase left out of the library; null where that was not asked for. */
  readonly leftOut: readonly LeftOut[] | null;
}

export type EvaluateResult = ReturnType<typeof evaluateResultOf>;

/** The evaluate document. Bootstrap streams are forks of the seed, so the intervals repeat. */
export function evaluateResultOf(evaluation: Evaluation) {
  const { source, modelId, modelSha256, match, thinning, skipped, phaseIds } = evaluation;
  const { scored, abstain } = evaluation.answers;
  const random = seededRandom(thinning.seed).fork('bootstrap');
  const strict = scoreOf(scored, 'strict', random.fork('total'));
  const grouped = scoreOf(scored, 'group', random.fork('total'));
  const certaintyOf = ({ truth }: JudgedPattern) => (truth.certainty === null ? [] : [truth.certainty]);
  const baselines: Record<string, Score> = {};
  for (const [name, answers] of evaluation.baselines) baselines[name] = scoreOf(answers.scored, match, random.fork(name));
  const byPhase: Record<string, PhaseCounts> = countByPhase(scored, phaseIds, match);
  const fractions: FractionScore | null = scoreFractions(scored, match);
  const novelty: NoveltyScore | null = evaluation.leftOut && noveltyOf(evaluation.leftOut, scored);
  return {
    source,
    modelId,
    modelSha256,
    match,
    thin: thinning.factor,
    repeats: thinning.repeats,
    n: scored.length,
    skipped,
    total: match === 'strict' ? strict : grouped,
    strict,
    grouped,
    byTag: scoreBy(scored, ({ truth }) => truth.tags, match, random.fork('tags')),
    byCertainty: scoreBy(scored, certaintyOf, match, random.fork('certainty')),
    byPhase,
    baselines,
    fractions,
    abstain: {
      n: abstain.length,
      right: abstain.filter(({ identification }) => identification.verdict !== 'confident').length,
      patterns: abstain.map((pattern) => describe(pattern, match)),
    },
    novelty,
    timingMs: timingOf([...scored, ...abstain]),
    patterns: scored.map((pattern) => describe(pattern, match)),
  };
}

function describe({ truth, repeat, identification, matches }: JudgedPattern, match: MatchMode) {
  return {
    id: truth.id,
    repeat,
    expected: truth.phases.map(({ phaseId }) => phaseId),
    claimed: claimed(identification),
    missed: matches[match].missed,
    invented: matches[match].invented,
    exactStrict: isExact(matches.strict),
    exactGroup: isExact(matches.group),
    setProbability: identification.setProbability,
    verdict: identification.verdict,
    ms: identification.timingMs.total,
  };
}

function timingOf(judged: readonly JudgedPattern[]) {
  const network = judged.map(({ identification }) => identification.timingMs.network);
  const total = judged.map(({ identification }) => identification.timingMs.total);
  return {
    networkP50: percentile(network, 0.5),
    networkP95: percentile(network, 0.95),
    totalP50: percentile(total, 0.5),
    totalP95: percentile(total, 0.95),
  };
}
