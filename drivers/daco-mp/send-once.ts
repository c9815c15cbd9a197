import { asEwaldError, mayRetry } from '../../src/domain/errors.ts';
import type { DacoCommand } from './commands.ts';
import type { Instrument, StopReason } from './instrument.ts';
import type { DacoStatus } from './status-fields.ts';

/**
 * Sends a command that must not be carried out twice. After a lost answer the state is read: where `taken` sees that it was carried out, all is
 * well; where it was not, it is sent once more.
 */
export async function sendOnce(
  instrument: Instrument,
  command: DacoCommand,
  taken: (status: DacoStatus) => boolean,
  stop: StopReason,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const why = stop();
    if (why) throw why;
    try {
      return await instrument.exchange.tell(command);
    } catch (error) {
      const known = asEwaldError(error);
      instrument.watch.trouble(known);
      if ('deviceCode' in known || !mayRetry(known)) throw error;
      if (taken(await instrument.watch.read())) return;
      if (tries >= 2) throw error;
    }
  }
}
