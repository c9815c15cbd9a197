import type { PhaseState } from '../diffraction/simulate-pattern.ts';
import { strainBasis } from '../diffraction/strain-basis.ts';
import type { Mixture } from './fit-mixture.ts';
import type { Mover } from './fit-priors.ts';

/** How far one step may go, and within which bounds it stays. */
const STRAIN = { step: 0.004, cap: 0.03 };
const INVERSE_SIZE = { step: 0.05, minPerNm: 0.0015, maxPerNm: 0.3 };
const MICROSTRAIN = { step: 0.001, max: 0.01 };
const DISPLACEMENT_STEP_MM = 0.2;
const ZERO_STEP_DEG = 0.05;
const WIDTH = { step: 0.01, minDeg2: 0.0008, maxDeg2: 0.08 };

/** The mixture after a step of its movers (as long as `movers`), cut to what is plausible. */
export function moveMixture(now: Mixture, movers: readonly Mover[], steps: Float64Array): Mixture {
  const phases: { readonly phaseId: string; state: PhaseState & { strain: number[] } }[] = now.phases.map((phase, p) => {
    const strain = movers.some((mover) => mover.phase === p) ? [...phase.state.strain] : (phase.state.strain as number[]);
    return { ...phase, state: { ...phase.state, strain } };
  });
  let { optics, shift } = now;
  movers.forEach((mover, m) => {
    const step = steps[m]!;
    const state = phases[mover.phase]?.state;
    if (mover.kind === 'strain' && state) {
      const vector = strainBasis(state.cell, state.crystalSystem)[mover.k]!;
      vector.forEach((value, i) => {
        if (value !== 0)
          state.strain[i] = clamp(state.strain[i]! + clamp(step, -STRAIN.step, STRAIN.step) * value, -STRAIN.cap, STRAIN.cap);
      });
    } else if (mover.kind === 'size' && state) {
      const moved = 1 / state.sizeNm + clamp(step, -INVERSE_SIZE.step, INVERSE_SIZE.step);
      phases[mover.phase]!.state = { ...state, sizeNm: 1 / clamp(moved, INVERSE_SIZE.minPerNm, INVERSE_SIZE.maxPerNm) };
    } else if (mover.kind === 'microstrain' && state) {
      const moved = state.microstrain + clamp(step, -MICROSTRAIN.step, MICROSTRAIN.step);
      phases[mover.phase]!.state = { ...state, microstrain: clamp(moved, 0, MICROSTRAIN.max) };
    } else if (mover.kind === 'displacement')
      shift = { ...shift, displacementMm: shift.displacementMm + clamp(step, -DISPLACEMENT_STEP_MM, DISPLACEMENT_STEP_MM) };
    else if (mover.kind === 'zero') shift = { ...shift, zeroDeg: shift.zeroDeg + clamp(step, -ZERO_STEP_DEG, ZERO_STEP_DEG) };
    else if (mover.kind === 'width') {
      const wDeg2 = clamp(optics.caglioti.wDeg2 + clamp(step, -WIDTH.step, WIDTH.step), WIDTH.minDeg2, WIDTH.maxDeg2);
      optics = { ...optics, caglioti: { ...optics.caglioti, wDeg2 } };
    }
  });
  return { phases, optics, shift };
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
