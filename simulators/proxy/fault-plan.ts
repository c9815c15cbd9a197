import type { Clock, RandomSource } from '../../src/ports/runtime.ts';
import { ArmedFault, type WireEffect } from './armed-fault.ts';
import type { Lane } from './lane.ts';
import type { WireLedger } from './ledger.ts';
import type { Pace } from './outlet.ts';
import type { PlannedWireFault } from './schedule.ts';
import type { Direction, LineFault, WireReach } from './wire-fault.ts';

export interface PlanDeps {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly random: RandomSource;
  readonly ledger: WireLedger;
  /** Every lane that is open now, in this direction. */
  readonly lanes: (direction: Direction) => readonly Lane[];
  readonly cut: WireReach['cut'];
  /** Null lets everybody in again. */
  readonly refuse: (turnedAway: (() => void) | null) => void;
}

/** The schedule at work: which faults wait, which lie over the whole wire, and what each has done. */
export class FaultPlan {
  readonly faults: readonly ArmedFault[];
  private readonly deps: PlanDeps;
  private readonly due: ArmedFault[] = [];
  private readonly deaf: { readonly directions: readonly Direction[]; took(): void }[] = [];
  private readonly paces: { readonly directions: readonly Direction[]; readonly pace: Pace }[] = [];
  private startMs = 0;

  constructor(planned: readonly PlannedWireFault[], deps: PlanDeps) {
    this.deps = deps;
    this.faults = planned.map((one, index) => new ArmedFault(one, index, deps.random));
  }

  /** From now on the times of the schedule count. */
  start(): void {
    this.startMs = this.deps.clock.monotonicMs();
    for (const fault of this.faults) {
      const { when } = fault.planned;
      if ('atS' in when) this.afterMs(when.atS * 1000, () => this.fire(fault, null));
    }
  }

  elapsedMs(): number {
    return this.deps.clock.monotonicMs() - this.startMs;
  }

  records(): { readonly fault: string; readonly effects: readonly WireEffect[] }[] {
    return this.faults.map(({ id, effects }) => ({ fault: id, effects: [...effects] }));
  }

  took(fault: ArmedFault, effect: string): void {
    const atS = Math.round(this.elapsedMs()) / 1000;
    fault.effects.push({ atS, effect });
    this.deps.ledger('fault', { entry: fault.index, fault: fault.id, effect });
  }

  /** Sets a fault off, on the link where its bytes were seen or, without one, on the wire as it is. */
  fire(fault: ArmedFault, lane: Lane | null): void {
    const { planned } = fault;
    this.deps.ledger('set-off', { entry: fault.index, fault: fault.id });
    if (planned.fault.kind === 'line') {
      this.applyToWire(fault, planned.fault);
    } else if (lane) {
      lane.begin(fault);
    } else if (planned.fault.id === 'insert') {
      const open = planned.directions.flatMap((direction) => this.deps.lanes(direction).slice(-1));
      for (const one of open) one.begin(fault);
      if (open.length === 0) this.due.push(fault);
    } else this.due.push(fault);
  }

  /** The next fault that waits for whatever bytes come in this direction. */
  nextDue(direction: Direction): ArmedFault | null {
    const at = this.due.findIndex((fault) => fault.planned.directions.includes(direction));
    return at < 0 ? null : (this.due.splice(at, 1)[0] ?? null);
  }

  swallows(direction: Direction, length: number): boolean {
    const deaf = this.deaf.filter(({ directions }) => directions.includes(direction));
    if (length > 0) for (const { took } of deaf) took();
    return deaf.length > 0;
  }

  pace(direction: Direction): Pace | null {
    return this.paces.find(({ directions }) => directions.includes(direction))?.pace ?? null;
  }

  private applyToWire(fault: ArmedFault, line: LineFault<unknown>): void {
    const reach: WireReach = {
      deafen: (directions, took) => this.put(this.deaf, { directions, took: once(took) }),
      pace: (directions, bytes, everyMs, took) => this.put(this.paces, { directions, pace: { bytes, everyMs, took: once(took) } }),
      cut: (how) => this.deps.cut(how),
      refuse: (took) => {
        this.deps.refuse(took);
        return () => this.deps.refuse(null);
      },
      afterMs: (ms, act) => this.afterMs(ms, act),
    };
    line.apply(reach, fault.planned.directions, fault.planned.options, (effect) => this.took(fault, effect));
  }

  private put<T>(list: T[], item: T): () => void {
    list.push(item);
    return () => {
      const at = list.indexOf(item);
      if (at >= 0) list.splice(at, 1);
    };
  }

  private afterMs(ms: number, act: () => void): void {
    this.deps.clock.sleep(ms, this.deps.signal).then(
      () => {
        if (!this.deps.signal.aborted) act();
      },
      () => undefined, // the proxy ended before
    );
  }
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}
