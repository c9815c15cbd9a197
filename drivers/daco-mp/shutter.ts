import { asEwaldError, EwaldError } from '../../src/domain/errors.ts';
import { closeShutter, openShutter } from './commands.ts';
import type { Instrument } from './instrument.ts';
import type { DacoStatus } from './status-fields.ts';

/** Opens the shutter and waits until it reads back open. Fails with 'unsafe' where it does not: a door or an interlock holds it. */
export async function openAndReadBack(instrument: Instrument): Promise<DacoStatus> {
  const { watch, exchange } = instrument;
  watch.told = 'open';
  // A lost answer is settled by the read-back below; the command is not sent again.
  await exchange.tell(openShutter).catch((error) => rethrowRefusal(instrument, error));
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

function rethrowRefusal({ watch }: Instrument, error: unknown): void {
  const known = asEwaldError(error);
  watch.trouble(known);
  if ('deviceCode' in known || known.code === 'link') throw known;
}
