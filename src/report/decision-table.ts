import type { CycleFacts, RunContext } from '../loop/context.ts';
import { type Markup, markup } from './markup.ts';
import { phaseSetText } from './phase-text.ts';
import { degText, durationText, probabilityText, rangeText } from './quantity-text.ts';

/** What was decided in each cycle, why, what was measured for it, and what the run believed afterwards. */
export function decisionTable(context: RunContext): Markup {
  if (context.cycles.length === 0) return markup`<p class="hint">No decision was taken.</p>`;
  const verdict =
    context.verdict &&
    markup`<tr class="final"><td>end</td><td colspan="5"><b>${context.verdict.kind}</b> (${context.verdict.reasonCode}): ${context.verdict.reason}</td></tr>`;
  return markup`<div class="scroll"><table class="decisions"><thead><tr><th>cycle</th><th>why</th><th>asked for</th><th>phases afterwards</th><th class="n">set</th><th class="n">instrument</th></tr></thead>
<tbody>${context.cycles.map((cycle) => row(cycle, context))}${verdict}</tbody></table></div>`;
}

function row(cycle: CycleFacts, context: RunContext): Markup {
  const requests = cycle.requests.map(
    ({ range, stepDeg, dwellS, purpose, because }) =>
      markup`<li><span class="tag">${purpose}</span> <b>${rangeText(range)}</b>, step ${degText(stepDeg)}, ${durationText(dwellS)} a point<br><small>${because}</small></li>`,
  );
  const cut = context.scans.filter((scan) => scan.cycle === cycle.cycle && scan.completeness === 'cut-short').length;
  const after = cycle.setProbabilityAfter === null ? 'not yet identified' : phaseSetText(cycle.phaseIdsAfter);
  return markup`<tr><td>${cycle.cycle}</td><td>${cycle.reason}</td><td><ul>${requests}</ul>${cut > 0 && markup`<small>${cut} of its scans cut short</small>`}</td><td>${after}</td><td class="n">${probabilityText(cycle.setProbabilityAfter)}</td><td class="n">${durationText(cycle.instrumentSAfter)}</td></tr>`;
}
