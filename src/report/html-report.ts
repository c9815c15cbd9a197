import type { FittedCurves } from '../domain/fitted-curves.ts';
import { spentS } from '../loop/context.ts';
import { closeUps } from './close-ups.ts';
import { decisionTable } from './decision-table.ts';
import { factList, fitFacts, integrityFacts, patternFacts, runFacts } from './fact-list.ts';
import { findingList } from './finding-list.ts';
import { hoverScript } from './hover-script.ts';
import { ledgerFigure } from './ledger-figure.ts';
import { type Fragment, type Markup, markup } from './markup.ts';
import { AXIS_SWITCH, keyFigures, page, section } from './page.ts';
import { type PatternFigureInput, patternFigure, patternRange } from './pattern-figure.ts';
import { phaseColours, phasesOfInterest } from './phase-colours.ts';
import { detectionTable, phaseTable, regionTable, rivalTable } from './phase-table.ts';
import { type Moment, momentsOf, probabilityFigure } from './probability-figure.ts';
import { countText, dateText, durationText, plural, probabilityText } from './quantity-text.ts';
import type { RunRecord } from './run-record.ts';
import { ledgerOf } from './run-result.ts';
import { runHeadline } from './verdict-text.ts';

export interface ReportOptions {
  /** The fit of the claimed phases; null draws the pattern without it. */
  readonly curves: FittedCurves | null;
  /** Was the instrument simulated? null: as the journal says, if it does. */
  readonly simulated: boolean | null;
  readonly version: string;
  readonly generatedAtMs: number;
}

/** The report of one run as one self-contained HTML file; a run that is not finished is reported as far as it got. */
export function htmlReport(record: RunRecord, options: ReportOptions): string {
  const { context, identification, pattern, origin } = record;
  const simulated = options.simulated ?? origin.simulated;
  const phaseIds = phasesOfInterest(identification, context.regions);
  const colours = phaseColours(phaseIds);
  const figure = pattern && {
    pattern,
    curves: options.curves,
    visits: context.scans,
    regions: context.regions,
    maps: record.maps,
    phaseIds,
    colours,
  };
  const last: Moment | null = identification && {
    identification,
    cycle: context.cycle,
    spentS: context.cycles.at(-1)?.instrumentSAfter ?? spentS(context),
  };
  const course = probabilityFigure(momentsOf(record.views, last), phaseIds, colours, context.goal.confidence);
  const wallS =
    origin.startedAtMs === null || origin.lastEntryAtMs === null ? Number.NaN : (origin.lastEntryAtMs - origin.startedAtMs) / 1000;
  const headline = runHeadline(record);
  return page(`${headline.title} – ${record.runId}`, [
    heading(record, simulated),
    findingList(context.scanFindings ?? []),
    section('Pattern', figure ? patternSection(figure) : markup`<p class="hint">No pattern has been merged.</p>`),
    identification && section('Phases', phaseTable(identification, colours)),
    course &&
      section(
        'How the answer came about',
        markup`<figure class="wide">${course}<figcaption>Each dot is an identification. Dotted green: the confidence asked for. Dashed: the probability that the whole set is exactly right.</figcaption></figure>`,
      ),
    section('Decisions', decisionTable(context)),
    section('Where the time went', ledgerFigure(ledgerOf(context, wallS), context.goal.budgetInstrumentS)),
    identification &&
      section(
        'What else it might be',
        markup`<div class="columns"><div><h3>Rival sets</h3>${rivalTable(identification)}</div><div><h3>Detection limits</h3>${detectionTable(identification)}</div></div>`,
        factList(fitFacts(identification)),
      ),
    section(
      'This run',
      factList([...runFacts(record), ...(pattern ? patternFacts(pattern) : [])]),
      markup`<h3>Integrity</h3>`,
      factList(integrityFacts(record)),
    ),
    markup`<footer>Ewald ${options.version}, ${dateText(options.generatedAtMs)}.</footer>`,
    hoverScript(pattern),
  ]);
}

function heading(record: RunRecord, simulated: boolean | null): Markup {
  const { context, identification } = record;
  const { badge, tone, title, sentence } = runHeadline(record);
  const counts = context.scans.reduce((sum, scan) => sum + scan.countsSum, 0);
  return markup`<header><span class="badge ${tone}">${badge}</span>${simulated === true && markup`<span class="badge simulated">simulated instrument</span>`}<h1>${title}</h1><p class="summary">${sentence}</p><p class="hint">Sample ${context.sampleId}, run ${record.runId}. The number after a formula is that of its space group.</p>
${keyFigures([
  [probabilityText(context.verdict?.setProbability ?? identification?.setProbability ?? null), 'probability that the set is exactly right'],
  [durationText(spentS(context)), `instrument time, of ${durationText(context.goal.budgetInstrumentS)}`],
  [String(context.cycle), `${context.cycle === 1 ? 'cycle' : 'cycles'}, ${plural(context.scans.length, 'scan')}`],
  [countText(counts), 'counts'],
])}</header>`;
}

/** The figure of the whole pattern, its close-ups and its regions; shared with the report of a single file. */
export function patternSection(input: PatternFigureInput): Fragment {
  const range = patternRange(input.pattern);
  if (!range) return markup`<p class="hint">The pattern holds too few points to draw.</p>`;
  const close = closeUps(input);
  return [
    AXIS_SWITCH,
    markup`<figure class="wide">${patternFigure(input, range, 'wide')}</figure>`,
    close && [markup`<h3>Where rivals disagree</h3>`, close],
    input.regions.length > 0 && regionTable(input.regions),
  ];
}
