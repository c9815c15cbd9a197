import type { FittedCurves, FittedPhase } from '../domain/fitted-curves.ts';
import { curvePath, px } from './curve-path.ts';
import { markup } from './markup.ts';
import { type Panel, panelFrame, sideTicks } from './panel.ts';
import type { PhaseColours } from './phase-colours.ts';
import { phaseText } from './phase-text.ts';
import { linearScale } from './plot-scale.ts';

const ROW_PX = 20;

/** A row for each phase with its lines, as tall as they are strong; the weakest are still seen. */
export function tickPanel(phases: readonly FittedPhase[], colours: PhaseColours): Panel {
  const heightPx = ROW_PX * phases.length + 4;
  return {
    heightPx,
    draw: (axis, topPx) => {
      const rows = phases.map((phase, row) => {
        const footPx = topPx + 2 + ROW_PX * (row + 1) - 2;
        let path = '';
        phase.ticksDeg.forEach((deg, i) => {
          if (!(deg >= axis.range.fromDeg && deg <= axis.range.toDeg)) return;
          const strength = Math.sqrt(Math.min(1, Math.max(0, phase.tickHeights[i] ?? 0)));
          path += `M${px(axis.x(deg))} ${px(footPx)}v${px(-(3 + (ROW_PX - 6) * strength))}`;
        });
        const label =
          axis.labelPx !== null && markup`<text class="label" x="${axis.labelPx}" y="${footPx - 4}">${phaseText(phase.phaseId)}</text>`;
        return markup`<g class="${colours(phase.phaseId)}"><path class="line-mark" d="${path}"/>${label}</g>`;
      });
      return markup`${panelFrame(axis, topPx, heightPx)}${rows}`;
    },
  };
}

/** Measured minus fitted, in units of its own error, with a band of three. */
export function residualPanel(curves: FittedCurves): Panel {
  const heightPx = 84;
  return {
    heightPx,
    draw: (axis, topPx) => {
      const { fromDeg, toDeg } = axis.range;
      let most = 5;
      curves.residualSigma.forEach((value, i) => {
        const deg = curves.twoThetaDeg[i]!;
        if (deg >= fromDeg && deg <= toDeg && Math.abs(value) > most && Number.isFinite(value)) most = Math.abs(value);
      });
      const limit = Math.min(12, Math.ceil(most));
      const y = linearScale(limit, -limit, topPx + 2, topPx + heightPx - 2);
      const clipped = curves.residualSigma.map((value) => Math.max(-limit, Math.min(limit, value)));
      const path = curvePath({ x: curves.twoThetaDeg, y: clipped }, axis.x, y, fromDeg, toDeg);
      const half = Math.max(1, Math.floor(limit / 2));
      return markup`<rect class="band" x="${axis.leftPx}" width="${axis.rightPx - axis.leftPx}" y="${y(3)}" height="${y(-3) - y(3)}"/>${panelFrame(axis, topPx, heightPx, ['Residual', 'in standard errors', 'band: ±3', ...(most > limit ? [`cut at ±${limit}`] : [])])}${sideTicks(axis, y, [-half, 0, half], (value) => (value > 0 ? `+${value}` : String(value).replace('-', '−')))}<path class="residual" d="${path}"/>`;
    },
  };
}
