import type { Clock } from '../../src/ports/runtime.ts';
import type { ArmedFault } from './armed-fault.ts';
import type { FaultPlan } from './fault-plan.ts';
import { Lane } from './lane.ts';
import type { WireLedger } from './ledger.ts';
import { Outlet } from './outlet.ts';
import type { LinkRecorder } from './recorder.ts';
import type { Attach, EndEars, WireEnd } from './wire-end.ts';
import { DIRECTIONS, type Direction } from './wire-fault.ts';

/** Above so many waiting bytes their sender is not read any more. */
const WAITING_MAX = 1 << 20;
const LOOK_MS = 10;

export interface LinkDeps {
  readonly id: number;
  readonly clock: Clock;
  readonly plan: FaultPlan;
  readonly ledger: WireLedger;
  readonly recorder: LinkRecorder | null;
  readonly over: () => void;
}

/** A controller and its instrument, with a lane in each direction between them. */
export class Link {
  private readonly deps: LinkDeps;
  private readonly ending = new AbortController();
  private readonly lanes: Readonly<Record<Direction, Lane>>;
  private readonly outlets: Readonly<Record<Direction, Outlet>>;
  private readonly ends: Readonly<Record<Direction, WireEnd>>;
  private readonly finished = new Set<Direction>();
  private readonly passed: Record<Direction, number> = { toInstrument: 0, toController: 0 };

  constructor(near: Attach, far: Attach, deps: LinkDeps) {
    this.deps = deps;
    this.outlets = { toInstrument: this.outlet('toInstrument'), toController: this.outlet('toController') };
    this.lanes = { toInstrument: this.lane('toInstrument'), toController: this.lane('toController') };
    deps.ledger('link-opened', { link: deps.id });
    deps.recorder?.event(deps.plan.elapsedMs(), 'opened');
    // A direction is named for where it leads, its end is the one it leads to.
    const toInstrument = far(this.ears('toController'));
    this.ends = { toInstrument, toController: near(this.ears('toInstrument')) };
  }

  laneTo(direction: Direction): Lane {
    return this.lanes[direction];
  }

  get isOpen(): boolean {
    return !this.ending.signal.aborted;
  }

  close(how: 'end' | 'reset', why: string): void {
    if (!this.isOpen) return;
    for (const direction of DIRECTIONS) this.lanes[direction].finish();
    this.ending.abort();
    for (const direction of DIRECTIONS) this.ends[direction].close(how);
    this.deps.ledger('link-closed', { link: this.deps.id, why, bytes: { ...this.passed } });
    this.deps.over();
  }

  private ears(direction: Direction): EndEars {
    const from = direction === 'toInstrument' ? 'controller' : 'instrument';
    return {
      bytes: (bytes) => {
        if (!this.isOpen) return;
        this.passed[direction] += bytes.length;
        this.deps.recorder?.bytes(this.deps.plan.elapsedMs(), direction, bytes);
        this.lanes[direction].push(bytes);
        if (this.outlets[direction].waiting > WAITING_MAX) this.relieve(direction);
      },
      finished: () => void this.finish(direction, from),
      gone: (why) => {
        if (!this.isOpen) return;
        if (why === null && !this.finished.has(direction)) void this.finish(direction, from);
        else if (why !== null) {
          this.deps.recorder?.event(this.deps.plan.elapsedMs(), { endedBy: from });
          this.close('reset', `the ${from}'s end: ${why}`);
        }
      },
    };
  }

  private async finish(direction: Direction, from: 'controller' | 'instrument'): Promise<void> {
    if (this.finished.has(direction) || !this.isOpen) return;
    if (this.finished.size === 0) this.deps.recorder?.event(this.deps.plan.elapsedMs(), { endedBy: from });
    this.finished.add(direction);
    // While nothing passes, an end is not seen on the other side either.
    while (this.isOpen && this.deps.plan.swallows(direction, 0)) await this.pause(LOOK_MS);
    if (!this.isOpen) return;
    this.lanes[direction].finish();
    await this.outlets[direction].drained();
    if (!this.isOpen) return;
    this.ends[direction].finish();
    if (this.finished.size === DIRECTIONS.length) this.close('end', 'both ends had finished');
  }

  private relieve(direction: Direction): void {
    const source = this.ends[direction === 'toInstrument' ? 'toController' : 'toInstrument'];
    source.hold(true);
    const look = async (): Promise<void> => {
      while (this.isOpen && this.outlets[direction].waiting > WAITING_MAX / 2) await this.pause(LOOK_MS);
      if (this.isOpen) source.hold(false);
    };
    void look();
  }

  private async pause(ms: number): Promise<void> {
    await this.deps.clock.sleep(ms, this.ending.signal).catch(() => undefined);
  }

  private outlet(direction: Direction): Outlet {
    const { clock, plan } = this.deps;
    return new Outlet({
      clock,
      signal: this.ending.signal,
      pace: () => plan.pace(direction),
      write: (bytes) => (this.isOpen ? this.ends[direction].send(bytes) : undefined),
    });
  }

  private lane(direction: Direction): Lane {
    const { clock, plan } = this.deps;
    const lane: Lane = new Lane({
      direction,
      clock,
      outlet: this.outlets[direction],
      faults: plan.faults,
      nextDue: () => plan.nextDue(direction),
      setOff: (fault) => plan.fire(fault, this.laneOf(fault, lane)),
      took: (fault, effect) => plan.took(fault, effect),
      swallows: (length) => plan.swallows(direction, length),
    });
    return lane;
  }

  /** A fault acts where its bytes were seen, or else in the other direction of the same link. */
  private laneOf({ planned: { directions } }: ArmedFault, seenIn: Lane): Lane {
    return directions.includes(seenIn.direction) ? seenIn : this.lanes[directions[0]!];
  }
}
