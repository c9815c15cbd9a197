import type { Clock } from '../../src/ports/runtime.ts';
import type { VirtualDiffractometer } from '../virtual-diffractometer.ts';

const TICK_MS = 25;

/** Lets scheduled events happen while no scan runs, until `signal` is aborted. `also` runs with every tick. */
export async function watchOver(
  device: VirtualDiffractometer,
  clock: Clock,
  signal: AbortSignal,
  also: () => void = () => {},
): Promise<void> {
  while (!signal.aborted) {
    device.tick();
    also();
    await clock.sleep(TICK_MS, signal).catch(() => undefined);
  }
}
