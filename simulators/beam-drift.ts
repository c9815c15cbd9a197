/** How the instrument changes by itself; times are those of its own clock, which starts at 0 when it is switched on. */
export interface BeamDrift {
  /** Share of the flux that the tube loses in 1000 hours. */
  readonly tubeLossPerKh: number;
  /** Hours that the tube has behind it when the instrument is switched on. */
  readonly tubeAgeH: number;
  /** Share of the flux that is missing when the instrument is switched on. */
  readonly warmUpFluxLoss: number;
  /** By so much the angle scale is off when the instrument is switched on: lines appear that much too high. */
  readonly warmUpShiftDeg: number;
  /** In which what is wrong falls to 1/e. */
  readonly warmUpTimeS: number;
}

export const NO_DRIFT: BeamDrift = { tubeLossPerKh: 0, tubeAgeH: 0, warmUpFluxLoss: 0, warmUpShiftDeg: 0, warmUpTimeS: 1200 };

/** True where nothing changes with time. */
export function isSteady({ tubeLossPerKh, warmUpFluxLoss, warmUpShiftDeg }: BeamDrift): boolean {
  return tubeLossPerKh === 0 && warmUpFluxLoss === 0 && warmUpShiftDeg === 0;
}

/**
 * Flux over that of a new tube in a warm instrument: (1 - loss)^(age / 1000 h) (1 - cold loss exp(-t / tau)). That tubes lose 1 to 5 % in 1000 h and
 * that a cold instrument drifts by 1 to 2 % in its first hour: domain-facts section 5.1; that both are exponential is our choice.
 */
export function fluxFactor({ tubeLossPerKh, tubeAgeH, warmUpFluxLoss, warmUpTimeS }: BeamDrift, atS: number): number {
  return (1 - tubeLossPerKh) ** ((tubeAgeH + atS / 3600) / 1000) * (1 - warmUpFluxLoss * Math.exp(-atS / warmUpTimeS));
}

/** What a line is shown too high by, in degrees. */
export function driftDeg({ warmUpShiftDeg, warmUpTimeS }: BeamDrift, atS: number): number {
  return warmUpShiftDeg * Math.exp(-atS / warmUpTimeS);
}
