import type { RunGoal, Verdict } from '../domain/decision.ts';
import { claimed, type IdentifyVerdict } from '../domain/identification.ts';
import type { RunContext } from '../loop/context.ts';
import { phaseSetText, phaseText } from './phase-text.ts';
import { percentText } from './quantity-text.ts';
import type { RunRecord } from './run-record.ts';

export type Tone = 'good' | 'doubt' | 'bad';

export interface Headline {
  readonly badge: string;
  readonly tone: Tone;
  readonly title: string;
  readonly sentence: string;
}

const TONES: Readonly<Record<Verdict['kind'], Tone>> = {
  accept: 'good',
  inconclusive: 'doubt',
  novel: 'doubt',
  aborted: 'bad',
  fault: 'bad',
};

/** What the run came to, in one line and one sentence. */
export function runHeadline({ context, identification }: RunRecord): Headline {
  const { verdict } = context;
  const now = identification ? claimed(identification).map((phase) => phase.phaseId) : [];
  if (!verdict) {
    const title = now.length > 0 ? `So far: ${phaseSetText(now)}` : 'Nothing identified so far';
    return { badge: 'not finished', tone: 'doubt', title, sentence: progressSentence(context) };
  }
  const set = verdict.phaseIds.length > 0 ? verdict.phaseIds : now;
  return { badge: verdict.kind, tone: TONES[verdict.kind], title: titleOf(context.goal, verdict, set), sentence: closed(verdict.reason) };
}

function titleOf(goal: RunGoal, verdict: Verdict, set: readonly string[]): string {
  if (goal.kind === 'confirm' && (verdict.kind === 'accept' || verdict.kind === 'inconclusive')) return answerTitle(goal, verdict);
  const phases = phaseSetText(set);
  switch (verdict.kind) {
    case 'accept':
      return phases;
    case 'inconclusive':
      return set.length > 0 ? `Perhaps ${phases}` : 'No conclusion';
    case 'novel':
      return set.length > 0 ? `${phases}, and something unknown` : 'Something unknown';
    case 'aborted':
      return 'Ended by the operator';
    case 'fault':
      return 'Ended by a fault';
  }
}

/** The answer to a question about one phase, which is not the set that was found. */
function answerTitle({ phaseId, aboveWeightFraction }: Extract<RunGoal, { kind: 'confirm' }>, { confirmed }: Verdict): string {
  const limit = aboveWeightFraction > 0 ? ` above ${percentText(aboveWeightFraction)}` : '';
  if (confirmed === undefined) return `Is ${phaseText(phaseId)} there${limit}? No conclusion`;
  return `${phaseText(phaseId)} is ${confirmed ? '' : 'not '}there${limit}`;
}

function progressSentence({ cycle, pending, failures }: RunContext): string {
  const doing = pending ? `; the scan ${pending.command.requestId} is not settled` : '';
  const trouble = failures.last === null ? '' : `; last trouble: ${failures.last}`;
  return `The run stands in cycle ${cycle}${doing}${trouble}.`;
}

function closed(sentence: string): string {
  return /[.!?]$/.test(sentence.trim()) ? sentence.trim() : `${sentence.trim()}.`;
}

export const IDENTIFY_TONES: Readonly<Record<IdentifyVerdict, Tone>> = {
  confident: 'good',
  ambiguous: 'doubt',
  novel: 'doubt',
  noSignal: 'doubt',
};
