import { type CifBlock, cifNumber, cifValue, isMissing, loopColumn } from '../domain/cif-syntax.ts';
import { badInput } from '../domain/errors.ts';
import { evenAngles, spannedPoints } from './even-raster.ts';

/** The measured points of one block, those without a value left out. `timesS` is null where the block gives no time. */
export interface CifProfile {
  readonly twoThetaDeg: Float64Array;
  readonly intensity: Float64Array;
  readonly timesS: Float64Array | null;
  /** Does the dictionary call these counts, which nobody may have scaled? */
  readonly named: 'counts' | 'intensity';
}

const DAMAGED = 'the file is damaged or truncated: copy or export it again';
/** In order of preference: what was counted before what was made of it. What was calculated is never taken. */
const INTENSITIES = ['_pd_meas_counts_total', '_pd_meas_intensity_total', '_pd_proc_intensity_total', '_pd_proc_intensity_net'];
const MEASURED_ANGLES = ['_pd_meas_2theta_scan', '_pd_proc_2theta_corrected'];
const MIN_ROWS = 2;

/** Both spellings of a tag: `_pd_meas_counts_total` and, of newer dictionaries, `_pd_meas.counts_total`. */
export function spellings(...tags: string[]): string[] {
  return tags.flatMap((tag) => [tag, tag.replace(/^(_pd_[a-z]+|_diffrn_radiation_wavelength)_/, '$1.')]);
}

/** The measured pattern of a block; null where it has none. Throws badInput where its columns do not fit each other. */
export function cifProfile(block: CifBlock, fileName: string): CifProfile | null {
  const tag = INTENSITIES.find((name) => (column(block, name)?.length ?? 0) >= MIN_ROWS);
  if (tag === undefined) return null;
  const intensity = column(block, tag)!;
  const isProcessed = tag.startsWith('_pd_proc');
  const angleTags = isProcessed ? [...MEASURED_ANGLES].reverse() : MEASURED_ANGLES;
  const named = tag.includes('counts') ? ('counts' as const) : ('intensity' as const);
  const angleTexts = angleTags.map((name) => column(block, name)).find((texts) => texts?.length === intensity.length);
  const category = isProcessed ? ['_pd_proc', '_pd_meas'] : ['_pd_meas', '_pd_proc'];
  const promised = category.map((name) => number(block, `${name}_number_of_points`)).find((count) => count !== null) ?? null;
  if (promised !== null && intensity.length < promised)
    throw badInput(fileName, `the CIF promises ${promised} points but the loop of ${tag} holds ${intensity.length}`, DAMAGED);
  const angles = angleTexts ? null : rangeAngles(block, category, intensity.length, fileName);
  const times = column(block, '_pd_meas_step_count_time');
  const kept: { twoThetaDeg: number[]; intensity: number[]; timesS: number[] } = { twoThetaDeg: [], intensity: [], timesS: [] };
  for (const [i, text] of intensity.entries()) {
    const angleText = angleTexts?.[i];
    if (isMissing(text) || (angleText !== undefined && isMissing(angleText))) continue;
    kept.twoThetaDeg.push(angles ? angles[i]! : numberIn(angleText!, fileName));
    kept.intensity.push(numberIn(text, fileName));
    if (times) kept.timesS.push(cifNumber(times.length === 1 ? times[0] : times[i]) ?? 0);
  }
  const hasTimes = times !== null && kept.timesS.every((time) => time > 0);
  return {
    twoThetaDeg: Float64Array.from(kept.twoThetaDeg),
    intensity: Float64Array.from(kept.intensity),
    timesS: hasTimes ? Float64Array.from(kept.timesS) : null,
    named,
  };
}

function rangeAngles(block: CifBlock, categories: readonly string[], count: number, fileName: string): Float64Array {
  for (const category of categories) {
    const [fromDeg, toDeg, stepDeg] = ['min', 'max', 'inc'].map((part) => number(block, `${category}_2theta_range_${part}`));
    if (fromDeg === null || toDeg === null || stepDeg === null) continue;
    const promised = spannedPoints(fromDeg!, toDeg!, stepDeg!, fileName);
    if (promised === count) return evenAngles(fromDeg!, stepDeg!, count);
    // A writer may give the step with too few decimals, but then says how many points there are.
    const spacedDeg = (toDeg! - fromDeg!) / (count - 1);
    const isCounted = number(block, `${category}_number_of_points`) === count;
    if (isCounted && Math.abs(spacedDeg / stepDeg! - 1) < 0.05) return evenAngles(fromDeg!, spacedDeg, count);
    throw badInput(fileName, `the range of 2theta holds ${promised} points but there are ${count} intensities`, DAMAGED);
  }
  throw badInput(fileName, 'the CIF gives intensities but no 2theta for them', 'export the pattern with _pd_meas_2theta_scan');
}

function column(block: CifBlock, tag: string): readonly string[] | null {
  return loopColumn(block, ...spellings(tag));
}

function number(block: CifBlock, tag: string): number | null {
  return cifNumber(cifValue(block, ...spellings(tag)));
}

function numberIn(text: string, fileName: string): number {
  const quick = Number(text);
  const value = Number.isFinite(quick) ? quick : cifNumber(text);
  if (value === null) throw badInput(fileName, `"${text.slice(0, 20)}" stands where a number should`, DAMAGED);
  return value;
}
