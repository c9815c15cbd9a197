import { areCounts } from './check-points.ts';
import type { RecordedScan } from './format-reader.ts';

export interface AttenuatedPoints {
  readonly values: Float64Array;
  /** By which the beam was weakened at each point; null where it never was. */
  readonly factors: Float64Array | null;
  /** Time of each point in s; null where the file does not say. */
  readonly timesS: Float64Array | null;
  /** What the file calls its values. */
  readonly named: 'counts' | 'cps';
}

/**
 * Counts as the detector saw them and the live time that an open beam would have needed for them; rates and intensities without statistics are
 * those of the open beam. `factors` that are all 1 count as none.
 */
export function measuredPoints(
  points: AttenuatedPoints,
): Pick<RecordedScan, 'unit' | 'counts' | 'liveS' | 'stepTimeS' | 'attenuationApplied'> {
  const { values, timesS, named } = points;
  const factors = points.factors?.every((factor) => factor === 1) ? null : points.factors;
  const isEven = timesS?.every((time) => time === timesS[0]) ?? false;
  const stepTimeS = isEven ? timesS![0]! : null;
  const liveS = factors ? factors.map((factor, i) => (timesS?.[i] ?? 1) / factor) : isEven ? null : timesS;
  const attenuationApplied = factors !== null && isApplied(values, factors);
  const raw = attenuationApplied ? values.map((value, i) => divided(value, factors[i]!)) : values;
  if (named === 'counts' && areCounts(raw)) return { unit: 'counts', counts: raw, liveS, stepTimeS, attenuationApplied };
  const open = factors && !attenuationApplied ? values.map((value, i) => value * factors[i]!) : values;
  if (named === 'cps') return { unit: 'cps', counts: open, liveS: timesS ? liveS : null, stepTimeS, attenuationApplied };
  return { unit: 'arbitrary', counts: open, liveS: null, stepTimeS, attenuationApplied };
}

/** The writer multiplied by the factor, unless the values are whole numbers and division by it would break them. */
function isApplied(values: Float64Array, factors: Float64Array): boolean {
  const isMultiple = values.every((value, i) => Number.isInteger(divided(value, factors[i]!)));
  return isMultiple || !values.every((value) => Number.isInteger(value));
}

/** value / factor, made whole where the decimals that the file writes explain the rest. */
function divided(value: number, factor: number): number {
  if (factor === 1) return value;
  const whole = Math.round(value / factor);
  const roundingOfFile = Number.isInteger(value) ? 0.501 : 0.051;
  return Math.abs(whole * factor - value) <= roundingOfFile ? whole : value / factor;
}
