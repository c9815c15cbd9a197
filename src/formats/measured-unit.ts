import { areCounts } from './check-points.ts';
import type { RecordedScan } from './format-reader.ts';

/** The unit of values that the file calls `named`; what it calls counts may have been corrected since, which a warning tells. */
export function unitOf(values: Float64Array, named: string, label: string, warnings: Set<string>): RecordedScan['unit'] {
  if (/^(cps|counts? ?(\/|per) ?s(ec(ond)?)?\.?)$/i.test(named.trim())) return 'cps';
  const saysCounts = /^counts?$/i.test(named.trim());
  if (saysCounts && areCounts(values)) return 'counts';
  warnings.add(
    saysCounts
      ? `the intensities of ${label} are no whole counts: their statistics are lost`
      : `the intensities of ${label} are in the unit "${named.slice(0, 20)}": their statistics are lost`,
  );
  return 'arbitrary';
}

/**
 * Values behind an attenuator of factor f per point. Counts stay raw and their live time is shortened f times; what is not counts is told
 * as for the open beam. `timeS` is the time of each point, null where the file does not say.
 */
export function behindAttenuator(
  values: Float64Array,
  factors: Float64Array | null,
  unit: RecordedScan['unit'],
  timeS: number | null,
): Pick<RecordedScan, 'counts' | 'liveS' | 'stepTimeS'> {
  if (!factors || factors.every((factor) => factor === 1)) return { counts: values, liveS: null, stepTimeS: timeS };
  const liveS = factors.map((factor) => (timeS ?? 1) / factor);
  if (unit === 'counts') return { counts: values, liveS, stepTimeS: timeS };
  const counts = values.map((value, i) => value * factors[i]!);
  return { counts, liveS: unit === 'cps' && timeS !== null ? liveS : null, stepTimeS: timeS };
}
