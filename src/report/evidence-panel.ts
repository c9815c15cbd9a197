import { meanMap } from '../analysis/find-disagreement.ts';
import { intersect } from '../domain/angle-range.ts';
import type { ActivationMap, DisagreementRegion } from '../domain/identification.ts';
import { curvePath } from './curve-path.ts';
import { type Markup, markup } from './markup.ts';
import { type AngleAxis, type Panel, panelFrame, sideTicks } from './panel.ts';
import type { PhaseColours } from './phase-colours.ts';
import { phaseText } from './phase-text.ts';
import { linearScale } from './plot-scale.ts';

/** What the networks took as evidence for each phase (above the line) or against it (below), each map divided by its largest magnitude. */
export function evidencePanel(maps: readonly ActivationMap[], phaseIds: readonly string[], colours: PhaseColours): Panel | null {
  const measured = maps.filter((map) => map.of === 'measured');
  const drawn = phaseIds.flatMap((phaseId) => {
    const map = meanMap(measured, phaseId);
    return map ? [{ phaseId, map }] : [];
  });
  if (drawn.length === 0) return null;
  const heightPx = 92;
  return {
    heightPx,
    draw: (axis, topPx) => {
      const y = linearScale(1, -1, topPx + 4, topPx + heightPx - 4);
      const { fromDeg, toDeg } = axis.range;
      const paths = drawn.map(
        ({ phaseId, map }) =>
          markup`<path class="evidence ${colours(phaseId)}" d="${curvePath({ x: map.twoThetaDeg, y: map.weight }, axis.x, y, fromDeg, toDeg)}"><title>${phaseText(phaseId)}</title></path>`,
      );
      const words = ['Network evidence', 'above 0: for a phase', 'below 0: against it', 'numbered: disputed'];
      return markup`${panelFrame(axis, topPx, heightPx, words)}${sideTicks(axis, y, [-1, 0, 1], (value) => String(value).replace('-', '−'))}${paths}`;
    },
  };
}

/** Hatched bands over all panels where rivals disagree, numbered as in the table of regions. */
export function disputedBands(axis: AngleAxis, regions: readonly DisagreementRegion[], bottomPx: number): Markup[] {
  return regions.flatMap(({ range, between }, i) => {
    const shown = intersect(range, axis.range);
    if (!shown) return [];
    const fromPx = axis.x(shown.fromDeg);
    const widthPx = Math.max(2, axis.x(shown.toDeg) - fromPx);
    return [
      markup`<rect class="disputed" x="${fromPx}" y="4" width="${widthPx}" height="${bottomPx - 4}"><title>region ${i + 1}: ${phaseText(between[0])} against ${phaseText(between[1])}</title></rect>`,
    ];
  });
}

const LANE_PX = 13;
const NUMBER_PX = 16;

/** The numbers of the disputed regions, in as many lanes as keep them apart. */
export function disputedNumbers(regions: readonly DisagreementRegion[]): Panel | null {
  if (regions.length === 0) return null;
  const place = (axis: AngleAxis) => {
    const ends: number[] = [];
    return regions.flatMap(({ range }, i) => {
      const shown = intersect(range, axis.range);
      if (!shown) return [];
      const middlePx = (axis.x(shown.fromDeg) + axis.x(shown.toDeg)) / 2;
      const free = ends.findIndex((endPx) => Math.abs(middlePx - endPx) > NUMBER_PX);
      const lane = free < 0 ? ends.length : free;
      ends[lane] = middlePx;
      return [{ number: i + 1, middlePx, lane: lane % 3 }];
    });
  };
  const heightPx = LANE_PX * Math.min(3, regions.length > 4 ? 3 : regions.length > 1 ? 2 : 1);
  return {
    heightPx,
    draw: (axis, topPx) =>
      markup`${place(axis).map(
        ({ number, middlePx, lane }) =>
          markup`<text class="region-number" x="${middlePx}" y="${topPx + 10 + LANE_PX * lane}" text-anchor="middle">${number}</text>`,
      )}`,
  };
}
