import type { ToldFacts } from '../domain/sample-knowledge.ts';
import { phaseText } from './phase-text.ts';
import { degText, percentText } from './quantity-text.ts';

/** What the user told of the sample and how it counted, for text and page alike; `nameOf` says how phases are called there. */
export function toldFacts(told: ToldFacts | undefined, nameOf: (phaseId: string) => string = phaseText): [name: string, text: string][] {
  if (!told) return [];
  const list = (phaseIds: readonly string[]) => phaseIds.map(nameOf).join(', ');
  const leftOut = told.leftOutPhaseIds.length;
  const facts: [string, string, boolean][] = [
    ['structures added', list(told.addedPhaseIds), told.addedPhaseIds.length > 0],
    ["in place of the library's", list(told.replacedPhaseIds), told.replacedPhaseIds.length > 0],
    ['left out by their elements', `${leftOut} ${leftOut === 1 ? 'phase' : 'phases'} of the library`, leftOut > 0],
    [
      'expected',
      told.expected.map(({ phaseId, probability }) => `${nameOf(phaseId)} (${probability})`).join(', '),
      told.expected.length > 0,
    ],
    ['required, in no claimed phase', told.requiredMissing.join(', '), told.requiredMissing.length > 0],
    ['lines of the holder', told.holderLinesDeg.map(degText).join(', '), told.holderLinesDeg.length > 0],
    ['amorphous', amorphousText(told, nameOf), told.internalStandard !== null || told.amorphous !== null],
  ];
  return facts.flatMap(([name, text, isTold]): [string, string][] => (isTold ? [[name, text]] : []));
}

/** The same as lines of text. */
export function toldLines(told: ToldFacts | undefined, nameOf?: (phaseId: string) => string): string[] {
  return toldFacts(told, nameOf).map(([name, text]) => `${name}: ${text}`);
}

function amorphousText({ amorphous, internalStandard }: ToldFacts, nameOf: (phaseId: string) => string): string {
  if (amorphous)
    return `${percentText(amorphous.weightFraction, amorphous.sigma)} of the sample without its standard ${nameOf(amorphous.standardId)}`;
  return internalStandard ? `not known: the standard ${nameOf(internalStandard.phaseId)} is not among the claimed phases` : '';
}
