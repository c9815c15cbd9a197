import { filter, firstValueFrom } from 'rxjs';
import { asEwaldError, EwaldError } from '../../src/domain/errors.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import { within } from '../transport/deadline.ts';
import type { Commander } from './commander.ts';
import type { InstrumentLink } from './instrument-link.ts';

/** Commands the safe state until the shutter is read back closed; fails with 'unsafe' where that cannot be known within `timeoutMs`. */
export async function makeSafe(
  reason: string,
  timeoutMs: number,
  link: InstrumentLink,
  commander: Commander,
  runtime: Runtime,
): Promise<void> {
  const { clock, log } = runtime;
  const untilMs = clock.monotonicMs() + timeoutMs;
  const leftMs = () => untilMs - clock.monotonicMs();
  const hasShutter = link.birth?.capabilities.hasShutter ?? true;
  let why = 'the instrument was never reached';
  for (let tries = 0; link.birth && leftMs() > 0; tries++) {
    if (tries > 0) await clock.sleep(Math.min(200, Math.max(1, leftMs())));
    try {
      await link.whenUp(leftMs());
      const sentMs = clock.monotonicMs();
      const { shutter } = await commander.send('safe', { reason });
      if (shutter === 'closed' || !hasShutter) return;
      why = `the shutter reads back ${shutter}`;
      const isClosed = link.safety.states.pipe(filter((state) => state.shutter === 'closed' && state.validUntilMs > sentMs));
      const waitMs = Math.max(1, Math.min(1000, leftMs()));
      await within(clock, waitMs, firstValueFrom(isClosed), () => new Error(why));
      return;
    } catch (error) {
      why = asEwaldError(error).message;
      log.warn('not safe yet', { why, tries });
    }
  }
  throw new EwaldError(
    'unsafe',
    'shutter',
    `the safe state is not confirmed: ${why}`,
    'close the shutter by hand and look at the instrument',
  );
}
