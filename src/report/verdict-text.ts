import type { Verdict } from '../domain/decision.ts';
import { claimed, type IdentifyVerdict } from '../domain/identification.ts';
import type { RunContext } from '../loop/context.ts';
import { phaseSetText } from './phase-text.ts';
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
  return { badge: verdict.kind, tone: TONES[verdict.kind], title: titleOf(verdict, set), sentence: closed(verdict.reason) };
}

function titleOf(verdict: Verdict, set: readonly string[]): string {
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
