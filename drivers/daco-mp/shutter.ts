import { EwaldError } from '../../src/domain/errors.ts';
import { closeShutter, openShutter } from './commands.ts';
import type { Instrument, StopReason } from './instrument.ts';
import { sendOnce } from './send-once.ts';
import type { DacoStatus } from './status-fields.ts';

/**
 * Opens the shutter and waits until it reads back open. Fails with 'unsafe' where it does not: a door or an interlock holds it. Told again where
 * the answer was lost and the state does not show it open: what it stands for would else not be known.
 */
export async function openAndReadBack(instrument: Instrument, stop: StopReason): Promise<DacoStatus> {
  const { watch } = instrument;
  watch.told = null;
  await sendOnce(instrument, openShutter, (status) => watch.shutter(status) === 'open', stop);
  watch.told = 'open';
  const status = await readBack(instrument, 'open');
  watch.expectsOpen = true;
  return status;
}

/** Closes the shutter and waits until it reads back closed. Fails with 'unsafe'. */
export async function closeAndReadBack(instrument: Instrument, urgent = false): Promise<DacoStatus> {
  const { watch, exchange } = instrument;
  watch.expectsOpen = false;
  await exchange.tell(closeShutter, urgent);
  watch.told = 'closed';
  return readBack(instrument, 'closed', urgent);
}

async function readBack({ watch, runtime, options }: Instrument, wanted: 'open' | 'closed', urgent = false): Promise<DacoStatus> {
  const untilMs = runtime.clock.monotonicMs() + options.shutterTimeoutMs;
  for (;;) {
    const status = await watch.read(urgent);
    const seen = watch.shutter(status);
    if (seen === wanted) return status;
    if (runtime.clock.monotonicMs() > untilMs) {
      const message = `the shutter was told to be ${wanted} and reads back ${seen}`;
      const remedy =
        wanted === 'open'
          ? 'close the doors and the interlock, and see that the generator is on'
          : 'close the shutter by hand and look at the instrument';
      throw new EwaldError('unsafe', 'shutter', message, remedy);
    }
    await runtime.clock.sleep(Math.min(100, options.pollMs));
  }
}
