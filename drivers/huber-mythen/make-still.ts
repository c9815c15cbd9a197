import { asEwaldError, EwaldError } from '../../src/domain/errors.ts';
import { within } from '../transport/deadline.ts';
import type { Instrument } from './instrument.ts';

const PAUSE_MS = 100;

/**
 * Axes stopped and nothing counted, both read back; tried again until `timeoutMs` are over. Fails with 'unsafe' where it cannot be known. `over`
 * is awaited before the last reading: what was under way must not undo it.
 */
export async function makeStill(instrument: Instrument, timeoutMs: number, over: Promise<void> = Promise.resolve()): Promise<void> {
  const { clock } = instrument.runtime;
  const untilMs = clock.monotonicMs() + timeoutMs;
  let why = 'it was never reached';
  const trying = async () => {
    for (let tries = 0; ; tries++) {
      if (tries > 0) await clock.sleep(PAUSE_MS);
      try {
        // Both are told, even if the other does not hear.
        const [stopped, counted] = await Promise.allSettled([instrument.goniometer.quit(), instrument.detector.stop(true)]);
        await over;
        if (stopped.status === 'rejected') throw stopped.reason;
        if (counted.status === 'rejected') throw counted.reason;
        if (await instrument.detector.isCounting(true)) why = 'the detector still counts';
        else if (await instrument.goniometer.isAtRest()) return;
        else why = 'an axis still moves';
      } catch (error) {
        why = asEwaldError(error).message;
        instrument.runtime.log.warn('not at rest yet', { why, tries });
      }
      if (clock.monotonicMs() > untilMs) throw unconfirmed(why);
    }
  };
  await within(clock, timeoutMs + PAUSE_MS, trying(), () => unconfirmed(why));
}

function unconfirmed(why: string): EwaldError {
  return new EwaldError(
    'unsafe',
    'goniometer and detector',
    `the standstill is not confirmed: ${why}`,
    'close the shutter by hand and look at the instrument',
  );
}
