import { canonicalPhaseId } from '../../domain/phase.ts';
import type { RandomSource } from '../../ports/runtime.ts';
import type { JudgedPattern } from './judge.ts';
import type { MatchMode } from './match-phases.ts';
import { type Score, scoreOf } from './score.ts';

export interface PhaseCounts {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
}

/** One score per label that `labelsOf` gives a pattern, sorted by label; a pattern counts in each of its labels. */
export function scoreBy(
  judged: readonly JudgedPattern[],
  labelsOf: (pattern: JudgedPattern) => readonly string[],
  mode: MatchMode,
  random: RandomSource,
): Record<string, Score> {
  const groups = new Map<string, JudgedPattern[]>();
  for (const pattern of judged) {
    for (const label of new Set(labelsOf(pattern))) groups.set(label, [...(groups.get(label) ?? []), pattern]);
  }
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([label, patterns]) => [label, scoreOf(patterns, mode, random.fork(label))]));
}

/** Found, invented and missed per phase, sorted by id; a phase is spelled as `phaseIds` spell it. */
export function countByPhase(judged: readonly JudgedPattern[], phaseIds: readonly string[], mode: MatchMode): Record<string, PhaseCounts> {
  const spelling = new Map(phaseIds.map((id) => [canonicalPhaseId(id), id]));
  const counts = new Map<string, { tp: number; fp: number; fn: number }>();
  const add = (phaseId: string, what: 'tp' | 'fp' | 'fn') => {
    const id = spelling.get(canonicalPhaseId(phaseId)) ?? phaseId;
    const row = counts.get(id) ?? { tp: 0, fp: 0, fn: 0 };
    row[what]++;
    counts.set(id, row);
  };
  for (const { matches } of judged) {
    for (const { expectedId } of matches[mode].found) add(expectedId, 'tp');
    for (const id of matches[mode].invented) add(id, 'fp');
    for (const id of matches[mode].missed) add(id, 'fn');
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
