import { InstrumentClock } from '../../../simulators/instrument-clock.ts';
import type { VirtualDiffractometer } from '../../../simulators/virtual-diffractometer.ts';
import type { Clock } from '../../ports/runtime.ts';

/** Time that never passes: what a simulated instrument begins never ends. */
const STANDING: Clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: () => new Promise(() => {}) };

export function standingClock(): InstrumentClock {
  return new InstrumentClock(STANDING, 1);
}

const ALL_WELL = { interlockClosed: true, doorsClosed: true, emergencyStop: false, generatorOn: true, shutter: 'closed' };

/** As much of a device as the readers of commands touch: it is well, stands still and accepts everything. */
export function idleDevice(clock: InstrumentClock): VirtualDiffractometer {
  const device = {
    clock,
    isLocal: () => false,
    scans: { isRunning: () => false, standAt: () => {}, acknowledge: () => {} },
    circuitState: () => ALL_WELL,
    commandShutter: () => true,
    shownShutter: () => 'closed',
    obstacle: () => null,
    alarms: () => new Map(),
    attach: () => {},
    halt: () => {},
  };
  return device as unknown as VirtualDiffractometer;
}
