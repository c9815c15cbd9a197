import type { AngleRange } from '../domain/angle-range.ts';
import { type Fragment, type Markup, markup } from './markup.ts';
import { linearScale, roundTicks, type Scale } from './plot-scale.ts';

/** The angles of a figure, and where they stand in it. `labelPx` is where the words right of the panels begin; null where there is no room. */
export interface AngleAxis {
  readonly range: AngleRange;
  readonly widthPx: number;
  readonly leftPx: number;
  readonly rightPx: number;
  readonly labelPx: number | null;
  readonly x: Scale;
}

/** One strip of a figure; drawn with its upper edge at `topPx`. */
export interface Panel {
  readonly heightPx: number;
  draw(axis: AngleAxis, topPx: number): Markup;
}

export const GAP_PX = 12;
const AXIS_PX = 38;

export function angleAxis(range: AngleRange, size: 'wide' | 'narrow'): AngleAxis {
  const [widthPx, leftPx, rightPx, labelPx] = size === 'wide' ? [1160, 64, 996, 1008] : [572, 56, 564, null];
  return { range, widthPx, leftPx, rightPx, labelPx, x: linearScale(range.fromDeg, range.toDeg, leftPx, rightPx) };
}

/** The height of the panels, one under the other, without the axis. */
export function stackHeightPx(panels: readonly Panel[]): number {
  return panels.reduce((sum, panel) => sum + panel.heightPx + GAP_PX, 0);
}

/** A figure of panels over one axis of angles. `behind` is drawn first, over the full height. */
export function stackPanels(axis: AngleAxis, panels: readonly Panel[], behind: (bottomPx: number) => Fragment, label: string): Markup {
  let topPx = 4;
  const drawn = panels.map((panel) => {
    const strip = panel.draw(axis, topPx);
    topPx += panel.heightPx + GAP_PX;
    return strip;
  });
  const bottomPx = topPx - GAP_PX;
  const { fromDeg, toDeg } = axis.range;
  return markup`<svg class="angles" viewBox="0 0 ${axis.widthPx} ${bottomPx + AXIS_PX}" role="img" aria-label="${label}" data-from="${String(fromDeg)}" data-to="${String(toDeg)}" data-left="${axis.leftPx}" data-right="${axis.rightPx}" data-top="4" data-bottom="${bottomPx}">
${behind(bottomPx)}${drawn}
${roundTicks(fromDeg, toDeg, axis.widthPx / 95).map((deg) => markup`<line class="tick" x1="${axis.x(deg)}" x2="${axis.x(deg)}" y1="${bottomPx}" y2="${bottomPx + 5}"/><text class="number" x="${axis.x(deg)}" y="${bottomPx + 18}" text-anchor="middle">${String(deg)}</text>`)}
<text class="axis" x="${(axis.leftPx + axis.rightPx) / 2}" y="${bottomPx + 34}" text-anchor="middle">2θ (degrees)</text>
<line class="crosshair" y1="4" y2="${bottomPx}" x1="0" x2="0" visibility="hidden"/></svg>
`;
}

/** The frame of a panel and the words beside it. */
export function panelFrame(axis: AngleAxis, topPx: number, heightPx: number, words: readonly string[] = []): Markup {
  return markup`<rect class="frame" x="${axis.leftPx}" y="${topPx}" width="${axis.rightPx - axis.leftPx}" height="${heightPx}"/>${
    axis.labelPx !== null &&
    words.map(
      (word, i) => markup`<text class="${i === 0 ? 'heading' : 'hint'}" x="${axis.labelPx!}" y="${topPx + 11 + 15 * i}">${word}</text>`,
    )
  }`;
}

/** Ticks and numbers left of a panel, with lines through it. */
export function sideTicks(axis: AngleAxis, y: Scale, ticks: readonly number[], text: (value: number) => string): Markup[] {
  return ticks.map(
    (value) =>
      markup`<line class="grid" x1="${axis.leftPx}" x2="${axis.rightPx}" y1="${y(value)}" y2="${y(value)}"/><text class="number" x="${axis.leftPx - 7}" y="${y(value) + 3.5}" text-anchor="end">${text(value)}</text>`,
  );
}
