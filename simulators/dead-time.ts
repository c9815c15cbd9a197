export type DeadTimeModel = 'nonparalysable' | 'paralysable';

/** How a counter loses counts that come close together. */
export interface DeadTime {
  readonly deadTimeS: number;
  readonly model: DeadTimeModel;
}

/**
 * Rate that a counter shows for the true rate `cps` (domain-facts section 5.2). Non-paralysable: n / (1 + n tau), which levels off at 1 / tau.
 * Paralysable: n exp(-n tau), where every photon, counted or not, begins the dead time anew: pulses pile up, and beyond n = 1 / tau the shown rate falls
 * again.
 */
export function observedCps(cps: number, { deadTimeS, model }: DeadTime): number {
  return model === 'paralysable' ? cps * Math.exp(-cps * deadTimeS) : cps / (1 + cps * deadTimeS);
}
