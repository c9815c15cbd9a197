import { createHash } from 'node:crypto';
import { badInput } from '../domain/errors.ts';
import type { Pattern } from '../domain/pattern.ts';
import type { Scan } from '../domain/scan.ts';

/**
 * Adds scans to one pattern: counts and live time are summed where two points coincide within a tenth of the finer step, and stand side by
 * side elsewhere; nothing is rescaled or rebinned. The order of the scans does not matter.
 */
export function mergeScans(scans: readonly Scan[]): Pattern {
  const first = scans[0];
  if (!first) throw badInput('pattern', 'there is no scan to merge', 'measure one first');
  const ordered = [...scans].sort((a, b) => (a.scanId < b.scanId ? -1 : 1));
  const total = ordered.reduce((sum, scan) => sum + scan.counts.length, 0);
  const twoThetaDeg = new Float64Array(total);
  const counts = new Float64Array(total);
  const liveS = new Float64Array(total);
  const toleranceDeg = 0.1 * Math.min(...ordered.map((scan) => scan.command.stepDeg));
  const order = pointOrder(ordered, total);
  let length = 0;
  for (const code of order) {
    const scan = ordered[Math.floor(code / STRIDE)]!;
    const i = code % STRIDE;
    const angleDeg = scan.twoThetaDeg[i]!;
    if (length > 0 && angleDeg - twoThetaDeg[length - 1]! <= toleranceDeg) {
      counts[length - 1]! += scan.counts[i]!;
      liveS[length - 1]! += scan.liveS[i]!;
    } else {
      twoThetaDeg[length] = angleDeg;
      counts[length] = scan.counts[i]!;
      liveS[length] = scan.liveS[i]!;
      length++;
    }
  }
  const scanIds = ordered.map((scan) => scan.scanId);
  return {
    patternId: `p-${createHash('sha256').update(scanIds.join('\n')).digest('hex').slice(0, 16)}`,
    scanIds,
    unit: 'counts',
    radiation: first.radiation,
    twoThetaDeg: twoThetaDeg.slice(0, length),
    counts: counts.slice(0, length),
    liveS: liveS.slice(0, length),
  };
}

const STRIDE = 2 ** 32;

/** Codes scanIndex * STRIDE + pointIndex, by ascending angle; ties by scan. */
function pointOrder(scans: readonly Scan[], total: number): Float64Array {
  const codes = new Float64Array(total);
  let at = 0;
  scans.forEach((scan, s) => {
    for (let i = 0; i < scan.counts.length; i++) codes[at++] = s * STRIDE + i;
  });
  const angle = (code: number) => scans[Math.floor(code / STRIDE)]!.twoThetaDeg[code % STRIDE]!;
  return codes.sort((a, b) => angle(a) - angle(b) || a - b);
}

export interface OverlapCheck {
  readonly points: number;
  /** Sum of squared differences of the rates over their variance; about `points` where nothing changed. */
  readonly chiSquare: number;
  /** Standard normal deviate of chiSquare (Wilson-Hilferty). */
  readonly sigma: number;
}

/** Were sample and beam the same in both scans? Compares rates where points of `scan` and of `pattern` coincide. */
export function checkOverlap(pattern: Pattern, scan: Scan): OverlapCheck {
  const toleranceDeg = 0.1 * scan.command.stepDeg;
  let chiSquare = 0;
  let points = 0;
  let j = 0;
  for (let i = 0; i < scan.counts.length; i++) {
    const angleDeg = scan.twoThetaDeg[i]!;
    while (j < pattern.counts.length && pattern.twoThetaDeg[j]! < angleDeg - toleranceDeg) j++;
    if (j >= pattern.counts.length || pattern.twoThetaDeg[j]! > angleDeg + toleranceDeg) continue;
    const [c1, t1, c2, t2] = [pattern.counts[j]!, pattern.liveS[j]!, scan.counts[i]!, scan.liveS[i]!];
    if (c1 + c2 < 10) continue;
    const pooledCps = (c1 + c2) / (t1 + t2);
    chiSquare += (c1 / t1 - c2 / t2) ** 2 / (pooledCps / t1 + pooledCps / t2);
    points++;
  }
  const spread = 2 / (9 * Math.max(1, points));
  return { points, chiSquare, sigma: points === 0 ? 0 : (Math.cbrt(chiSquare / points) - (1 - spread)) / Math.sqrt(spread) };
}
