import type { CountedScan } from '../counted-scan.ts';

/**
 * XRD.ascii: three lines of header, then one line for each point, separated by semicolons; 2theta stands in the third column, the counts in the
 * last. What else stands there is not publicly known: number, time, theta are this simulator's choice. Correct it here.
 */
export function asciiResult(scan: Pick<CountedScan, 'twoThetaDeg' | 'counts' | 'liveS'>, startedAt: string): string {
  const head = ['Measurement;XRD', `Started;${startedAt}`, 'Number;Time[s];TwoTheta[deg];Theta[deg];Counts'];
  const rows = scan.twoThetaDeg.map((deg, i) =>
    [i + 1, (scan.liveS[i] ?? 0).toFixed(4), deg.toFixed(5), (deg / 2).toFixed(5), scan.counts[i]].join(';'),
  );
  return `${[...head, ...rows].join('\r\n')}\r\n`;
}
