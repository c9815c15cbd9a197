import type { FittedCurves } from '../domain/fitted-curves.ts';
import { type ActivationMap, claimed, type DisagreementRegion, type Identification } from '../domain/identification.ts';
import type { Pattern } from '../domain/pattern.ts';
import { factList, fitFacts, patternFacts } from './fact-list.ts';
import { findingList } from './finding-list.ts';
import { hoverScript } from './hover-script.ts';
import { patternSection } from './html-report.ts';
import { markup } from './markup.ts';
import { page, section } from './page.ts';
import { phaseColours, phasesOfInterest } from './phase-colours.ts';
import { detectionTable, phaseTable, rivalTable } from './phase-table.ts';
import { phaseSetText } from './phase-text.ts';
import { dateText, probabilityText } from './quantity-text.ts';
import { IDENTIFY_TONES } from './verdict-text.ts';

export interface IdentifyReportInput {
  /** What the pattern is called, for instance the name of its file. */
  readonly name: string;
  readonly pattern: Pattern;
  readonly identification: Identification;
  readonly curves: FittedCurves | null;
  readonly maps: readonly ActivationMap[];
  /** Where rivals disagree; those of the identification where it is left out. */
  readonly regions?: readonly DisagreementRegion[];
  readonly modelSha256: string;
  readonly version: string;
  readonly generatedAtMs: number;
}

/** The report of one pattern that was identified without a run, as one self-contained HTML file. */
export function identifyReport(input: IdentifyReportInput): string {
  const { name, pattern, identification, curves, maps } = input;
  const regions = input.regions ?? identification.disagreement;
  const phaseIds = phasesOfInterest(identification, regions);
  const colours = phaseColours(phaseIds);
  const found = phaseSetText(
    claimed(identification).map((phase) => phase.phaseId),
    'No phase identified',
  );
  const sure = `The set is exactly right with a probability of ${probabilityText(identification.setProbability)}.`;
  return page(`${found} – ${name}`, [
    markup`<header><span class="badge ${IDENTIFY_TONES[identification.verdict]}">${identification.verdict}</span><h1>${found}</h1><p class="summary">${sure}</p><p class="hint">${name}</p></header>`,
    findingList(identification.scanFindings ?? []),
    section('Pattern', patternSection({ pattern, curves, visits: [], regions, maps, phaseIds, colours })),
    section('Phases', phaseTable(identification, colours)),
    section(
      'What else it might be',
      markup`<div class="columns"><div><h3>Rival sets</h3>${rivalTable(identification)}</div><div><h3>Detection limits</h3>${detectionTable(identification)}</div></div>`,
      factList(fitFacts(identification)),
    ),
    section(
      'This identification',
      factList([
        ['model', identification.modelId],
        ['model, SHA-256', markup`<code>${input.modelSha256}</code>`],
        ...patternFacts(pattern),
      ]),
    ),
    markup`<footer>Ewald ${input.version}, ${dateText(input.generatedAtMs)}.</footer>`,
    hoverScript(pattern),
  ]);
}
