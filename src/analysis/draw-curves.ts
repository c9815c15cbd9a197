import { phaseLines } from '../diffraction/simulate-pattern.ts';
import type { FittedCurves } from '../domain/fitted-curves.ts';
import type { FitData } from './fit-data.ts';
import type { MixtureFit } from './fit-mixture.ts';

/** Lines below this height are not marked. */
const TICK_HEIGHT = 0.01;

/** The fit as curves of counts per second, for plots; phases left out of `shown` stay in the model but get no curve of their own. */
export function drawCurves(data: FitData, fit: MixtureFit, shown: ReadonlySet<string>): FittedCurves {
  const { twoThetaDeg, counts, liveS, variance } = data;
  const rate = (values: Float64Array) => values.map((value, i) => value / liveS[i]!);
  const phases = fit.phases.flatMap(({ phaseId, state }, p) => {
    if (!shown.has(phaseId)) return [];
    const lines = phaseLines(state, fit.optics, fit.shift);
    const ticks = Array.from(lines.weight.keys()).filter(
      (i) => lines.weight[i]! >= TICK_HEIGHT && lines.twoThetaDeg[i]! >= twoThetaDeg[0]! && lines.twoThetaDeg[i]! <= twoThetaDeg.at(-1)!,
    );
    return [
      {
        phaseId,
        cps: rate(fit.contributions[p]!),
        ticksDeg: Float64Array.from(ticks, (i) => lines.twoThetaDeg[i]!),
        tickHeights: Float64Array.from(ticks, (i) => lines.weight[i]!),
      },
    ];
  });
  return {
    twoThetaDeg,
    observedCps: rate(counts),
    modelCps: rate(fit.model),
    backgroundCps: rate(fit.background),
    phases,
    residualSigma: counts.map((count, i) => (count - fit.model[i]!) / Math.sqrt(Math.max(variance[i]!, fit.model[i]!, 1e-12))),
  };
}
