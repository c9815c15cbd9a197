import { badInput } from '../domain/errors.ts';
import { BLANK_SCAN } from './blank-scan.ts';
import type { ByteReader } from './byte-reader.ts';
import { areCounts, checkPoints } from './check-points.ts';
import type { RecordedScan } from './format-reader.ts';
import { type TubeFacts, tubeRadiation } from './tube-radiation.ts';

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
  readonly tube: TubeFacts;
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
export function scanOfRange(range: RawRange, facts: RawFacts, label: string, fileName: string, warnings: Set<string>): RecordedScan | null {
  const { values, startDeg, stepDeg } = range;
  if (!range.isOverTwoTheta || values.length < MIN_POINTS) {
    const why = range.isOverTwoTheta ? `it has ${values.length} points` : `it is a "${range.scanAxis}", not a scan over 2theta`;
    warnings.add(`${label} is left out: ${why}`);
    return null;
  }
  const twoThetaDeg = range.twoThetaDeg ?? values.map((_, i) => startDeg + i * stepDeg);
  checkPoints(twoThetaDeg, values, fileName);
  const stepTimeS = range.stepTimeS > 0 && Number.isFinite(range.stepTimeS) ? range.stepTimeS : null;
  const unit = unitOf(values, stepTimeS);
  if (unit === 'arbitrary') warnings.add(`the intensities of ${label} are no whole counts: their statistics are lost`);
  const radiation = tubeRadiation(range.tube, warnings);
  return { ...BLANK_SCAN, ...facts, unit, twoThetaDeg, counts: values, stepTimeS, radiation, scanAxis: range.scanAxis };
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

/** Steps and start of a range must be numbers; throws badInput otherwise. */
export function checkRange(startDeg: number, stepDeg: number, label: string, fileName: string): void {
  if (!Number.isFinite(startDeg) || !Number.isFinite(stepDeg) || stepDeg === 0)
    throw badInput(fileName, `the header of ${label} gives no range of angles`, 'the file is damaged or truncated: copy it again');
}
