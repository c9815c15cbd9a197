import { cut, halfOpen, throttle } from './line-faults.ts';
import { delay, drop, garble, insert, repeat } from './stretch-faults.ts';
import type { AnyWireFault } from './wire-fault.ts';

/** Every fault that can be laid over somebody else's wire, by its id. */
export const wireFaults: ReadonlyMap<string, AnyWireFault> = new Map(
  [drop, delay, repeat, garble, insert, cut, halfOpen, throttle].map((fault) => [fault.id, fault as AnyWireFault]),
);
