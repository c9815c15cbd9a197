import { createHash } from 'node:crypto';
import { badInput } from '../domain/errors.ts';
import type { Pattern } from '../domain/pattern.ts';
import type { Radiation } from '../domain/radiation.ts';
import { areCounts } from './check-points.ts';
import type { RecordedScan } from './format-reader.ts';

export interface PatternOptions {
  /** What the user says; goes before what the file says. */
  readonly radiation: Radiation | null;
  readonly patternId?: string;
  /** Names the file in an error. */
  readonly fileName?: string;
}

/** A rate times its live time counts as a number of photons when it is this close to an integer. */
const INTEGER_TOLERANCE = 1e-3;
/** So many numbers of photons do not share a divisor by chance. */
const MIN_FOR_DIVISOR = 20;

/**
 * The pattern of one recorded scan. Rates become counts only where rate times live time gives integers without a common divisor; otherwise their statistics are lost
 * and the pattern is 'arbitrary'. A live time that the file does not give is 1 s. Throws badInput where neither file nor user names the
 * wavelengths.
 */
export function patternOf(scan: RecordedScan, options: PatternOptions): Pattern {
  const radiation = options.radiation ?? scan.radiation;
  if (!radiation || radiation.lines.length === 0) {
    const remedy =
      'say which radiation it was, e.g. --radiation CuKa12 for an unfiltered or beta-filtered copper tube, CuKa1, or --radiation 0.8267';
    throw badInput(options.fileName ?? scan.sampleName ?? 'pattern', 'the file does not name its wavelength', remedy);
  }
  const measured = measuredOf(scan);
  const twoThetaDeg = scan.twoThetaDeg.slice();
  const patternId = options.patternId ?? hashOf(radiation, measured.unit, [twoThetaDeg, measured.counts, measured.liveS]);
  return { patternId, scanIds: [], radiation, twoThetaDeg, ...measured };
}

function measuredOf(scan: RecordedScan): Pick<Pattern, 'unit' | 'counts' | 'liveS'> {
  const liveS = scan.liveS?.slice() ?? new Float64Array(scan.counts.length).fill(scan.stepTimeS ?? 1);
  if (scan.unit === 'counts') return { unit: 'counts', counts: scan.counts.slice(), liveS };
  if (scan.unit === 'cps' && (scan.liveS ?? scan.stepTimeS) !== null) {
    const products = scan.counts.map((rate, i) => rate * liveS[i]!);
    const counts = products.map((product) => Math.round(product));
    const areWhole = products.every((product, i) => Math.abs(product - counts[i]!) <= INTEGER_TOLERANCE);
    if (areCounts(counts) && areWhole && !shareDivisor(counts)) return { unit: 'counts', counts, liveS };
  }
  return { unit: 'arbitrary', counts: scan.counts.slice(), liveS: new Float64Array(scan.counts.length).fill(1) };
}

/** Rates that were rounded to whole numbers, or are counts in truth, give products that all are multiples of the time: those are no counts. */
function shareDivisor(counts: Float64Array): boolean {
  const seen = counts.filter((count) => count > 0);
  let divisor = 0;
  for (const count of seen) {
    for (let rest = count; rest > 0; ) [divisor, rest] = [rest, divisor % rest];
    if (divisor === 1) return false;
  }
  return seen.length >= MIN_FOR_DIVISOR;
}

/** The same data gives the same id. */
function hashOf(radiation: Radiation, unit: string, arrays: readonly Float64Array[]): string {
  const hash = createHash('sha256').update(JSON.stringify([unit, radiation]));
  for (const array of arrays) hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return hash.digest('hex').slice(0, 16);
}
