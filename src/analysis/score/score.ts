import type { RandomSource } from '../../ports/runtime.ts';
import { type Calibration, calibrationOf } from './calibration.ts';
import { bootstrap95, type Interval, wilson95 } from './intervals.ts';
import type { JudgedPattern } from './judge.ts';
import { isExact, type MatchMode } from './match-phases.ts';

/** Shares are 0..1 and null where nothing was there to be shared (0 / 0). */
export interface Score {
  readonly patterns: number;
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly microF1: number | null;
  readonly exact: number;
  readonly exactFraction: number | null;
  readonly ci95: { readonly microF1: Interval | null; readonly exactFraction: Interval | null };
  readonly calibration: Calibration;
}

/** Columns of a cluster's row of counts. */
const TP = 0;
const FP = 1;
const FN = 2;
const EXACT = 3;
const PATTERNS = 4;

/**
 * Micro-averaged precision, recall and F1 over all claims, and how many patterns were named exactly. The 95 % intervals come from a bootstrap
 * over samples, since scans of one sample err together; where all or none are exact the bootstrap is blind and Wilson's interval over the
 * samples stands for `exactFraction`.
 */
export function scoreOf(judged: readonly JudgedPattern[], mode: MatchMode, random: RandomSource): Score {
  const clusters = clusterCounts(judged, mode);
  const sums = clusters.reduce((all, row) => all.map((value, i) => value + row[i]!), new Float64Array(5));
  const [tp, fp, fn, exact, patterns] = [sums[TP]!, sums[FP]!, sums[FN]!, sums[EXACT]!, sums[PATTERNS]!];
  const [f1Interval, exactInterval] = bootstrap95(clusters, [microF1, exactFraction], random);
  const isUniform = exact === 0 || exact === patterns;
  return {
    patterns,
    tp,
    fp,
    fn,
    precision: share(tp, tp + fp),
    recall: share(tp, tp + fn),
    microF1: microF1(sums),
    exact,
    exactFraction: exactFraction(sums),
    ci95: {
      microF1: f1Interval ?? null,
      exactFraction: isUniform ? wilson95(exact === 0 ? 0 : clusters.length, clusters.length) : (exactInterval ?? null),
    },
    calibration: calibrationOf(judged, mode),
  };
}

function microF1(sums: Float64Array): number | null {
  return share(2 * sums[TP]!, 2 * sums[TP]! + sums[FP]! + sums[FN]!);
}

function exactFraction(sums: Float64Array): number | null {
  return share(sums[EXACT]!, sums[PATTERNS]!);
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

function clusterCounts(judged: readonly JudgedPattern[], mode: MatchMode): Float64Array[] {
  const rows = new Map<string, Float64Array>();
  for (const { truth, matches } of judged) {
    const row = rows.get(truth.clusterId) ?? new Float64Array(5);
    rows.set(truth.clusterId, row);
    const match = matches[mode];
    row[TP]! += match.found.length;
    row[FP]! += match.invented.length;
    row[FN]! += match.missed.length;
    row[EXACT]! += Number(isExact(match));
    row[PATTERNS]! += 1;
  }
  return [...rows.values()];
}
