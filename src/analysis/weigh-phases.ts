import { weightPerScale } from '../diffraction/simulate-pattern.ts';
import type { MixtureFit } from './fit-mixture.ts';
import { isHeld } from './held-phases.ts';

export interface Weighed {
  readonly phaseId: string;
  readonly fraction: number;
  readonly sigma: number;
}

/** Relative error of a phase's scale beyond counting: texture, microabsorption, structure (fractions of the weighed Aeris mixtures deviate by 3 wt % on average). */
const SCALE_ERROR = 0.12;

/** Weight fractions of the crystalline part from the scales (ZMV, Hill & Howard 1987), their errors by first-order propagation. */
export function weighPhases(fit: MixtureFit): Weighed[] {
  const perScale = fit.phases.map((phase) => (isHeld(phase) ? 0 : weightPerScale(phase.state, fit.optics)));
  const masses = fit.phases.map(({ state }, p) => state.scale * perScale[p]!);
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  if (total <= 0) return [];
  const misfit = Math.max(1, fit.objective / (0.5 * Math.max(1, fit.model.length)));
  const variances = fit.phases.map((_, p) => perScale[p]! ** 2 * fit.scaleSigma[p]! ** 2 * misfit + (SCALE_ERROR * masses[p]!) ** 2);
  return fit.phases.map(({ phaseId }, p) => {
    const fraction = masses[p]! / total;
    const variance = variances.reduce((sum, own, q) => sum + own * ((q === p ? 1 - fraction : -fraction) / total) ** 2, 0);
    return { phaseId, fraction, sigma: fit.phases.length === 1 ? 0 : Math.sqrt(variance) };
  });
}
