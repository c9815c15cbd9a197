import { camObjection } from '../analysis/cam-honesty.ts';
import { claimed, type DisagreementRegion, type Identification, type PhaseCandidate } from '../domain/identification.ts';
import { type Markup, markup } from './markup.ts';
import type { PhaseColours } from './phase-colours.ts';
import { phaseSetText, phaseText } from './phase-text.ts';
import { degText, numberText, percentText, probabilityText, rangeText } from './quantity-text.ts';

/** How many of the phases that are not claimed are listed. */
const ALSO_SHOWN = 5;

/** The claimed phases, then the likeliest of the others. */
export function phaseTable(identification: Identification, colours: PhaseColours): Markup {
  const own = claimed(identification);
  const others = identification.candidates.filter((phase) => !own.includes(phase) && phase.probability >= 0.001).slice(0, ALSO_SHOWN);
  return markup`<div class="scroll"><table class="phases"><thead><tr><th>phase</th><th>probability</th><th class="n">network</th><th class="n">weight fraction</th><th class="n">scale, cps</th><th class="n">largest strain</th><th class="n">size, nm</th><th>may be taken for</th></tr></thead>
<tbody>${own.map((phase) => row(phase, colours, '', identification.threshold))}${own.length === 0 && markup`<tr><td colspan="8">No phase reaches the threshold of ${probabilityText(identification.threshold)}.</td></tr>`}${others.map((phase) => row(phase, colours, 'other', identification.threshold))}</tbody></table></div>
<p class="hint">A phase is claimed from a probability of ${probabilityText(identification.threshold)}; the set of claimed phases is exactly right with a probability of ${probabilityText(identification.setProbability)}. Weight fractions are those of the crystalline part, with one standard error. ${others.length > 0 && 'Rows in grey are not claimed.'}</p>`;
}

function row(phase: PhaseCandidate, colours: PhaseColours, style: string, threshold: number): Markup {
  const network =
    phase.networkProbability === null
      ? '–'
      : `${probabilityText(phase.networkProbability)}${phase.spread === null ? '' : ` ± ${phase.spread.toFixed(3)}`}`;
  const group = phase.groupPhaseIds.filter((id) => id !== phase.phaseId);
  const rival = phase.rivalId === null ? '' : phaseText(phase.rivalId);
  const same = group.length === 0 ? '' : `same pattern: ${group.map(phaseText).join(', ')}`;
  return markup`<tr class="${style}"><td><i class="swatch ${colours(phase.phaseId)}"></i><b title="${phase.phaseId}">${phaseText(phase.phaseId)}</b></td><td><span class="meter"><i style="width:${Math.round(100 * Math.min(1, Math.max(0, phase.probability)))}%"></i></span> ${probabilityText(phase.probability)}</td><td class="n" title="${camText(phase.camCheck)}">${network}${camObjection(phase, threshold) !== null && markup`<br><small>evidence is doubtful</small>`}</td><td class="n">${percentText(phase.weightFraction, phase.weightFractionSigma)}</td><td class="n">${phase.scale > 0 ? numberText(phase.scale) : '–'}</td><td class="n">${phase.scale > 0 ? `${numberText(100 * phase.latticeStrainMax, 2)} %` : '–'}</td><td class="n">${numberText(phase.sizeNm)}</td><td>${[rival, same].filter(Boolean).join('; ')}</td></tr>`;
}

/** Where the network's evidence for a phase lies, for the hover text of its vote. */
function camText(check: PhaseCandidate['camCheck']): string {
  if (!check) return '';
  const lines = check.hotRegionHoldsReflection ? 'on a line of the phase' : 'where the phase has no line';
  const drop = numberText(Math.abs(check.logitDrop), 2);
  return `Strongest evidence at ${rangeText(check.hotRegion)}, ${lines}; hidden, the log odds ${check.voteDropsWhenMasked ? 'fall' : 'rise'} by ${drop}.`;
}

/** Other sets of phases that fit nearly as well, and the angles that would tell them apart. */
export function rivalTable(identification: Identification): Markup {
  if (identification.rivalSets.length === 0) return markup`<p class="hint">No other set of phases comes near.</p>`;
  return markup`<table><thead><tr><th>rival set</th><th class="n">probability</th><th>would differ at</th></tr></thead><tbody>${identification.rivalSets
    .slice(0, 8)
    .map(
      ({ phaseIds, probability, differsAtDeg }) =>
        markup`<tr><td>${phaseSetText(phaseIds)}</td><td class="n">${probabilityText(probability)}</td><td>${differsAtDeg.slice(0, 5).map(degText).join(', ') || 'no measured angle'}</td></tr>`,
    )}</tbody></table>`;
}

/** What could be in the sample without having been seen, lowest amount first. */
export function detectionTable(identification: Identification): Markup {
  const limits = [...identification.detectionLimits].sort((a, b) => a.weightFraction - b.weightFraction);
  if (limits.length === 0) return markup`<p class="hint">No detection limits were worked out.</p>`;
  const shown = limits.slice(0, 10);
  const more = limits.length - shown.length;
  return markup`<table><thead><tr><th>phase not claimed</th><th class="n">would be seen (3 σ) from</th></tr></thead><tbody>${shown.map(
    ({ phaseId, weightFraction }) => markup`<tr><td>${phaseText(phaseId)}</td><td class="n">${percentText(weightFraction)}</td></tr>`,
  )}</tbody></table>${more > 0 && markup`<p class="hint">And ${more} more, up to ${percentText(limits.at(-1)!.weightFraction)}.</p>`}`;
}

/** The disputed regions, with the numbers that the figures give them. */
export function regionTable(regions: readonly DisagreementRegion[]): Markup {
  return markup`<table><thead><tr><th>no.</th><th>2θ</th><th>between</th><th class="n">score</th></tr></thead><tbody>${regions.map(
    ({ range, between, score }, i) =>
      markup`<tr><td>${i + 1}</td><td>${rangeText(range)}</td><td>${phaseText(between[0])} and ${phaseText(between[1])}</td><td class="n">${numberText(score, 2)}</td></tr>`,
  )}</tbody></table>`;
}
