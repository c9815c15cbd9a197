import type { RandomSource } from '../../src/ports/runtime.ts';
import type { PlannedWireFault, Trigger } from './schedule.ts';
import { Stretch, type StretchOptions } from './stretch.ts';
import type { Direction, Treatment } from './wire-fault.ts';

/** A fault at work on a stretch of bytes. */
export interface Hold {
  readonly fault: ArmedFault;
  readonly stretch: Stretch;
  readonly treatment: Treatment;
}

export interface WireEffect {
  readonly atS: number;
  readonly effect: string;
}

/** One entry of the schedule while the proxy runs: when it is set off, and what it has done. */
export class ArmedFault {
  readonly planned: PlannedWireFault;
  readonly index: number;
  readonly effects: WireEffect[] = [];
  private readonly random: RandomSource;
  private timesSeen = 0;

  constructor(planned: PlannedWireFault, index: number, random: RandomSource) {
    this.planned = planned;
    this.index = index;
    this.random = random.fork(`fault ${index}`);
  }

  get id(): string {
    return this.planned.fault.id;
  }

  /** The bytes that still set it off when they are seen in this direction. */
  trigger(direction: Direction): Trigger | null {
    const { when } = this.planned;
    if ('atS' in when || !when.seen.includes(direction)) return null;
    return this.timesSeen < when.occurrence - 1 + when.times ? when : null;
  }

  /** Counts one sight of its bytes; true where this one sets it off. */
  isSetOff(): boolean {
    const { when } = this.planned;
    return !('atS' in when) && ++this.timesSeen >= when.occurrence;
  }

  /** Null for a fault of the whole wire. */
  takeHold(): Hold | null {
    const { fault, options } = this.planned;
    if (fault.kind !== 'stretch') return null;
    return { fault: this, stretch: new Stretch(options as StretchOptions), treatment: fault.treat(options, this.random) };
  }
}
