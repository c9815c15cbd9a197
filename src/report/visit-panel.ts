import { intersect } from '../domain/angle-range.ts';
import { type Markup, markup } from './markup.ts';
import { type AngleAxis, type Panel, panelFrame } from './panel.ts';
import { durationText, rangeText } from './quantity-text.ts';

/** One scan, as the figures show it. */
export interface Visit {
  readonly cycle: number;
  readonly fromDeg: number;
  readonly toDeg: number;
  readonly dwellS: number;
}

/** 0 for the shortest dwell of the run, 1 for the longest, even steps for equal ratios. */
export function visitDepth(visits: readonly Visit[]): (visit: Visit) => number {
  const logs = visits.map((visit) => Math.log(Math.max(visit.dwellS, 1e-6)));
  const min = Math.min(...logs);
  const max = Math.max(...logs);
  return (visit) => (max - min < 1e-9 ? 0.5 : (Math.log(Math.max(visit.dwellS, 1e-6)) - min) / (max - min));
}

/** A lane for each cycle, first on top; a bar for each scan, deeper in colour where each point was counted longer. */
export function visitPanel(visits: readonly Visit[]): Panel {
  const cycles = [...new Set(visits.map((visit) => visit.cycle))].sort((a, b) => a - b);
  const lanePx = Math.max(2, Math.min(12, 84 / Math.max(1, cycles.length)));
  const heightPx = Math.max(30, lanePx * cycles.length + 4);
  const depth = visitDepth(visits);
  return {
    heightPx,
    draw: (axis, topPx) => {
      const gapPx = lanePx > 5 ? 2 : 0.5;
      const rows = visits.map((visit) =>
        bar(axis, visit, topPx + 2 + lanePx * cycles.indexOf(visit.cycle), lanePx - gapPx, 0.28 + 0.67 * depth(visit)),
      );
      const numbers = lanePx >= 9 && axis.labelPx !== null ? cycles : [];
      return markup`${panelFrame(axis, topPx, heightPx, ['Visits by cycle', 'deeper: counted longer'])}${rows}${numbers.map(
        (cycle, lane) =>
          markup`<text class="number" x="${axis.leftPx - 7}" y="${topPx + 2 + lanePx * (lane + 0.5) + 3}" text-anchor="end">${cycle}</text>`,
      )}`;
    },
  };
}

/** The same visits as a wash behind the pattern. */
export function visitWash(axis: AngleAxis, visits: readonly Visit[], topPx: number, heightPx: number): Markup[] {
  const depth = visitDepth(visits);
  // Many visits lie over each other: each is fainter, so that the pattern stays legible.
  const faint = Math.min(1, Math.sqrt(6 / Math.max(1, visits.length)));
  return visits.map((visit) => bar(axis, visit, topPx, heightPx, faint * (0.05 + 0.13 * depth(visit))));
}

function bar(axis: AngleAxis, visit: Visit, topPx: number, heightPx: number, opacity: number): Markup {
  const shown = intersect(visit, axis.range);
  if (!shown) return markup``;
  const fromPx = axis.x(shown.fromDeg);
  const widthPx = Math.max(1, axis.x(shown.toDeg) - fromPx);
  return markup`<rect class="visit" x="${fromPx}" y="${topPx}" width="${widthPx}" height="${heightPx}" fill-opacity="${opacity}"><title>cycle ${visit.cycle}: ${rangeText(visit)}, ${durationText(visit.dwellS)} a point</title></rect>`;
}
