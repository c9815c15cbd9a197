import type { Scan } from '../../domain/scan.ts';

export interface CountsComparison {
  /** Scans of both sides with the same raster, dwell and visit: only there can the photons be the same. */
  readonly alike: number;
  readonly identical: number;
  /** Scans that only one side made in this way. */
  readonly elsewhere: number;
}

/**
 * Holds the scans of two runs on samples of the same seed against each other. The sample draws the counts of a scan from its start, step, points,
 * dwell and how often that same scan was made before (docs/simulator.md), so these name a scan on both sides.
 */
export function compareCounts(ours: readonly Scan[], theirs: readonly Scan[]): CountsComparison {
  const known = byGeometry(theirs);
  let alike = 0;
  let identical = 0;
  for (const [name, scan] of byGeometry(ours)) {
    const other = known.get(name);
    if (!other) continue;
    alike++;
    if (scan.counts.length === other.counts.length && scan.counts.every((count, i) => count === other.counts[i])) identical++;
  }
  return { alike, identical, elsewhere: ours.length + theirs.length - 2 * alike };
}

function byGeometry(scans: readonly Scan[]): ReadonlyMap<string, Scan> {
  const named = new Map<string, Scan>();
  for (const scan of scans) {
    const { range, stepDeg, pointCount, dwellS } = scan.command;
    const geometry = [Math.round(range.fromDeg * 1e6), Math.round(stepDeg * 1e6), pointCount, Math.round(dwellS * 1e6)].join('/');
    let visit = 1;
    while (named.has(`${geometry} ${visit}`)) visit++;
    named.set(`${geometry} ${visit}`, scan);
  }
  return named;
}
