import { jobIdOf } from '../../../../drivers/file-results/job-id.ts';
import { scanIdOf } from '../../../domain/scan.ts';
import type { Execution } from './black-box.ts';
import type { HeldScan } from './held.ts';
import { CLIENT, type Trial } from './run-schedule.ts';

/** Counts and live time of points, in counts and s. */
export interface Amount {
  readonly points: number;
  readonly counts: number;
  readonly liveS: number;
}

export interface CountJudgement {
  /** Taken by the instrument, given away by it, and neither on the agent's disk nor declared lost. */
  readonly missing: Amount;
  /** Taken by the instrument and not on the disk, which the agent knows: a gap in its scan, a scan it measured again or ended with a fault. */
  readonly declaredLost: Amount;
  /** Not yet on the disk, and still kept by the instrument. */
  readonly kept: Amount;
  /** Points on the disk that the instrument did not count so. */
  readonly wrongPoints: number;
  readonly doubleExecutions: number;
  readonly findings: readonly string[];
}

type Fate = 'held' | 'wrong' | 'kept' | 'declaredLost' | 'missing';

/** Holds what the agent has on its disk against every count that the instrument took, point by point. */
export function judgeCounts(trial: Trial, held: readonly HeldScan[]): CountJudgement {
  const findings: string[] = [];
  const sums = { missing: noAmount(), declaredLost: noAmount(), kept: noAmount() };
  let wrongPoints = 0;
  const executionsOf = new Map<HeldScan, Execution[]>();
  for (const execution of trial.box.executions) {
    const scan = held.find(({ command }) => belongs(execution, command.requestId, command.attempt, trial.as));
    if (!scan) {
      findings.push(`the instrument executed ${execution.name}.${execution.attempt}, which was never commanded`);
      continue;
    }
    executionsOf.set(scan, [...(executionsOf.get(scan) ?? []), execution]);
  }
  for (const scan of held) {
    const executions = executionsOf.get(scan) ?? [];
    if (executions.length > 1) findings.push(`${scanIdOf(scan.command)} was executed ${executions.length} times`);
    const [execution] = executions;
    if (!execution) {
      if (scan.points.length > 0) {
        findings.push(`${scanIdOf(scan.command)} has ${scan.points.length} points and was never executed`);
        wrongPoints += scan.points.length;
      }
      continue;
    }
    const seen = new Set<number>();
    for (const [point, counts] of execution.counts.entries()) {
      const fate = fateOf(trial, held, scan, execution, point, counts, seen);
      if (fate === 'wrong') wrongPoints++;
      else if (fate !== 'held') sums[fate] = plus(sums[fate], counts ?? 0, execution.liveS);
    }
    const invented = scan.points.length - seen.size;
    if (invented > 0) {
      findings.push(`${scanIdOf(scan.command)} has ${invented} points that the instrument did not take`);
      wrongPoints += invented;
    }
  }
  if (sums.missing.points > 0) findings.push(`${sums.missing.points} points with ${sums.missing.counts} counts are missing`);
  if (wrongPoints > 0) findings.push(`${wrongPoints} points are not what the instrument counted`);
  const doubleExecutions = [...executionsOf.values()].reduce((sum, executions) => sum + executions.length - 1, 0);
  return { ...sums, wrongPoints, doubleExecutions, findings };
}

/** On wires whose scans have no names the instrument executed what was asked for last. */
function belongs(execution: Execution, requestId: string, attempt: number, as: string): boolean {
  if (as === 'mqtt') return execution.name === requestId && execution.attempt === attempt;
  if (as === 'aeris') return execution.name === jobIdOf(CLIENT, requestId, attempt);
  return execution.askedFor === `${requestId}.${attempt}`;
}

function fateOf(
  trial: Trial,
  all: readonly HeldScan[],
  scan: HeldScan,
  { fromUdeg, stepUdeg, liveS, chunkEnds }: Execution,
  point: number,
  counts: number | null,
  seen: Set<number>,
): Fate {
  const deg = (fromUdeg + point * stepUdeg) / 1e6;
  const at = scan.points.findIndex((held) => Math.abs(held.deg - deg) < stepUdeg / 1e6 / 20);
  const held = scan.points[at];
  if (held) {
    seen.add(at);
    // What was partly counted in the dark is worth nothing: whoever has it must have taken it for dark.
    return counts !== null && held.counts === counts && Math.abs(held.liveS - liveS) < 1e-6 ? 'held' : 'wrong';
  }
  const keptFrom = trial.keptFrom(scan.command.requestId, scan.command.attempt);
  if (keptFrom !== null) {
    const sequence = chunkEnds.findIndex((end) => point < end);
    return scan.sequences.has(sequence) || sequence < keptFrom ? 'missing' : 'kept';
  }
  return isDeclared(trial, all, scan, deg) ? 'declaredLost' : 'missing';
}

function isDeclared({ context }: Trial, all: readonly HeldScan[], { command, scan }: HeldScan, deg: number): boolean {
  if (scan) return scan.gaps.some(({ fromDeg, toDeg }) => deg > fromDeg - 1e-4 && deg < toDeg + 1e-4);
  const again = all.some((other) => other.command.requestId === command.requestId && other.command.attempt > command.attempt);
  return again || context === null || context.verdict === null || context.verdict.kind === 'fault';
}

function noAmount(): Amount {
  return { points: 0, counts: 0, liveS: 0 };
}

function plus(sum: Amount, counts: number, liveS: number): Amount {
  return { points: sum.points + 1, counts: sum.counts + counts, liveS: sum.liveS + liveS };
}
