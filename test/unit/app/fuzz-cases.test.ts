import { describe, expect, test } from '@jest/globals';
import { runAllCases } from '../../../src/app/bench/fuzz-ranges.ts';
import { MOST_FINDINGS, runWireCases, type WireReport } from '../../../src/app/bench/fuzz-wire-cases.ts';
import type { FrameVerdict } from '../../../src/app/bench/fuzz-wires.ts';
import { ManualClock } from '../../support/manual-runtime.ts';

describe('cases of threads that die', () => {
  /** A thread that reports every four cases and dies of some, each time it meets them. */
  const played = async (cases: number, deadly: readonly number[]) => {
    const reported: number[] = [];
    const ends: number[] = [];
    await runAllCases<number[]>(
      cases,
      async ({ from, to }, take) => {
        const done: number[] = [];
        for (let at = from; at < to; at++) {
          if (deadly.includes(at)) return { at, fault: 'crash', message: 'the thread died' };
          done.push(at);
          if (done.length === 4 || at === to - 1) take(done.splice(0));
        }
        return null;
      },
      (report) => {
        reported.push(...report);
        return report.length;
      },
      ({ at }) => ends.push(at),
    );
    return { reported, ends };
  };

  test.each([
    [10, [], 10],
    [10, [6], 9],
    [20, [0, 5, 6, 7, 19], 15],
    [3, [2], 2],
  ])('of %i with the deadly ones %j every other one is reported once', async (cases, deadly, alive) => {
    const { reported, ends } = await played(cases, deadly);
    expect(ends).toEqual(deadly);
    expect(reported).toHaveLength(alive);
    expect(new Set([...reported, ...ends]).size).toBe(cases);
  });

  test('a report that comes after the end of its thread is not counted twice', async () => {
    const reported: number[] = [];
    let runs = 0;
    let late = (_: number): void => undefined;
    await runAllCases<number>(
      6,
      async ({ from, to }, take) => {
        if (runs++ === 0) {
          late = take;
          return { at: 5, fault: 'hang', message: 'no answer' };
        }
        late(5);
        take(to - from);
        return null;
      },
      (report) => {
        reported.push(report);
        return report;
      },
      () => undefined,
    );
    expect(reported).toEqual([5]);
  });
});

test('corrupt frames that were believed are all counted, also behind many slow ones; of the list each fault has its share', async () => {
  const clock = new ManualClock();
  const reports: WireReport[] = [];
  const kind = { reader: 'driver', name: 'k', isValue: true, make: () => undefined as never } as const;
  const fuzz = async (index: number): Promise<FrameVerdict> => {
    if (index < 100) await clock.advance(10);
    const isBelieved = index >= 100 && index < 2600;
    return { kind, damage: 'bytes', outcome: isBelieved ? 'passed' : 'refused', formBroken: isBelieved, bytes: 9 };
  };
  const batch = { wire: 'w', from: 0, to: 3000, maxCaseMs: 5, onCase: () => undefined, kindOf: () => 'k', fuzz };
  await runWireCases(batch, clock, (report) => reports.push(report));
  expect(reports.map(({ cases }) => cases)).toEqual([2000, 1000]);
  const sum = (of: (report: WireReport) => number) => reports.reduce((total, report) => total + of(report), 0);
  expect(sum(({ tallies }) => tallies[0]!.corruptAccepted)).toBe(2500);
  expect(sum(({ found }) => found['corrupt accepted'])).toBe(2500);
  expect(sum(({ found }) => found.slow)).toBe(100);
  expect(sum(({ findings }) => findings.length)).toBe(2 * MOST_FINDINGS);
});
