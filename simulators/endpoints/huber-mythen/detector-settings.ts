import { MYTHEN_STRIP_DEAD_S } from './strip-sensor.ts';

/** Unit of all times on the wire of the detector, in s. */
export const TICK_S = 1e-7;

/**
 * Photon energy and threshold in keV that `-settings` loads. Energies are those of the K alpha lines; the threshold for Cu is the one that
 * descriptions give as the default, the others are half the energy, but at least 4.
 */
export const SETTINGS: Readonly<Record<string, { readonly energyKev: number; readonly thresholdKev: number }>> = {
  Cu: { energyKev: 8.05, thresholdKev: 6.4 },
  Mo: { energyKev: 17.48, thresholdKev: 8.74 },
  Cr: { energyKev: 5.41, thresholdKev: 4 },
  Ag: { energyKev: 22.16, thresholdKev: 11.08 },
};

/** Bits that are read out, with the time it takes in s (PSI: 0.07 to 0.25 ms between frames; the steps between are assumed). */
export const READOUT_S: ReadonlyMap<number, number> = new Map([
  [4, 70e-6],
  [8, 106e-6],
  [16, 178e-6],
  [24, 250e-6],
]);

export interface DetectorSettings {
  modules: number;
  timeTicks: number;
  frames: number;
  bits: number;
  ticksBefore: number;
  ticksAfter: number;
  gates: number;
  trigger: boolean;
  continuousTrigger: boolean;
  gate: boolean;
  rateCorrection: boolean;
  flatFieldCorrection: boolean;
  badChannelInterpolation: boolean;
  /** Modules that the settings below go to; null: all. */
  module: number | null;
  readonly thresholdKev: number[];
  readonly energyKev: number[];
  /** Of the rate correction, in units of 100 ns. */
  readonly tauTicks: number[];
}

export const TAU_TICKS = MYTHEN_STRIP_DEAD_S / TICK_S;

/** As after `-reset`: one frame of one second, 24 bits, Cu, flat field correction and no other. */
export function defaultSettings(modules: number): DetectorSettings {
  const { energyKev, thresholdKev } = SETTINGS['Cu']!;
  return {
    modules,
    timeTicks: 1 / TICK_S,
    frames: 1,
    bits: 24,
    ticksBefore: 0,
    ticksAfter: 0,
    gates: 1,
    trigger: false,
    continuousTrigger: false,
    gate: false,
    rateCorrection: false,
    flatFieldCorrection: true,
    badChannelInterpolation: false,
    module: null,
    thresholdKev: new Array<number>(modules).fill(thresholdKev),
    energyKev: new Array<number>(modules).fill(energyKev),
    tauTicks: new Array<number>(modules).fill(TAU_TICKS),
  };
}
