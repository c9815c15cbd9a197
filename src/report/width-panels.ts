import type { StandardLine } from '../domain/instrument-calibration.ts';
import { type Curve, curvePath, px } from './curve-path.ts';
import { type Markup, markup } from './markup.ts';
import { type AngleAxis, type Panel, panelFrame, sideTicks } from './panel.ts';
import { linearScale, roundTicks, type Scale } from './plot-scale.ts';

/** Widths of the lines of a standard against the curve of the instrument. */
export function widthPanel(lines: readonly StandardLine[], curve: Curve): Panel {
  const heightPx = 240;
  return {
    heightPx,
    draw: (axis, topPx) => {
      const inside = Array.from(curve.y).filter((_, i) => curve.x[i]! >= axis.range.fromDeg && curve.x[i]! <= axis.range.toDeg);
      const most = 1.1 * Math.max(1e-3, ...inside, ...lines.map((line) => line.fwhmDeg + line.fwhmSigmaDeg));
      const y = linearScale(0, most, topPx + heightPx, topPx);
      const path = curvePath(curve, axis.x, y, axis.range.fromDeg, axis.range.toDeg);
      const middlePx = topPx + heightPx / 2;
      return markup`${panelFrame(axis, topPx, heightPx, ['Line width', 'line: the instrument', 'dots: each line alone'])}<text class="axis" x="13" y="${middlePx}" text-anchor="middle" transform="rotate(-90 13 ${middlePx})">FWHM (degrees)</text>${sideTicks(axis, y, roundTicks(0, most, 5), String)}<path class="model" d="${path}"/>${dots(
        lines,
        axis,
        y,
        (line) => [line.fwhmDeg, line.fwhmSigmaDeg],
      )}`;
    },
  };
}

/** How far the lines stand from where the fit has them. */
export function offsetPanel(lines: readonly StandardLine[]): Panel {
  const heightPx = 130;
  return {
    heightPx,
    draw: (axis, topPx) => {
      const most = 1.15 * Math.max(0.002, ...lines.map((line) => Math.abs(line.offDeg) + Math.min(line.offSigmaDeg, 0.02)));
      const y = linearScale(most, -most, topPx, topPx + heightPx);
      const middlePx = topPx + heightPx / 2;
      return markup`${panelFrame(axis, topPx, heightPx, ['Position', 'measured less fitted', 'bars: its error'])}<text class="axis" x="13" y="${middlePx}" text-anchor="middle" transform="rotate(-90 13 ${middlePx})">degrees</text>${sideTicks(axis, y, roundTicks(-most, most, 4), (value) => String(value).replace('-', '−'))}${dots(
        lines,
        axis,
        y,
        (line) => [line.offDeg, line.offSigmaDeg],
      )}`;
    },
  };
}

function dots(
  lines: readonly StandardLine[],
  axis: AngleAxis,
  y: Scale,
  readValue: (line: StandardLine) => readonly [value: number, sigma: number],
): Markup[] {
  return lines.map((line) => {
    const [value, sigma] = readValue(line);
    const x = px(axis.x(line.twoThetaDeg));
    const bar = `M${x} ${px(y(value - sigma))}V${px(y(value + sigma))}`;
    const title = `(${line.h} ${line.k} ${line.l}) at ${line.twoThetaDeg.toFixed(3)} degrees: ${value.toFixed(4)} ± ${sigma.toFixed(4)}`;
    return markup`<g class="phase-1"><path class="line-mark" d="${bar}"/><circle cx="${x}" cy="${y(value)}" r="3" fill="currentColor"><title>${title}</title></circle></g>`;
  });
}
