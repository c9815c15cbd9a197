import type { ThreadEnd } from './fuzz-thread.ts';

/** Cases `from` up to and without `to`. */
export interface CaseRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Runs cases 0 to `cases` with `run`, which reports as it goes and gives the case that ended it; that one is told to `onEnd` and left out. Cases that were
 * done before it and not yet reported are done again: what was found in them would be lost.
 */
export async function runAllCases<R>(
  cases: number,
  run: (range: CaseRange, take: (report: R) => void) => Promise<ThreadEnd | null>,
  take: (report: R) => number,
  onEnd: (end: ThreadEnd) => void,
): Promise<void> {
  const ranges: CaseRange[] = [{ from: 0, to: cases }];
  for (let range = ranges.shift(); range; range = ranges.shift()) {
    let reported = 0;
    let isOver = false;
    const end = await run(range, (report) => {
      // A report that comes after the end of its thread is of cases that are done again.
      if (!isOver) reported += take(report);
    });
    isOver = true;
    if (end === null) continue;
    onEnd(end);
    const rest = [
      { from: range.from + reported, to: end.at },
      { from: end.at + 1, to: range.to },
    ];
    ranges.unshift(...rest.filter(({ from, to }) => from < to));
  }
}
