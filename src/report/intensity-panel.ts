import type { FittedCurves } from '../domain/fitted-curves.ts';
import type { Pattern } from '../domain/pattern.ts';
import { areaPath, curvePath } from './curve-path.ts';
import { type Markup, markup } from './markup.ts';
import { type AngleAxis, type Panel, panelFrame, sideTicks } from './panel.ts';
import type { PhaseColours } from './phase-colours.ts';
import { linearScale, roundTicks, type Scale, squareRootTicks } from './plot-scale.ts';
import { type Visit, visitWash } from './visit-panel.ts';

export interface IntensityInput {
  readonly pattern: Pattern;
  readonly curves: FittedCurves | null;
  readonly visits: readonly Visit[];
  readonly colours: PhaseColours;
}

/** The pattern with its fit, once on a square-root and once on a linear axis; the style sheet shows one of the two. */
export function intensityPanel(input: IntensityInput, heightPx: number): Panel {
  return {
    heightPx,
    draw: (axis, topPx) => {
      const rates = ratesOf(input.pattern);
      const top = 1.04 * highest(input, rates, axis);
      const root = linearScale(0, Math.sqrt(top), topPx + heightPx, topPx);
      const layers = [
        { name: 'sqrt', y: (value: number) => root(Math.sqrt(Math.max(0, value))), ticks: squareRootTicks(top, heightPx / 42) },
        { name: 'linear', y: linearScale(0, top, topPx + heightPx, topPx), ticks: roundTicks(0, top, heightPx / 42) },
      ];
      const words = input.curves ? ['Counts', 'grey: measured', 'line: fit', 'fill: each phase'] : ['Counts'];
      const middlePx = topPx + heightPx / 2;
      const unit = input.pattern.unit === 'counts' ? 'counts per second' : 'intensity (arbitrary)';
      return markup`${visitWash(axis, input.visits, topPx, heightPx)}${panelFrame(axis, topPx, heightPx, words)}<text class="axis" x="13" y="${middlePx}" text-anchor="middle" transform="rotate(-90 13 ${middlePx})">${unit}</text>${layers.map(
        ({ name, y, ticks }) =>
          markup`<g class="layer-${name}">${sideTicks(axis, y, ticks, axisNumber)}${curves(input, rates, top, axis, y)}</g>`,
      )}`;
    },
  };
}

/** Short enough for the margin: 0.25, 400, 12k. */
function axisNumber(value: number): string {
  if (value >= 1e6) return value.toExponential(0).replace('e+', 'e');
  return value >= 1e4 ? `${Number((value / 1000).toPrecision(3))}k` : String(Number(value.toPrecision(3)));
}

/** Counts per second; NaN where nothing was counted. */
export function ratesOf(pattern: Pattern): Float64Array {
  return pattern.counts.map((count, i) => (pattern.liveS[i]! > 0 ? count / pattern.liveS[i]! : Number.NaN));
}

function highest({ pattern, curves: fit }: IntensityInput, rates: Float64Array, axis: AngleAxis): number {
  let most = 0;
  const look = (x: Float64Array, y: Float64Array) =>
    x.forEach((deg, i) => {
      if (deg >= axis.range.fromDeg && deg <= axis.range.toDeg && y[i]! > most && Number.isFinite(y[i]!)) most = y[i]!;
    });
  look(pattern.twoThetaDeg, rates);
  if (fit) look(fit.twoThetaDeg, fit.modelCps);
  return most > 0 ? most : 1;
}

function curves({ pattern, curves: fit, colours }: IntensityInput, rates: Float64Array, most: number, axis: AngleAxis, y: Scale): Markup {
  const { fromDeg, toDeg } = axis.range;
  const path = (x: Float64Array, values: Float64Array) => curvePath({ x, y: values }, axis.x, y, fromDeg, toDeg);
  const fills = (fit?.phases ?? []).map(({ phaseId, cps }) => {
    // Tails too low to be seen are left out: they would only make the file larger.
    const raised = cps.map((value, i) => (value > 1e-3 * most ? value + fit!.backgroundCps[i]! : Number.NaN));
    const area = areaPath({ x: fit!.twoThetaDeg, y: raised }, { x: fit!.twoThetaDeg, y: fit!.backgroundCps }, axis.x, y, fromDeg, toDeg);
    return area && markup`<path class="contribution ${colours(phaseId)}" d="${area}"/>`;
  });
  return markup`${fills}<path class="measured${fit ? '' : ' alone'}" d="${path(pattern.twoThetaDeg, rates)}"/>${
    fit &&
    markup`<path class="background" d="${path(fit.twoThetaDeg, fit.backgroundCps)}"/><path class="model" d="${path(fit.twoThetaDeg, fit.modelCps)}"/>`
  }`;
}
