import type { Scan } from '../domain/scan.ts';
import type { ScanFinding } from '../domain/scan-finding.ts';

export interface ScanLikeness {
  /** Mean over the shared points of the squared difference in units of its own variance, one scan scaled to the other: 1 where only counting differs. */
  readonly chiSquare: number;
  /** The same for the points against the mean of two that are some way off: how much there is to compare. */
  readonly contrast: number;
  /** Does one show a line where the other shows none, or a much lower one? */
  readonly hasOwnLines: boolean;
  readonly points: number;
}

/** Angles this near are the same point, as a share of the step. */
const SAME_ANGLE = 0.1;
const LEAST_POINTS = 200;
/** A pattern this far from flat cannot be met by chance in another sample. */
const LEAST_CONTRAST = 4;
/** Standard errors of the mean chi-square that equal samples may be above 1. */
const SIGMAS = 4;
/**
 * Grains and drift add to counting: 20 pairs of real scans of one powder came to 1.06 to 1.68, the nearest of 1700 other pairs to 2.97. Counted once over
 * labelled scans by a script that is not kept; no command repeats it.
 */
const MOST_EXCESS = 0.7;
const EXCESS_PER_CONTRAST = 0.03;
/** What drifts between two scans of one sample (beam, room): a relative error of every rate. */
const DRIFT = 0.01;

const ASIDE = 20;
const LINE_POINTS = 5;
const OWN_LINE = { sigmas: 6, share: 0.25 };

type Counted = Pick<Scan, 'twoThetaDeg' | 'counts' | 'liveS'>;

/** Compares two scans up to a factor where their points coincide; null where too few do. */
export function compareScans(a: Counted, b: Counted): ScanLikeness | null {
  const pairs = sharedPoints(a, b);
  if (pairs.length < LEAST_POINTS) return null;
  const total = (side: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[side].counts, 0);
  const live = (side: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[side].liveS, 0);
  const [countsA, countsB] = [total(0), total(1)];
  if (countsA === 0 || countsB === 0) return null;
  const [meanA, meanB] = [countsA / live(0), countsB / live(1)];
  const points = pairs.map(([own, other]) => {
    const [expectedA, expectedB] = [meanA * own.liveS, meanB * other.liveS];
    // Relative to its own mean each scan reads the same where the samples are; the variance is that of both counts at their common rate.
    const common = (own.counts + other.counts) / (expectedA + expectedB);
    const variance = Math.max(common, 1e-9) * (1 / expectedA + 1 / expectedB);
    return { common, variance, difference: own.counts / expectedA - other.counts / expectedB };
  });
  const mean = (value: (point: (typeof points)[number], i: number) => number) =>
    points.reduce((total, point, i) => total + value(point, i), 0) / points.length;
  const aside = (i: number) => points[Math.min(points.length - 1, Math.max(0, i))]!.common;
  return {
    chiSquare: mean(({ common, variance, difference }) => difference ** 2 / (variance + (DRIFT * common) ** 2)),
    contrast: mean(({ common, variance }, i) => (common - (aside(i - ASIDE) + aside(i + ASIDE)) / 2) ** 2 / variance),
    hasOwnLines: points.some((_, i) => isOwnLine(points.slice(i, i + LINE_POINTS))),
    points: points.length,
  };
}

interface Compared {
  readonly common: number;
  readonly variance: number;
  readonly difference: number;
}

/** Do neighbouring points all together differ by more than grains and noise make two scans of one powder differ? */
function isOwnLine(points: readonly Compared[]): boolean {
  const total = (value: (point: Compared) => number) => points.reduce((sum, point) => sum + value(point), 0);
  const difference = Math.abs(total((point) => point.difference));
  return (
    difference > OWN_LINE.sigmas * Math.sqrt(total(({ variance }) => variance)) &&
    difference > OWN_LINE.share * total(({ common }) => common)
  );
}

/** A warning where the scan differs from that of the sample before by no more than counting; null where it differs, or nothing can be said. */
export function examineLikeness(now: Counted, before: Counted, beforeSampleId: string): ScanFinding | null {
  const likeness = compareScans(now, before);
  if (!likeness || likeness.contrast < LEAST_CONTRAST) return null;
  const excess = Math.max(SIGMAS * Math.sqrt(2 / likeness.points), Math.min(MOST_EXCESS, EXCESS_PER_CONTRAST * likeness.contrast));
  if (likeness.hasOwnLines || likeness.chiSquare > 1 + excess) return null;
  return {
    kind: 'sameSample',
    severity: 'warn',
    message: `this scan and the first one of sample ${beforeSampleId} differ by nothing but counting: was the sample changed?`,
  };
}

interface Point {
  readonly counts: number;
  readonly liveS: number;
}

function sharedPoints(a: Counted, b: Counted): [Point, Point][] {
  const pairs: [Point, Point][] = [];
  const stepDeg = (a.twoThetaDeg.at(-1)! - a.twoThetaDeg[0]!) / Math.max(1, a.twoThetaDeg.length - 1);
  for (let i = 0, j = 0; i < a.counts.length && j < b.counts.length; ) {
    const apartDeg = a.twoThetaDeg[i]! - b.twoThetaDeg[j]!;
    if (Math.abs(apartDeg) <= SAME_ANGLE * stepDeg) {
      const [own, other] = [pointAt(a, i++), pointAt(b, j++)];
      if (own.liveS > 0 && other.liveS > 0) pairs.push([own, other]);
    } else if (apartDeg < 0) i++;
    else j++;
  }
  return pairs;
}

function pointAt({ counts, liveS }: Counted, i: number): Point {
  return { counts: counts[i]!, liveS: liveS[i]! };
}
