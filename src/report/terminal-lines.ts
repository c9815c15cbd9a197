import { phaseSetText, phaseText } from './phase-text.ts';
import { cutTo, plainText, wrapTo } from './plain-text.ts';
import { degText, durationText, probabilityText, rangeText } from './quantity-text.ts';
import { scanProgress, spentSoFarS, type TerminalState } from './terminal-state.ts';
import { sparkline, textBar } from './text-bars.ts';

/** The live view as lines of at most `columns` letters, without any control sequence. */
export function renderTerminal(view: TerminalState, columns: number): string[] {
  const width = Math.max(20, columns - 1);
  return [...head(view), ...scanLines(view, width), ...pattern(view, width), ...phases(view, width), ...reason(view, width)].map((line) =>
    cutTo(plainText(line), width),
  );
}

function head(view: TerminalState): string[] {
  const { context } = view;
  const mark = view.simulated ? ' (simulated)' : '';
  const cycle = context ? `cycle ${context.cycle} of at most ${context.goal.maxCycles}` : 'starting';
  const first = `${view.runId} on ${view.instrumentId}${mark}  ${view.state}  ${cycle}`;
  if (!context) return [first];
  const spent = spentSoFarS(view);
  const budget = context.goal.budgetInstrumentS;
  return [first, `budget  ${textBar(spent / budget, 24)} ${durationText(spent)} of ${durationText(budget)} instrument time`];
}

function scanLines(view: TerminalState, width: number): string[] {
  const progress = scanProgress(view);
  if (!view.scan || !progress) return ['scan    none'];
  const { range, stepDeg, dwellS, attempt } = view.scan.command;
  const again = attempt > 1 ? `, attempt ${attempt}` : '';
  const fast = view.clockSpeed > 1.001 ? ` (${durationText(progress.leftWallS)} here)` : '';
  return [
    cutTo(`scan    ${rangeText(range)}, step ${degText(stepDeg)}, ${durationText(dwellS)} a point${again}`, width),
    `        ${textBar(progress.share, 24)} ${Math.round(100 * progress.share)} %, ${durationText(progress.leftS)} left${fast}`,
  ];
}

function pattern({ sparkCps, sparkRange }: TerminalState, width: number): string[] {
  if (!sparkCps.some(Number.isFinite)) return [];
  const cells = Math.min(sparkCps.length, width - 8);
  const joined = Array.from({ length: cells }, (_, cell) => {
    const from = Math.floor((cell * sparkCps.length) / cells);
    const to = Math.max(from + 1, Math.floor(((cell + 1) * sparkCps.length) / cells));
    return sparkCps.subarray(from, to).reduce((most, value) => (value <= most ? most : Number.isFinite(value) ? value : most), Number.NaN);
  });
  const last = degText(sparkRange.toDeg);
  const first = degText(sparkRange.fromDeg);
  return [`pattern ${sparkline(joined)}`, `        ${first}${last.padStart(Math.max(last.length, cells - first.length))}`];
}

function phases({ candidates, claimedIds, setProbability }: TerminalState, width: number): string[] {
  if (candidates.length === 0) return [];
  const names = candidates.map((candidate) => phaseText(candidate.phaseId));
  const nameWidth = Math.min(26, Math.max(...names.map((name) => [...name].length)));
  const bars = candidates.map((candidate, i) => {
    const mark = claimedIds.includes(candidate.phaseId) ? '●' : '○';
    const name = cutTo(names[i]!, nameWidth);
    return `${i === 0 ? 'phases ' : '       '} ${mark} ${name.padEnd(nameWidth)} ${textBar(candidate.probability, Math.min(20, Math.max(4, width - nameWidth - 18)))} ${probabilityText(candidate.probability)}`;
  });
  return [...bars, `        the set ${phaseSetText(claimedIds)} is right with ${probabilityText(setProbability)}`];
}

function reason({ context }: TerminalState, width: number): string[] {
  const verdict = context?.verdict;
  const text = verdict ? `${verdict.kind}: ${verdict.reason}` : context?.cycles.at(-1)?.reason;
  if (!text) return [];
  const lines = wrapTo(plainText(text), width - 8, 3);
  return lines.map((line, i) => `${i === 0 ? (verdict ? 'verdict' : 'because') : '       '} ${line}`);
}

/** One line for a log, where this event is worth one: a decision, a new scan, an identification, the end. */
export function progressLine(before: TerminalState, after: TerminalState): string | null {
  const line = lineOf(before, after);
  return line === null ? null : plainText(line);
}

function lineOf(before: TerminalState, after: TerminalState): string | null {
  const { context, scan } = after;
  const verdict = context?.verdict;
  if (verdict && verdict !== before.context?.verdict) return `${verdict.kind}: ${verdict.reason}`;
  if (context && context.cycle > (before.context?.cycle ?? 0)) return `cycle ${context.cycle}: ${context.cycles.at(-1)?.reason ?? ''}`;
  if (context && context.failures.last !== null && context.failures.inARow > (before.context?.failures.inARow ?? 0))
    return `  trouble: ${context.failures.last}; trying again`;
  if (after.candidates !== before.candidates) {
    const likely = after.candidates.slice(0, 4).map((phase) => `${phaseText(phase.phaseId)} ${probabilityText(phase.probability)}`);
    return `  identified ${phaseSetText(after.claimedIds)}, set ${probabilityText(after.setProbability)} (${likely.join(', ')})`;
  }
  if (scan && scan.points === 0 && scan.command !== before.scan?.command) {
    const { range, dwellS, expectedS } = scan.command;
    return `  scan ${rangeText(range)}, ${durationText(dwellS)} a point, about ${durationText(expectedS)}`;
  }
  if (after.state !== before.state && ['paused', 'finished', 'faulted'].includes(after.state)) return after.state;
  return null;
}
