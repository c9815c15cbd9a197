import type { Pattern } from '../domain/pattern.ts';
import { dSpacingA, primaryWavelengthA } from '../domain/radiation.ts';
import type { ScanFinding } from '../domain/scan-finding.ts';
import { braggSignal } from './bragg-signal.ts';
import { fitDataOf } from './fit-data.ts';
import { findOutliers, type Outlier, quantum } from './scan-outliers.ts';

export interface QualityOptions {
  /** Highest rate in counts per second that the detector is said to count right; null where nothing is declared. */
  readonly maxCps: number | null;
}

/** Without lines and with no more than this, in counts per second and point, nothing but the counter itself is heard. */
const DARK_CPS = 0.5;
/** Lines this high, relative to the background, would be seen in a scan that is long enough to say that there are none. */
const ENOUGH_POWER = 0.3;
/** A scan that reaches this d spacing meets a line of nearly every crystal, the metals with their small cells among them (copper 2.09, diamond 2.06). */
const EVERY_CRYSTAL_A = 2.03;
/** So many equal counts in a row at the top, of so many counts at least, are no chance of counting. */
const FLAT_TOPS = [
  { points: 3, counts: 1000 },
  { points: 5, counts: 100 },
] as const;
const SHOWN = 6;

/** Shorter patterns are windows, of which little can be said. */
const LEAST_POINTS = 50;

/** What is wrong with a scan before anything is read from it; empty for a good one. Pure. */
export function examineScan(pattern: Pattern, { maxCps }: QualityOptions = { maxCps: null }): ScanFinding[] {
  if (pattern.counts.length < LEAST_POINTS) return [];
  const outliers = findOutliers(pattern);
  const silence = examineSilence(pattern, outliers);
  if (silence) return [silence];
  return [...outlierFindings(outliers), ...saturationFindings(pattern, maxCps)];
}

/** No beam, or a beam and nothing in it; null where there are lines. */
function examineSilence(pattern: Pattern, outliers: readonly Outlier[]): ScanFinding | null {
  const { counts, liveS, unit } = pattern;
  const [first = 0] = counts;
  const what = unit === 'counts' ? 'counts' : 'intensity';
  if (counts.every((count) => count === first))
    return stop('noBeam', `every point has the same ${what} (${first}): there is no beam, or the detector is not read`);
  const bad = new Set(outliers.map(({ index }) => index));
  const good = (_: number, i: number) => !bad.has(i);
  const clean = { ...pattern, twoThetaDeg: pattern.twoThetaDeg.filter(good), counts: counts.filter(good), liveS: liveS.filter(good) };
  const signal = braggSignal(fitDataOf(clean));
  if (signal.hasLines) return null;
  const meanCps = sum(clean.counts) / sum(clean.liveS);
  if (unit === 'counts' && meanCps <= DARK_CPS)
    return stop('noBeam', `the detector counts ${meanCps.toFixed(2)} per second and there are no lines: there is no beam`);
  const message = 'there is no line above the smooth background: the holder is empty, or what lies in it is not crystalline';
  const endDeg = pattern.twoThetaDeg.at(-1)!;
  if (dSpacingA(endDeg, primaryWavelengthA(pattern.radiation)) > EVERY_CRYSTAL_A) {
    const early = `there is no line up to ${endDeg.toFixed(1)} degrees: the holder is empty, or the first line comes later`;
    return { kind: 'emptyHolder', severity: 'warn', message: early };
  }
  if (signal.visibleShare <= ENOUGH_POWER) return stop('emptyHolder', message);
  const percent = Math.round(100 * signal.visibleShare);
  return { kind: 'emptyHolder', severity: 'warn', message: `${message}; lines below ${percent} % of the background would not be seen yet` };
}

function stop(kind: ScanFinding['kind'], message: string): ScanFinding {
  return { kind, severity: 'stop', message };
}

function outlierFindings(outliers: readonly Outlier[]): ScanFinding[] {
  return (['dead', 'hot'] as const).flatMap((kind) => {
    const found = outliers.filter((outlier) => outlier.kind === kind);
    if (found.length === 0) return [];
    const angles = found.slice(0, SHOWN).map(({ atDeg }) => atDeg.toFixed(3));
    const more = found.length > SHOWN ? ` and ${found.length - SHOWN} more` : '';
    const points = found.length === 1 ? 'a point counts' : `${found.length} points count`;
    const what = kind === 'dead' ? 'far less' : 'far more';
    const message = `${points} ${what} than the neighbours on both sides, narrower than any line here: ${angles.join(', ')}${more} degrees`;
    return [{ kind: kind === 'dead' ? 'deadPoints' : 'hotPoints', severity: 'warn', message, atDeg: found[0]!.atDeg } as const];
  });
}

function saturationFindings({ twoThetaDeg, counts, liveS, unit }: Pattern, maxCps: number | null): ScanFinding[] {
  const findings: ScanFinding[] = [];
  const top = counts.reduce((most, count) => Math.max(most, count), 0);
  const run = longestRun(counts, top);
  // Intensities may have been scaled: what counts is how finely they are told apart.
  const steps = unit === 'counts' ? top : top / quantum(counts);
  if (FLAT_TOPS.some(({ points, counts: least }) => run.length >= points && steps >= least)) {
    const atDeg = twoThetaDeg[run.from]!;
    const message = `${run.length} points in a row read exactly ${top}, the highest value of the scan, from ${atDeg.toFixed(3)} degrees on: the counter is full`;
    findings.push({ kind: 'saturation', severity: 'warn', message, atDeg });
  }
  const over = maxCps === null || unit !== 'counts' ? -1 : counts.findIndex((count, i) => count > maxCps * liveS[i]!);
  if (over >= 0) {
    const atDeg = twoThetaDeg[over]!;
    const message = `above ${maxCps} counts per second this detector loses counts: first at ${atDeg.toFixed(3)} degrees`;
    findings.push({ kind: 'saturation', severity: 'warn', message, atDeg });
  }
  return findings;
}

function longestRun(values: Float64Array, wanted: number): { readonly from: number; readonly length: number } {
  let best = { from: 0, length: 0 };
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== wanted) continue;
    const from = i;
    while (values[i + 1] === wanted) i++;
    if (i - from + 1 > best.length) best = { from, length: i - from + 1 };
  }
  return best;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
