import { after } from '../../drivers/transport/deadline.ts';
import type { Clock } from '../../src/ports/runtime.ts';
import type { ArmedFault, Hold } from './armed-fault.ts';
import { indexOfBytes, joined, openEnd } from './byte-pattern.ts';
import type { Outlet } from './outlet.ts';
import type { Direction } from './wire-fault.ts';

/** So long the beginning of looked-for bytes is kept back for their end. */
const HOLD_MS = 50;

export interface LaneDeps {
  readonly direction: Direction;
  readonly clock: Clock;
  readonly outlet: Outlet;
  readonly faults: readonly ArmedFault[];
  /** The next fault that waits for bytes in this direction, whatever they are. */
  readonly nextDue: () => ArmedFault | null;
  /** The bytes of this fault were seen. */
  readonly setOff: (fault: ArmedFault) => void;
  readonly took: (fault: ArmedFault, effect: string) => void;
  /** True while bytes get lost here; it notes that they did. */
  readonly swallows: (length: number) => boolean;
}

interface Sight {
  readonly fault: ArmedFault;
  /** Place in the arriving bytes where the fault begins. */
  readonly at: number;
  /** Place in the whole stream of the bytes that were seen. */
  readonly mark: number;
}

/** One direction of one link: arriving bytes are searched for what sets faults off, and pass through the fault that has hold of them. */
export class Lane {
  readonly direction: Direction;
  private readonly deps: LaneDeps;
  private readonly marks = new Map<ArmedFault, number>();
  private readonly queued: Hold[] = [];
  private hold: Hold | null = null;
  private kept: Uint8Array = new Uint8Array(0);
  private recent: Uint8Array = new Uint8Array(0);
  private readonly longest: number;
  /** Bytes of this stream that have passed. */
  private passed = 0;
  private letGo: () => void = () => {};
  private isOver = false;

  constructor(deps: LaneDeps) {
    this.deps = deps;
    this.direction = deps.direction;
    this.longest = Math.max(1, ...deps.faults.map((fault) => fault.trigger(deps.direction)?.pattern.length ?? 1));
  }

  push(piece: Uint8Array): void {
    if (this.isOver || this.deps.swallows(piece.length)) return;
    this.letGo();
    let rest = joined(this.kept, piece);
    this.kept = new Uint8Array(0);
    while (rest.length > 0 && !this.isOver) {
      if (this.hold === null) {
        const due = this.deps.nextDue();
        if (due) this.begin(due);
      }
      if (this.hold !== null) {
        rest = this.throughHold(this.hold, rest);
        continue;
      }
      const sight = this.look(rest);
      if (!sight) break;
      this.marks.set(sight.fault, sight.mark);
      this.pass(rest.subarray(0, sight.at));
      rest = rest.subarray(sight.at);
      if (sight.fault.isSetOff()) this.deps.setOff(sight.fault);
      if (rest.length > 0 && this.deps.swallows(rest.length)) return;
    }
    if (rest.length > 0 && !this.isOver) this.keepOpenEnd(rest);
  }

  /** A fault takes hold of what comes next, or after the fault that has hold now. */
  begin(fault: ArmedFault): void {
    const hold = fault.takeHold();
    if (!hold) return;
    if (this.hold !== null) this.queued.push(hold);
    else this.start(hold);
  }

  /** No more bytes come: what was kept back goes on. */
  finish(): void {
    if (this.isOver) return;
    this.flush();
    if (this.hold) this.release(this.hold);
    this.isOver = true;
    this.letGo();
  }

  private start(hold: Hold): void {
    const { begin } = hold.treatment;
    if (!begin) {
      this.hold = hold;
      return;
    }
    this.deps.outlet.put(begin());
    this.note(hold);
    this.startNext();
  }

  private startNext(): void {
    this.hold = null;
    const next = this.queued.shift();
    if (next) this.start(next);
  }

  private throughHold(hold: Hold, bytes: Uint8Array): Uint8Array {
    const length = hold.stretch.take(bytes);
    const piece = bytes.subarray(0, length);
    this.remember(piece);
    this.deps.outlet.put(hold.treatment.bytes(piece));
    if (hold.stretch.isDone) this.release(hold);
    return bytes.subarray(length);
  }

  private release(hold: Hold): void {
    this.deps.outlet.put(hold.treatment.end());
    this.note(hold);
    this.startNext();
  }

  private note({ fault, treatment }: Hold): void {
    const effect = treatment.effect();
    if (effect !== null) this.deps.took(fault, effect);
  }

  /** The first place at which a fault is set off. */
  private look(bytes: Uint8Array): Sight | null {
    let first: Sight | null = null;
    const seen = joined(this.recent, bytes);
    const before = this.recent.length;
    for (const fault of this.deps.faults) {
      const trigger = fault.trigger(this.direction);
      if (!trigger) continue;
      const { pattern, edge } = trigger;
      const mark = this.marks.get(fault) ?? -1;
      // Behind the last sight of it, and not all of it in bytes that passed before.
      const least = edge === 'at' ? before : Math.max(0, before - pattern.length + 1);
      const at = indexOfBytes(seen, pattern, Math.max(least, mark + 1 - (this.passed - before)));
      if (at < 0) continue;
      const place = Math.max(0, edge === 'at' ? at - before : at + pattern.length - before);
      if (!first || place < first.at) first = { fault, at: place, mark: this.passed - before + at };
    }
    return first;
  }

  private keepOpenEnd(bytes: Uint8Array): void {
    let open = 0;
    for (const fault of this.deps.faults) {
      const trigger = fault.trigger(this.direction);
      if (trigger?.edge === 'at') open = Math.max(open, openEnd(bytes, trigger.pattern));
    }
    this.pass(bytes.subarray(0, bytes.length - open));
    if (open === 0) return;
    this.kept = bytes.slice(bytes.length - open);
    this.letGo = after(this.deps.clock, HOLD_MS, () => this.flush());
  }

  private flush(): void {
    const { kept } = this;
    this.kept = new Uint8Array(0);
    this.pass(kept);
  }

  private pass(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.remember(bytes);
    this.deps.outlet.put([{ bytes }]);
  }

  private remember(bytes: Uint8Array): void {
    this.passed += bytes.length;
    const seen = joined(this.recent, bytes);
    this.recent = seen.slice(Math.max(0, seen.length - this.longest + 1));
  }
}
