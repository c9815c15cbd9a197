import type { InstrumentOptions } from './instrument.ts';
import { readValues } from './replies.ts';

/**
 * The counts of an MV answer that must hold exactly `wanted` values; null where it does not, or where a value is no whole number of counts or
 * more than the detector can give: the wire has no checksum, so that a damaged value must be told by what it says.
 */
export function readCounts(
  text: string,
  wanted: number,
  dwellS: number,
  options: Pick<InstrumentOptions, 'values' | 'maxRateCps'>,
): number[] | null {
  const values = readValues(text);
  if (values?.length !== wanted) return null;
  const perValue = options.values === 'countsPerS' ? dwellS : 1;
  // Four decimals of a rate leave half of the last one times the dwell.
  const tolerance = Math.min(0.4, 1e-4 * Math.max(1, perValue));
  const counts: number[] = [];
  for (const value of values) {
    const count = Math.round(value * perValue);
    if (Math.abs(value * perValue - count) > tolerance || count > options.maxRateCps * dwellS) return null;
    counts.push(count);
  }
  return counts;
}
