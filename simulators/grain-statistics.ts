import type { Scene } from '../src/diffraction/scene.ts';
import { placeLines } from '../src/diffraction/simulate-pattern.ts';
import type { RandomSource } from '../src/ports/runtime.ts';

/** A spinner brings so many times more grains into reflection that intensities spread this many times less (domain-facts section 5.1: 3 to 5). */
export const SPINNER_GAIN = 4;

/** Spread that a spun sample is taken to have where its own was drawn with the scene: the middle of what is drawn. */
export const DRAWN_GRAIN_SIGMA = 0.05;

/**
 * The scene as it is while the spinner stands still: few grains reflect into each line, and intensities spread SPINNER_GAIN times as much about the
 * same means. `grainSigma` is the relative spread (one sigma) of the spun sample.
 */
export function standingStill(scene: Scene, grainSigma: number, random: RandomSource): Scene {
  const phases = scene.phases.map((phase) => {
    const chance = random.fork(phase.phaseId);
    const { reflections } = phase.state;
    const spun = phase.state.intensityFactors ?? new Float64Array(reflections.count).fill(1);
    const extra = extraSigma(grainSigma);
    const still = { ...phase.state, intensityFactors: spun.map((factor) => factor * unitMean(chance, extra)) };
    // The scale is the height of the strongest line, whichever that is now.
    const heights = [still, phase.state].map((state) => placeLines(state, scene.optics, scene.shift).referenceHeight);
    return { ...phase, state: { ...still, scale: (still.scale * heights[0]!) / heights[1]! } };
  });
  return { ...scene, phases };
}

/** Spread of the further factor with which the product spreads SPINNER_GAIN times as much: (1 + s^2)(1 + e^2) = 1 + (SPINNER_GAIN s)^2. */
export function extraSigma(grainSigma: number): number {
  return Math.sqrt((1 + (SPINNER_GAIN * grainSigma) ** 2) / (1 + grainSigma ** 2) - 1);
}

/** A positive number of mean 1 and relative spread `sigma`: log-normal. */
function unitMean(random: RandomSource, sigma: number): number {
  const logSigma2 = Math.log(1 + sigma * sigma);
  return Math.exp(Math.sqrt(logSigma2) * random.normal() - logSigma2 / 2);
}
