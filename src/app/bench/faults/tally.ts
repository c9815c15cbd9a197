import type { DrawnSchedule } from './draw-schedule.ts';
import type { Amount, CountJudgement } from './judge-counts.ts';
import type { SafetyJudgement, WayToSafe } from './judge-safety.ts';
import type { Trial } from './run-schedule.ts';

/** A rule that was broken, with what replays it. */
export interface Violation {
  readonly schedule: string;
  readonly what: string;
  readonly yaml: string;
}

/** Wall seconds; null where no fault struck while the beam was on. */
export interface Quantiles {
  readonly p50: number | null;
  readonly p99: number | null;
  readonly max: number | null;
  readonly n: number;
}

/** The result of `ewald bench faults` for one driver (the JSON contract), and what explains it. */
export interface FaultTally {
  readonly driver: string;
  readonly wire: string;
  readonly schedules: number;
  readonly faultsFired: Readonly<Record<string, number>>;
  readonly countsMissing: number;
  readonly liveSMissing: number;
  readonly doubleExecutions: number;
  readonly unsafeTicks: number;
  /** After every fault that demands the safe state. */
  readonly timeToSafeS: Quantiles;
  /** The same of those that the cabinet or the axes told, and of links that were gone for longer than the agent waits. */
  readonly timeToSafeAfterS: { readonly cabinet: Quantiles; readonly link: Quantiles };
  /** Such faults after which the beam stayed on to the end: nobody could reach the instrument any more. */
  readonly neverSafe: number;
  readonly slowest: readonly (WayToSafe & { readonly schedule: string })[];
  /** Faults that can occur on this wire and never took effect. */
  readonly neverFired: readonly string[];
  readonly wrongPoints: number;
  readonly hung: number;
  readonly declaredLost: Amount;
  readonly kept: Amount;
  /** Runs, of which some are repeated draws because not every fault had taken effect; and seeds of which no draw did. */
  readonly runs: number;
  readonly notFired: number;
  readonly executions: number;
  readonly completed: number;
  readonly endedWithFault: number;
  /** Runs that ended with the beam on and said that the safe state is not confirmed. */
  readonly beamLeftOn: number;
  /** How the starts and resumptions of all runs ended, and how often. */
  readonly ends: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
}

/** How many of the longest ways to the safe state are named. */
const SLOWEST = 3;

/** Adds up what the trials of one driver gave. */
export class TallyBook {
  private readonly driver: string;
  private readonly wire: string;
  private readonly fired = new Map<string, number>();
  private readonly ends = new Map<string, number>();
  private readonly ways: (WayToSafe & { readonly schedule: string })[] = [];
  private readonly violations: Violation[] = [];
  private missing = noAmount();
  private declaredLost = noAmount();
  private kept = noAmount();
  private readonly n = {
    schedules: 0,
    doubleExecutions: 0,
    unsafeTicks: 0,
    wrongPoints: 0,
    hung: 0,
    runs: 0,
    notFired: 0,
    executions: 0,
    completed: 0,
    endedWithFault: 0,
    beamLeftOn: 0,
  };

  constructor(driver: string, wire: string) {
    this.driver = driver;
    this.wire = wire;
  }

  /** `counts` where all its faults took effect: the schedule is one of those that were asked for. */
  add(trial: Trial, schedule: DrawnSchedule, counts: CountJudgement, safety: SafetyJudgement, isCounted: boolean): void {
    const { n } = this;
    n.runs++;
    this.missing = plus(this.missing, counts.missing);
    this.declaredLost = plus(this.declaredLost, counts.declaredLost);
    this.kept = plus(this.kept, counts.kept);
    n.doubleExecutions += counts.doubleExecutions;
    n.wrongPoints += counts.wrongPoints;
    n.unsafeTicks += safety.unsafeTicks;
    n.hung += trial.rounds.filter(({ state }) => state === 'hung').length;
    for (const { state, verdict } of trial.rounds) {
      const end = `${state}: ${verdict.slice(0, verdict.indexOf(':'))}`;
      this.ends.set(end, (this.ends.get(end) ?? 0) + 1);
    }
    n.executions += trial.box.executions.length;
    n[isCompleted(trial) ? 'completed' : 'endedWithFault']++;
    n.beamLeftOn += safety.beamLeftOn ? 1 : 0;
    for (const { fault, toldBy, seconds } of safety.waysToSafe) this.ways.push({ schedule: schedule.name, fault, toldBy, seconds });
    for (const what of [...counts.findings, ...safety.findings])
      this.violations.push({ schedule: schedule.name, what, yaml: schedule.yaml });
    if (!isCounted) return;
    n.schedules++;
    for (const { fault, effects } of trial.records) if (effects.length > 0) this.fired.set(fault, (this.fired.get(fault) ?? 0) + 1);
  }

  /** No draw of a seed took effect as a whole. */
  giveUp(): void {
    this.n.notFired++;
  }

  /** `possible` are the faults that could have been drawn. */
  result(possible: readonly string[]): FaultTally {
    return {
      driver: this.driver,
      wire: this.wire,
      ...this.n,
      faultsFired: Object.fromEntries([...this.fired].sort(([a], [b]) => a.localeCompare(b))),
      countsMissing: this.missing.counts,
      liveSMissing: this.missing.liveS,
      timeToSafeS: quantiles(this.ways),
      timeToSafeAfterS: {
        cabinet: quantiles(this.ways.filter(({ toldBy }) => toldBy === 'cabinet')),
        link: quantiles(this.ways.filter(({ toldBy }) => toldBy === 'link')),
      },
      neverSafe: this.ways.filter(({ seconds }) => seconds === null).length,
      slowest: [...this.ways].sort((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0)).slice(0, SLOWEST),
      neverFired: possible.filter((fault) => !this.fired.has(fault)),
      declaredLost: this.declaredLost,
      kept: this.kept,
      ends: Object.fromEntries([...this.ends].sort(([, a], [, b]) => b - a)),
      violations: this.violations,
    };
  }
}

function quantiles(ways: readonly WayToSafe[]): Quantiles {
  const sorted = ways.flatMap(({ seconds }) => seconds ?? []).sort((a, b) => a - b);
  const at = (share: number): number | null => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? null;
  return { p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? null, n: sorted.length };
}

function noAmount(): Amount {
  return { points: 0, counts: 0, liveS: 0 };
}

function plus(a: Amount, b: Amount): Amount {
  return { points: a.points + b.points, counts: a.counts + b.counts, liveS: a.liveS + b.liveS };
}

/** Did the run come to an end of its own, with everything measured and the instrument confirmed safe? */
function isCompleted({ context, rounds }: Trial): boolean {
  return context?.verdict != null && context.verdict.kind !== 'fault' && rounds.at(-1)?.state === 'finished';
}
