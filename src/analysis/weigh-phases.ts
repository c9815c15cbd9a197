import { weightPerScale } from '../diffraction/simulate-pattern.ts';
import type { MixtureFit } from './fit-mixture.ts';
import { isHeld } from './held-phases.ts';

export interface Weighed {
  readonly phaseId: string;
  readonly fraction: number;
  /** Of counting alone, and with the error that no counting removes. */
  readonly countingSigma: number;
  readonly sigma: number;
}

/** Relative error of a phase's scale beyond counting: texture, microabsorption, structure. With it 61 of 65 weighed fractions of real scans lie within two sigma (docs/goals.md). */
const SCALE_ERROR = 0.2;

/** Weight fractions of the crystalline part from the scales (ZMV, Hill & Howard 1987), their errors by first-order propagation. */
export function weighPhases(fit: MixtureFit): Weighed[] {
  const perScale = fit.phases.map((phase) => (isHeld(phase) ? 0 : weightPerScale(phase.state, fit.optics)));
  const masses = fit.phases.map(({ state }, p) => state.scale * perScale[p]!);
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  if (total <= 0) return [];
  const misfit = Math.max(1, fit.objective / (0.5 * Math.max(1, fit.model.length)));
  const counting = fit.phases.map((_, p) => perScale[p]! ** 2 * fit.scaleSigma[p]! ** 2 * misfit);
  const whole = counting.map((variance, p) => variance + (SCALE_ERROR * masses[p]!) ** 2);
  return fit.phases.map(({ phaseId }, p) => {
    const fraction = masses[p]! / total;
    const sigmaOf = (variances: readonly number[]) =>
      Math.sqrt(variances.reduce((sum, own, q) => sum + own * ((q === p ? 1 - fraction : -fraction) / total) ** 2, 0));
    // The only phase is all there is.
    const alone = fit.phases.length === 1;
    return { phaseId, fraction, countingSigma: alone ? 0 : sigmaOf(counting), sigma: alone ? 0 : sigmaOf(whole) };
  });
}
