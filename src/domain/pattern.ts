import type { Radiation } from './radiation.ts';

/**
 * Everything counted so far at each angle: scans added, never rescaled. Arrays are equally long, angles ascending.
 * Where `unit` is 'counts', rate = counts / liveS and what decides uses the Poisson likelihood; an 'arbitrary' pattern has lost its statistics
 * (liveS is then 1 throughout).
 */
export interface Pattern {
  readonly patternId: string;
  readonly scanIds: readonly string[];
  readonly unit: 'counts' | 'arbitrary';
  readonly radiation: Radiation;
  readonly twoThetaDeg: Float64Array;
  readonly counts: Float64Array;
  readonly liveS: Float64Array;
}
