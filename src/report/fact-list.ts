import type { Identification, ReconstructionError } from '../domain/identification.ts';
import type { Pattern } from '../domain/pattern.ts';
import { primaryWavelengthA } from '../domain/radiation.ts';
import { type Fragment, type Markup, markup } from './markup.ts';
import { countText, dateText, degText, durationText, numberText, percentText, probabilityText } from './quantity-text.ts';
import { questionText } from './question-text.ts';
import type { RunRecord } from './run-record.ts';
import { integrityOf } from './run-result.ts';
import { toldFacts } from './told-facts.ts';

export type Fact = readonly [name: string, value: Fragment];

export function factList(facts: readonly Fact[]): Markup {
  return markup`<dl class="facts">${facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** How the run was made, so that it can be made again. */
export function runFacts({ context, origin, runId }: RunRecord): Fact[] {
  const { goal } = context;
  return [
    ['run', runId],
    ['sample', context.sampleId],
    ['instrument', origin.instrumentId ?? '–'],
    ...(origin.driver === null ? [] : [['driver', origin.driver] as const]),
    ['begun', dateText(origin.startedAtMs)],
    ['goal', `${questionText(goal)}, confidence ${probabilityText(goal.confidence)}, at most ${goal.maxPhases} phases`],
    ['budget', `${durationText(goal.budgetInstrumentS)}, ${goal.maxCycles} cycles, up to ${degText(goal.ceilingDeg)}`],
    ['policy', context.policyId],
    ['model', context.modelId],
    ['model, SHA-256', origin.modelSha256 === null ? '–' : markup`<code>${origin.modelSha256}</code>`],
    ['seed', String(context.seed)],
  ];
}

/** That nothing was lost or counted twice. */
export function integrityFacts(record: RunRecord): Fact[] {
  const sums = integrityOf(record.context);
  return [
    ['counts', countText(sums.countsSum)],
    ['live time of all points', durationText(sums.liveSSum)],
    ['commands issued', String(sums.commandsIssued)],
    ['scans stored', String(sums.scansStored)],
    ['scans lost', String(sums.scansLost)],
    ['scans repeated', String(sums.scansRepeated)],
    ['times resumed', String(sums.resumes)],
    ['journal entries', String(record.journal.length)],
  ];
}

/** What the fit and the novelty test say about the whole pattern. */
export function fitFacts({ shift, unexplained, novelty, verdict, timingMs, told }: Identification): Fact[] {
  return [
    ...toldFacts(told),
    ['evidence', verdict],
    ['not explained', `${percentText(unexplained.fraction)} of the net intensity`],
    [
      'highest peak left',
      `${numberText(unexplained.maxPeakSigma, 2)} standard errors${unexplained.atDeg === null ? '' : ` at ${degText(unexplained.atDeg)}`}`,
    ],
    ['novelty', `${numberText(novelty.score, 2)}, ${novelty.isNovel ? 'looks unlike every known phase' : 'nothing unknown'}`],
    ...(novelty.reconstruction ? [reconstructionFact(novelty.reconstruction)] : []),
    ['zero shift', `${numberText(shift.zeroDeg, 2)}°`],
    ['displacement', `${numberText(shift.displacementMm, 2)} mm`],
    ['time to identify', `${numberText(timingMs.total / 1000, 2)} s`],
  ];
}

function reconstructionFact({ quantile }: ReconstructionError): Fact {
  return ['likeness to training', `worse reconstructed than ${percentText(quantile)} of the patterns of its own phases`];
}

export function patternFacts(pattern: Pattern): Fact[] {
  const { radiation, twoThetaDeg, counts, liveS, unit } = pattern;
  const liveSum = liveS.reduce((sum, value) => sum + value, 0);
  return [
    ['points', countText(counts.length)],
    ['2θ', twoThetaDeg.length > 0 ? `${degText(twoThetaDeg[0]!)} to ${degText(twoThetaDeg.at(-1)!)}` : '–'],
    ['radiation', `${radiation.anode ?? 'synchrotron'}, ${radiation.lines.length > 0 ? primaryWavelengthA(radiation).toFixed(5) : '–'} Å`],
    ['live time', unit === 'counts' ? durationText(liveSum) : 'unknown: no counting statistics'],
  ];
}
