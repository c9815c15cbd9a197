import { meanMap } from '../analysis/find-disagreement.ts';
import { intersect } from '../domain/angle-range.ts';
import type { ActivationMap, DisagreementRegion } from '../domain/identification.ts';
import { curvePath } from './curve-path.ts';
import { type Markup, markup } from './markup.ts';
import { type AngleAxis, type Panel, panelFrame, sideTicks } from './panel.ts';
import type { PhaseColours } from './phase-colours.ts';
import { phaseText } from './phase-text.ts';
import { linearScale } from './plot-scale.ts';

/** Phases beyond these are not named beside the panel. */
const NAMED = 5;

/**
 * What the networks took as evidence for each phase (above the line) or against it (below), each map divided by its largest magnitude. `named` are phases whose
 * colours the figure names elsewhere.
 */
export function evidencePanel(
  maps: readonly ActivationMap[],
  phaseIds: readonly string[],
  colours: PhaseColours,
  named: readonly string[],
): Panel | null {
  const measured = maps.filter((map) => map.of === 'measured');
  const drawn = phaseIds.flatMap((phaseId) => {
    const map = meanMap(measured, phaseId);
    return map ? [{ phaseId, map }] : [];
  });
  if (drawn.length === 0) return null;
  const toName = drawn
    .map(({ phaseId }) => phaseId)
    .filter((phaseId) => !named.includes(phaseId))
    .slice(0, NAMED);
  const heightPx = Math.max(92, 50 + 15 * toName.length);
  return {
    heightPx,
    draw: (axis, topPx) => {
      const y = linearScale(1, -1, topPx + 4, topPx + heightPx - 4);
      const { fromDeg, toDeg } = axis.range;
      const paths = drawn.map(
        ({ phaseId, map }) =>
          markup`<path class="evidence ${colours(phaseId)}" d="${curvePath({ x: map.twoThetaDeg, y: map.weight }, axis.x, y, fromDeg, toDeg)}"><title>${phaseText(phaseId)}</title></path>`,
      );
      const words = ['Network evidence', 'above 0: for a phase', 'below 0: against it'];
      return markup`${panelFrame(axis, topPx, heightPx, words)}${sideTicks(axis, y, [-1, 0, 1], (value) => String(value).replace('-', '−'))}${paths}${axis.labelPx !== null && toName.map((phaseId, i) => markup`<g class="${colours(phaseId)}"><text class="label" x="${axis.labelPx!}" y="${topPx + 56 + 15 * i}">${phaseText(phaseId)}</text></g>`)}`;
    },
  };
}

/** Where rivals disagree, framed over all panels; the table of regions has the same numbers. */
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

const LANE_PX = 15;
const LANES = 3;
const NUMBER_PX = 18;

/** A bar with its number for each disputed region, in as many lanes as keep them apart. */
export function disputedNumbers(regions: readonly DisagreementRegion[], axis: AngleAxis): Panel | null {
  const ends: number[] = [];
  const numbered = regions.map(({ range }, i) => ({ range, number: i + 1 })).sort((a, b) => a.range.fromDeg - b.range.fromDeg);
  const bars = numbered.flatMap(({ range, number }) => {
    const shown = intersect(range, axis.range);
    if (!shown) return [];
    const fromPx = axis.x(shown.fromDeg);
    const widthPx = Math.max(NUMBER_PX, axis.x(shown.toDeg) - fromPx);
    const free = ends.findIndex((endPx) => fromPx > endPx);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = fromPx + widthPx;
    return [{ number, fromPx, widthPx, lane: lane % LANES }];
  });
  if (bars.length === 0) return null;
  const heightPx = LANE_PX * Math.min(LANES, ends.length);
  return {
    heightPx,
    draw: (_, topPx) =>
      markup`${bars.map(({ number, fromPx, widthPx, lane }) => {
        const laneTopPx = topPx + LANE_PX * lane;
        return markup`<rect class="disputed-bar" x="${fromPx}" y="${laneTopPx}" width="${widthPx}" height="${LANE_PX - 1}"/><text class="region-number" x="${fromPx + widthPx / 2}" y="${laneTopPx + 11}" text-anchor="middle">${number}</text>`;
      })}${axis.labelPx !== null && markup`<text class="heading" x="${axis.labelPx}" y="${topPx + 11}">Disputed regions</text>`}`,
  };
}
