import { badInput } from '../domain/errors.ts';
import type { EmissionLine, Radiation } from '../domain/radiation.ts';
import { BLANK_SCAN } from './blank-scan.ts';
import type { ByteReader } from './byte-reader.ts';
import { areCounts, checkPoints } from './check-points.ts';
import type { RecordedScan } from './format-reader.ts';
import { isPlausibleWavelengthA, K_ALPHA_2_WEIGHT } from './radiation-names.ts';

/** One range of a RAW file as its header gives it. */
export interface RawRange {
  readonly startDeg: number;
  readonly stepDeg: number;
  readonly values: Float64Array;
  /** Time per step in s; 0 or less where the file does not say. */
  readonly stepTimeS: number;
  /** Name of the scan, and whether it runs over 2theta. */
  readonly scanAxis: string | null;
  readonly isOverTwoTheta: boolean;
  readonly radiation: Radiation | null;
  readonly twoThetaDeg?: Float64Array;
}

/** What holds for all ranges of a file. */
export type RawFacts = Partial<Pick<RecordedScan, 'sampleName' | 'startedAt' | 'endedAt' | 'status' | 'radiusMm'>>;

/** Reads one version of the format, of which the magic word is already known. */
export type RawVersion = (bytes: ByteReader, fileName: string) => { readonly facts: RawFacts; readonly ranges: readonly RawRange[] };

/** Fewer points are a stop of the detector and no pattern. */
const MIN_POINTS = 3;
/** 32 bits hold a rate to about a part in ten million. */
const RATE_TOLERANCE = 2e-7;

/** The scans of those ranges that run over 2theta; null, with a warning, for every other one. Throws badInput where points are damaged. */
export function scanOfRange(range: RawRange, facts: RawFacts, label: string, fileName: string, warnings: string[]): RecordedScan | null {
  const { values, startDeg, stepDeg } = range;
  if (!range.isOverTwoTheta || values.length < MIN_POINTS) {
    const why = range.isOverTwoTheta ? `it has ${values.length} points` : `it is a "${range.scanAxis}", not a scan over 2theta`;
    warnings.push(`${label} is left out: ${why}`);
    return null;
  }
  const twoThetaDeg = range.twoThetaDeg ?? values.map((_, i) => startDeg + i * stepDeg);
  checkPoints(twoThetaDeg, values, fileName);
  const stepTimeS = range.stepTimeS > 0 && Number.isFinite(range.stepTimeS) ? range.stepTimeS : null;
  const unit = unitOf(values, stepTimeS);
  if (unit === 'arbitrary') warnings.push(`the intensities of ${label} are no whole counts: their statistics are lost`);
  return { ...BLANK_SCAN, ...facts, unit, twoThetaDeg, counts: values, stepTimeS, radiation: range.radiation, scanAxis: range.scanAxis };
}

/** The format itself names no unit: whole numbers are counts, and numbers that become whole times the time per step are rates. */
function unitOf(values: Float64Array, stepTimeS: number | null): RecordedScan['unit'] {
  if (areCounts(values)) return 'counts';
  if (stepTimeS === null) return 'arbitrary';
  const isRate = values.every((rate) => {
    const product = rate * stepTimeS;
    return product >= 0 && Math.abs(product - Math.round(product)) <= Math.max(1e-4, product * RATE_TOLERANCE);
  });
  return isRate ? 'cps' : 'arbitrary';
}

/** K alpha 1 and 2 in angstrom and the weight of the second; null where the first is no wavelength. A weight of 0 or no alpha 2 means one line. */
export function doubletOf(anode: string, alpha1A: number, alpha2A: number, ratio: number): Radiation | null {
  if (!isPlausibleWavelengthA(alpha1A)) return null;
  const lines: EmissionLine[] = [{ wavelengthA: alpha1A, weight: 1 }];
  const weight = ratio > 0 && ratio <= 1 ? ratio : K_ALPHA_2_WEIGHT;
  const hasSecond = ratio !== 0 && isPlausibleWavelengthA(alpha2A) && alpha2A > alpha1A && alpha2A < alpha1A * 1.02;
  if (hasSecond) lines.push({ wavelengthA: alpha2A, weight });
  return { anode: /^[A-Z][a-z]?$/.test(anode) ? anode : null, lines };
}

/** Steps and start of a range must be numbers; throws badInput otherwise. */
export function checkRange(startDeg: number, stepDeg: number, label: string, fileName: string): void {
  if (!Number.isFinite(startDeg) || !Number.isFinite(stepDeg) || stepDeg === 0)
    throw badInput(fileName, `the header of ${label} gives no range of angles`, 'the file is damaged or truncated: copy it again');
}
