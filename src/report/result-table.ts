import { claimed, type Identification } from '../domain/identification.ts';
import { spentS } from '../loop/context.ts';
import { phaseSetText, phaseText } from './phase-text.ts';
import { plainText } from './plain-text.ts';
import { durationText, numberText, percentText, plural, probabilityText } from './quantity-text.ts';
import type { RunRecord } from './run-record.ts';
import { toldLines } from './told-facts.ts';
import { runHeadline } from './verdict-text.ts';

/** The end of a run as text for stdout. */
export function resultTable(record: RunRecord): string {
  const { context, identification } = record;
  const { badge, title, sentence } = runHeadline(record);
  const time = `${durationText(spentS(context))} of instrument time in ${plural(context.cycle, 'cycle')} and ${plural(context.scans.length, 'scan')}`;
  const warned = (context.scanFindings ?? [])
    .filter(({ severity }) => severity === 'warn')
    .map(({ message }) => `look at the scan: ${message}`);
  const lines = [`${badge}: ${title}`, sentence, ...warned, `run ${record.runId}, sample ${context.sampleId}: ${time}`];
  const answer = identification ? ['', identificationTable(identification), ...toldLines(identification.told).map(plainText)] : [];
  return [...lines.map(plainText), ...answer].join('\n');
}

/** The claimed phases and the likeliest three others as text for stdout. */
export function identificationTable(identification: Identification): string {
  const own = claimed(identification);
  const others = identification.candidates.filter((phase) => !own.includes(phase) && phase.probability >= 0.001).slice(0, 3);
  const rows = [...own, ...others].map((phase) => [
    own.includes(phase) ? '●' : '○',
    phaseText(phase.phaseId),
    probabilityText(phase.probability),
    percentText(phase.weightFraction, phase.weightFractionSigma),
    phase.scale > 0 ? numberText(phase.scale) : '–',
    phase.scale > 0 ? `${numberText(100 * phase.latticeStrainMax, 2)} %` : '–',
    phase.sizeNm === null ? '–' : `${numberText(phase.sizeNm)} nm`,
    phase.rivalId === null ? '' : phaseText(phase.rivalId),
  ]);
  const table = alignColumns([['', 'phase', 'probability', 'weight', 'cps', 'strain', 'size', 'rival'], ...rows], new Set([0, 1, 7]));
  const set = `the set ${phaseSetText(own.map((phase) => phase.phaseId))} is exactly right with ${probabilityText(identification.setProbability)}`;
  return plainLines([...table, set]);
}

/** Rows with their columns in line; columns in `left` begin, the others end together. */
export function alignColumns(rows: readonly (readonly string[])[], left: ReadonlySet<number>): string[] {
  const cells = rows.map((row) => row.map(plainText));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => [...(row[column] ?? '')].length)));
  return cells.map((row) =>
    row
      .map((cell, column) => {
        const blank = ' '.repeat(widths[column]! - [...cell].length);
        return left.has(column) ? cell + blank : blank + cell;
      })
      .join('  ')
      .trimEnd(),
  );
}

function plainLines(lines: readonly string[]): string {
  return lines.map(plainText).join('\n');
}
