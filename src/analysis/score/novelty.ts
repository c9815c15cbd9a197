import { claimed, type Identification } from '../../domain/identification.ts';
import { samePhase } from '../../domain/phase.ts';
import { wilson95 } from './intervals.ts';
import type { JudgedPattern, Truth } from './judge.ts';
import { isExact } from './match-phases.ts';

/** One pattern answered by an identifier that has never heard of one of its phases. */
export interface LeftOut {
  readonly truth: Truth;
  readonly leftOutId: string;
  readonly identification: Identification;
}

/** Shares 0..1, null where there is nothing to take a share of; docs/evaluate.md says what each counts. */
export interface NoveltyScore {
  readonly n: number;
  readonly falseLibraryAccept: number | null;
  /** Upper end of Wilson's two-sided 95 % interval. */
  readonly falseLibraryAcceptUpper95: number | null;
  /** Answered with confidence and without any phase in the place of the one left out: it was overlooked. */
  readonly overlooked: number | null;
  readonly calledNovel: number | null;
  /** With the whole library: answered with confidence, of these exactly right, and called novel. */
  readonly coverage: number | null;
  readonly coverageRight: number | null;
  readonly falseNovel: number | null;
  readonly cases: readonly LeftOutCase[];
}

export interface LeftOutCase {
  readonly id: string;
  readonly leftOutId: string;
  readonly verdict: Identification['verdict'];
  readonly setProbability: number;
  /** The most probable phase that is none of the pattern's, claimed or not. */
  readonly lookAlike: { readonly phaseId: string; readonly probability: number } | null;
  /** Claimed phases that are none of the pattern's. */
  readonly standIns: readonly string[];
  readonly noveltyScore: number;
  readonly accepted: boolean;
}

/** `whole`: the same patterns by the same identifier with its whole library. */
export function noveltyOf(leftOut: readonly LeftOut[], whole: readonly JudgedPattern[]): NoveltyScore {
  const cases = leftOut.map(caseOf);
  const accepted = cases.filter((one) => one.accepted);
  const wrong = accepted.filter(({ standIns }) => standIns.length > 0).length;
  const sure = whole.filter(({ identification }) => identification.verdict === 'confident');
  const novel = whole.filter(({ identification }) => identification.verdict === 'novel');
  return {
    n: cases.length,
    falseLibraryAccept: share(wrong, cases.length),
    falseLibraryAcceptUpper95: wilson95(wrong, cases.length)?.[1] ?? null,
    overlooked: share(accepted.length - wrong, cases.length),
    calledNovel: share(cases.filter(({ verdict }) => verdict === 'novel').length, cases.length),
    coverage: share(sure.length, whole.length),
    coverageRight: share(sure.filter(({ matches }) => isExact(matches.strict)).length, sure.length),
    falseNovel: share(novel.length, whole.length),
    cases,
  };
}

function caseOf({ truth, leftOutId, identification }: LeftOut): LeftOutCase {
  const { verdict, setProbability, candidates, novelty } = identification;
  const isForeign = ({ phaseId }: { readonly phaseId: string }) => !truth.phases.some((known) => samePhase(known.phaseId, phaseId));
  const nearest = candidates.find(isForeign);
  return {
    id: truth.id,
    leftOutId,
    verdict,
    setProbability,
    lookAlike: nearest ? { phaseId: nearest.phaseId, probability: nearest.probability } : null,
    standIns: claimed(identification)
      .filter(isForeign)
      .map(({ phaseId }) => phaseId),
    noveltyScore: novelty.score,
    accepted: verdict === 'confident',
  };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
