import type { Optics, PhaseState } from '../diffraction/simulate-pattern.ts';
import { strainBasis } from '../diffraction/strain-basis.ts';
import type { Mixture, MixturePhase } from './fit-mixture.ts';

/** Scale of the lattice prior: a powder's cell is seldom further from the literature's, but its tail is that of a Cauchy distribution. */
const STRAIN_SIGMA = 0.003;
const FAR_STRAIN = 0.007;
const FAR_NATS = 15;
const INVERSE_SIZE = { meanPerNm: 0.015, sigmaPerNm: 0.03 };
const MICROSTRAIN = { mean: 0.0004, sigma: 0.0006 };
const SHIFT_SIGMA_DEG = 0.1;
const ZERO_SIGMA_DEG = 0.015;
const WIDTH_SIGMA_DEG2 = 0.01;

/** What a fit may change beside scales and background. */
export interface Mover {
  readonly kind: 'strain' | 'size' | 'microstrain' | 'displacement' | 'zero' | 'width';
  /** Index of the phase; -1 for the instrument. */
  readonly phase: number;
  /** Index of the strain within the basis of the crystal system. */
  readonly k: number;
}

export interface Prior {
  /** Present value minus the prior's mean, and the inverse variance there. */
  readonly off: number;
  readonly precision: number;
}

export function priorOf(mover: Mover, now: Mixture): Prior {
  switch (mover.kind) {
    case 'strain': {
      const off = strainAmount(now.phases[mover.phase]!.state, mover.k);
      return { off, precision: 2 / (STRAIN_SIGMA ** 2 + off ** 2) };
    }
    case 'size':
      return { off: 1 / now.phases[mover.phase]!.state.sizeNm - INVERSE_SIZE.meanPerNm, precision: 1 / INVERSE_SIZE.sigmaPerNm ** 2 };
    case 'microstrain':
      return { off: now.phases[mover.phase]!.state.microstrain - MICROSTRAIN.mean, precision: 1 / MICROSTRAIN.sigma ** 2 };
    case 'displacement':
      return { off: now.shift.displacementMm, precision: 1 / shiftSigmaMm(now.optics) ** 2 };
    case 'zero':
      return { off: now.shift.zeroDeg - (now.optics.calibratedZeroDeg ?? 0), precision: 1 / ZERO_SIGMA_DEG ** 2 };
    case 'width':
      return { off: 0, precision: 1 / WIDTH_SIGMA_DEG2 ** 2 };
  }
}

/** Minus the log of the priors, in nats. */
export function penalty(phases: readonly MixturePhase[], { optics, shift }: Mixture): number {
  const offZeroDeg = shift.zeroDeg - (optics.calibratedZeroDeg ?? 0);
  let nats = (shift.displacementMm / shiftSigmaMm(optics)) ** 2 / 2 + (offZeroDeg / ZERO_SIGMA_DEG) ** 2 / 2;
  for (const { state } of phases) {
    const strains = strainBasis(state.cell, state.crystalSystem).map((_, k) => Math.abs(strainAmount(state, k)));
    for (const strain of strains) nats += Math.log(1 + (strain / STRAIN_SIGMA) ** 2);
    nats += farFromLiterature(Math.max(...strains));
    nats += ((1 / state.sizeNm - INVERSE_SIZE.meanPerNm) / INVERSE_SIZE.sigmaPerNm) ** 2 / 2;
    nats += ((state.microstrain - MICROSTRAIN.mean) / MICROSTRAIN.sigma) ** 2 / 2;
  }
  return nats;
}

/**
 * What a phase far from its cell in the literature has to make up for, in nats. Isotypes differ by little more than such a strain (CoO shrunk by
 * 2 % has the lines of NiO), and intensities that texture has changed decide between them wrongly; a cell near the literature is believed first.
 */
export function farFromLiterature(strain: number): number {
  return FAR_NATS * Math.log(1 + (strain / FAR_STRAIN) ** 2);
}

function shiftSigmaMm(optics: Optics): number {
  return (SHIFT_SIGMA_DEG * Math.PI * optics.radiusMm) / 360;
}

function strainAmount(state: PhaseState, k: number): number {
  const vector = strainBasis(state.cell, state.crystalSystem)[k]!;
  return state.strain[vector.findIndex((value) => value !== 0)]!;
}
