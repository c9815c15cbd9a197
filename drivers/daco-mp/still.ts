import { asEwaldError, EwaldError } from '../../src/domain/errors.ts';
import { closeShutter, halts } from './commands.ts';
import type { Instrument } from './instrument.ts';
import { isScanning } from './words.ts';

/**
 * Shutter closed, drives and scan stopped, both read back; tried again until `timeoutMs` are over, whatever state the instrument is in. Fails
 * with 'unsafe' where it cannot be known. `settled` is awaited before the last reading: what was under way must not undo it.
 */
export async function makeStill(instrument: Instrument, timeoutMs: number, settled: () => Promise<void> = async () => {}): Promise<void> {
  const { exchange, watch, runtime, options } = instrument;
  const untilMs = runtime.clock.monotonicMs() + timeoutMs;
  watch.expectsOpen = false;
  let why = 'the instrument was never reached';
  for (let tries = 0; tries === 0 || runtime.clock.monotonicMs() < untilMs; tries++) {
    if (tries > 0) await runtime.clock.sleep(100);
    try {
      await exchange.tell(closeShutter, true);
      watch.told = 'closed';
      for (const halt of halts(options.dialect, options.scanAxis)) await exchange.tell(halt, true).catch(tolerateRefusal);
      await settled();
      const status = await watch.read(true);
      const shutter = watch.shutter(status);
      if (shutter === 'closed' && !isScanning(status)) return;
      why = shutter === 'closed' ? 'a scan still runs' : `the shutter reads back ${shutter}`;
    } catch (error) {
      const known = asEwaldError(error);
      watch.trouble(known);
      why = known.message;
      runtime.log.warn('not safe yet', { why, tries });
    }
  }
  throw new EwaldError(
    'unsafe',
    options.instrumentId,
    `the safe state is not confirmed: ${why}`,
    'close the shutter by hand and look at the instrument',
  );
}

/** A drive that is not installed, or has nothing to stop, may refuse the halt: the reading afterwards decides. */
function tolerateRefusal(error: unknown): void {
  if (!('deviceCode' in asEwaldError(error))) throw error;
}
