import type { NoveltyScore } from '../analysis/score/novelty.ts';
import type { Score } from '../analysis/score/score.ts';
import { plainText } from '../report/plain-text.ts';
import type { EvaluateResult } from './evaluate-result.ts';
import { percent } from './percent.ts';
import { textTable } from './text-table.ts';

const MAX_NAMED = 40;

/** What a person reads: the totals, the tags, every pattern that was not named exactly, and what was left out. */
export function evaluateText(name: string, result: EvaluateResult): string {
  const { strict, grouped, match, fractions, abstain, timingMs, skipped, patterns } = result;
  const thinned = result.thin === null ? '' : `, thinned to ${result.thin} of the counts, ${result.repeats} draws of each`;
  const rows = [
    row('all, strict', strict),
    row('all, grouped', grouped),
    ...Object.entries(result.byTag).map(([tag, score]) => row(tag, score)),
    ...Object.entries(result.byCertainty).map(([certainty, score]) => row(`labels ${certainty}`, score)),
    ...Object.entries(result.baselines).map(([baseline, score]) => row(`baseline ${baseline}`, score)),
  ];
  const lines = [
    `${name}: ${result.n} patterns by ${result.modelId}, tables by ${match} match${thinned}`,
    textTable(['patterns', 'n', 'exact', 'share', 'F1', '95 %', 'precision', 'recall', 'wrong', 'missed'], rows),
  ];
  if (fractions)
    lines.push(
      `weight fractions: mean error ${percent(fractions.maeWeight)}, largest ${percent(fractions.maxAbsWeight)}, ` +
        `${percent(fractions.within2Sigma)} within two sigma (${fractions.n} phases)`,
    );
  lines.push(calibrationLine(result.total));
  if (result.novelty) lines.push(...noveltyLines(result.novelty));
  if (abstain.n > 0) lines.push(`abstain: ${abstain.right} of ${abstain.n} not answered with confidence`);
  lines.push(
    `time: half within ${ms(timingMs.totalP50)}, 95 % within ${ms(timingMs.totalP95)}; network ${ms(timingMs.networkP50)}, ${ms(timingMs.networkP95)}`,
  );
  const wrong = patterns.filter(({ missed, invented }) => missed.length + invented.length > 0);
  for (const { id, repeat, missed, invented } of wrong.slice(0, MAX_NAMED)) {
    const what = [...missed.map((phase) => `missed ${phase}`), ...invented.map((phase) => `invented ${phase}`)].join(', ');
    lines.push(`${id}${result.thin === null ? '' : ` draw ${repeat}`}: ${what}`);
  }
  if (wrong.length > MAX_NAMED) lines.push(`and ${wrong.length - MAX_NAMED} more; --json lists all`);
  for (const { id, reason } of skipped) lines.push(`skipped ${id}: ${reason}`);
  return lines
    .flatMap((line) => line.split('\n'))
    .map(plainText)
    .join('\n');
}

function row(name: string, score: Score): string[] {
  const interval = score.ci95.microF1;
  return [
    name,
    String(score.patterns),
    String(score.exact),
    figure(score.exactFraction),
    figure(score.microF1),
    interval ? `${interval[0].toFixed(3)}-${interval[1].toFixed(3)}` : '-',
    figure(score.precision),
    figure(score.recall),
    String(score.fp),
    String(score.fn),
  ];
}

function calibrationLine({ calibration }: Score): string {
  const { pairs, eceDebiased, brier, claimed95 } = calibration;
  return (
    `calibration: ${pairs} doubtful claims, error ${figure(eceDebiased)}, Brier ${figure(brier)}; ` +
    `${claimed95.right} of ${claimed95.n} sets stated with 95 % or more were right (at least ${figure(claimed95.rightLower95)})`
  );
}

/** The share, and every pattern for which a phase of the library was named in the place of the one left out. */
function noveltyLines({
  n,
  falseLibraryAccept,
  falseLibraryAcceptUpper95,
  overlooked,
  calledNovel,
  coverage,
  falseNovel,
  cases,
}: NoveltyScore) {
  return [
    `one phase left out of the library (${n} patterns): another one accepted in its place ${figure(falseLibraryAccept)} ` +
      `(at most ${figure(falseLibraryAcceptUpper95)}), overlooked ${figure(overlooked)}, called novel ${figure(calledNovel)}; ` +
      `with the whole library ${figure(coverage)} accepted, ${figure(falseNovel)} called novel`,
    ...cases
      .filter(({ accepted, standIns }) => accepted && standIns.length > 0)
      .slice(0, MAX_NAMED)
      .map(({ id, leftOutId, standIns }) => `${id} without ${leftOutId}: accepted as ${standIns.join(' + ')}`),
  ];
}

function figure(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}

function ms(value: number | null): string {
  return value === null ? '-' : `${value.toFixed(0)} ms`;
}
