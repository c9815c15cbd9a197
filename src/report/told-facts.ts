import type { ToldFacts } from '../domain/sample-knowledge.ts';
import type { Fact } from './fact-list.ts';
import { phaseText } from './phase-text.ts';
import { degText } from './quantity-text.ts';

/** What the user told of the sample and how it counted. */
export function toldFacts(told: ToldFacts | undefined): Fact[] {
  if (!told) return [];
  const list = (phaseIds: readonly string[]) => phaseIds.map(phaseText).join(', ');
  const facts: [string, string, boolean][] = [
    ['structures added', list(told.addedPhaseIds), told.addedPhaseIds.length > 0],
    ["in place of the library's", list(told.replacedPhaseIds), told.replacedPhaseIds.length > 0],
    ['left out by their elements', `${told.leftOutPhaseIds.length} phases of the library`, told.leftOutPhaseIds.length > 0],
    [
      'expected',
      told.expected.map(({ phaseId, probability }) => `${phaseText(phaseId)} (${probability})`).join(', '),
      told.expected.length > 0,
    ],
    ['required, in no claimed phase', told.requiredMissing.join(', '), told.requiredMissing.length > 0],
    ['lines of the holder', told.holderLinesDeg.map(degText).join(', '), told.holderLinesDeg.length > 0],
  ];
  return facts.flatMap(([name, text, isTold]) => (isTold ? [[name, text] as const] : []));
}
