import { type Markup, markup } from './markup.ts';
import { linearScale } from './plot-scale.ts';
import { durationText, percentText } from './quantity-text.ts';
import type { LedgerS } from './run-result.ts';

/** In the order of the bar. */
const PARTS = [
  { key: 'counting', word: 'counting' },
  { key: 'moving', word: 'moving' },
  { key: 'settling', word: 'settling' },
  { key: 'shutter', word: 'shutter' },
  { key: 'overhead', word: 'overhead' },
  { key: 'waiting', word: 'waiting' },
] as const;

/** The instrument's time as one bar, each part named below it; the part of the budget that was left is drawn empty. */
export function ledgerFigure(ledgerS: LedgerS, budgetS: number): Markup {
  const known = PARTS.map(({ key, word }) => ({ key: key as string, word: word as string, s: ledgerS[key] }));
  const missingS = ledgerS.instrument - known.reduce((sum, part) => sum + part.s, 0);
  const parts = missingS > 0.005 * ledgerS.instrument ? [...known, { key: 'unknown', word: 'not accounted for', s: missingS }] : known;
  const spentS = parts.reduce((sum, part) => sum + part.s, 0);
  const wholeS = Math.max(spentS, budgetS, 1e-9);
  const x = linearScale(0, wholeS, 1, 1159);
  let atS = 0;
  const bars = parts.map(({ key, word, s }) => {
    const fromPx = x(atS);
    atS += s;
    return markup`<rect class="part-${key}" x="${fromPx}" y="1" width="${Math.max(0, x(atS) - fromPx)}" height="30"><title>${word}: ${durationText(s)}</title></rect>`;
  });
  const rows = parts
    .filter((part) => part.s > 0)
    .map(
      ({ key, word, s }) =>
        markup`<li><i class="part-${key}"></i>${word} <b>${durationText(s)}</b> <small>${percentText(s / Math.max(spentS, 1e-9))}</small></li>`,
    );
  const left = budgetS > spentS && markup`<li><i class="part-left"></i>budget left <b>${durationText(budgetS - spentS)}</b></li>`;
  return markup`<svg viewBox="0 0 1160 32" role="img" aria-label="Where the instrument time went"><rect class="frame" x="1" y="1" width="1158" height="30"/>${bars}</svg>
<ul class="key">${rows}${left}</ul>
<p class="hint">Instrument ${durationText(ledgerS.instrument)}, on its own clock. On this computer: thinking ${durationText(ledgerS.thinking)}, from start to end ${durationText(ledgerS.wall)}.</p>`;
}
