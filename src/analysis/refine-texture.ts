import type { CrystalSystem } from '../diffraction/cell.ts';
import type { Texture } from '../diffraction/texture.ts';
import type { MixtureFit, MixtureFitter } from './fit-mixture.ts';
import { isHeld } from './held-phases.ts';

/** Prior of ln r: powders pressed into a holder (as scenes for training draw it). */
const LOG_R_SIGMA = 0.28;
/** A texture that wins fewer nats is not worth having. */
const LEAST_GAIN = 5;
const FIRST_STEP = 0.25;
const LAST_STEP = 0.03;
const SHRINK = 2.5;
const PASSES = 2;

type Axis = readonly [h: number, k: number, l: number];

/** Faces along which crystallites of the system grow or cleave most often. */
const AXES: Readonly<Record<CrystalSystem, readonly Axis[]>> = {
  cubic: [
    [1, 0, 0],
    [1, 1, 0],
    [1, 1, 1],
  ],
  tetragonal: [
    [0, 0, 1],
    [1, 0, 0],
    [1, 1, 0],
  ],
  hexagonal: [
    [0, 0, 1],
    [1, 0, 0],
    [1, 1, 0],
  ],
  trigonal: [
    [0, 0, 1],
    [1, 0, 0],
    [1, 0, 4],
  ],
  rhombohedral: [
    [1, 1, 1],
    [1, 0, 0],
    [2, 1, 1],
  ],
  orthorhombic: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  monoclinic: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  triclinic: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
};

/**
 * The fit with a preferred orientation (March and Dollase) for each phase that wins by one, at fixed lattices and widths. For the last look at phases that
 * are named already: with such a freedom a search would name too much.
 */
export function refineTexture(fitter: MixtureFitter, fit: MixtureFit): MixtureFit {
  let now = fit;
  for (let pass = 0; pass < PASSES; pass++) {
    const before = now;
    for (const [p, phase] of fit.phases.entries()) if (!isHeld(phase)) now = orient(fitter, now, p);
    if (now === before) break;
  }
  return now;
}

/** The best axis for one phase, or the fit as it is. */
function orient(fitter: MixtureFitter, start: MixtureFit, p: number): MixtureFit {
  const { state } = start.phases[p]!;
  let best = { fit: start, cost: costOf(start, state.texture) - LEAST_GAIN };
  for (const [h, k, l] of AXES[state.crystalSystem]) {
    const at = (logR: number) => {
      const texture = { h, k, l, r: Math.exp(logR) };
      const fit = fitter.linearFit(withTexture(start, p, texture), start.model);
      const cost = costOf(fit, texture);
      if (logR !== 0 && cost < best.cost) best = { fit, cost };
      return cost;
    };
    let centre = 0;
    let lowest = at(0);
    for (let step = FIRST_STEP; step > LAST_STEP; ) {
      const [left, right] = [at(centre - step), at(centre + step)];
      if (Math.min(left, right) >= lowest) step /= SHRINK;
      else {
        centre += left < right ? -step : step;
        lowest = Math.min(left, right);
      }
    }
  }
  return best.fit;
}

function withTexture({ phases, optics, shift }: MixtureFit, p: number, texture: Texture) {
  return { optics, shift, phases: phases.map((phase, q) => (q === p ? { ...phase, state: { ...phase.state, texture } } : phase)) };
}

function costOf({ objective }: MixtureFit, texture: Texture | null): number {
  return objective + (texture ? (Math.log(texture.r) / LOG_R_SIGMA) ** 2 / 2 : 0);
}
