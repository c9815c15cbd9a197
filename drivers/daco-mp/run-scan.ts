import { asEwaldError, EwaldError } from '../../src/domain/errors.ts';
import type { KeptScan } from '../kept-scans/kept-scan.ts';
import { ScanTimes } from '../kept-scans/scan-times.ts';
import { startScan } from './commands.ts';
import type { Instrument, StopReason } from './instrument.ts';
import { measurePoints } from './measure-points.ts';
import { prepareScan, takeControl } from './prepare-scan.ts';
import { sendOnce } from './send-once.ts';
import { closeAndReadBack, openAndReadBack } from './shutter.ts';
import type { DacoStatus } from './status-fields.ts';
import { makeStill } from './still.ts';
import { isScanning } from './words.ts';

/** The live time that the wire can say: whole milliseconds. */
export function wireDwellS(dwellS: number): number {
  return Math.round(dwellS * 1000) / 1000;
}

/** Carries a scan out from its first movement to the closed shutter, and ends `kept`. Never rejects. */
export async function runScan(instrument: Instrument, kept: KeptScan, stop: StopReason): Promise<void> {
  const { command } = kept;
  const dwellS = wireDwellS(command.dwellS);
  const times = new ScanTimes(() => instrument.nowS());
  let ours = false;
  let begun = false;
  try {
    await takeControl(instrument);
    ours = true;
    await prepareScan(instrument, command, stop);
    times.lap('moving');
    throwIf(stop());
    await openAndReadBack(instrument, stop);
    times.lap('shutter');
    throwIf(stop());
    await begin(instrument, kept, dwellS, stop);
    begun = true;
    const lost = await measurePoints(instrument, kept, dwellS, stop);
    // What points do not account for was steps and talk.
    times.lap('overhead', (command.pointCount - lost) * dwellS);
    await closeAndReadBack(instrument);
    times.lap('shutter');
    const reason = lost === 0 ? null : `${lost} values were lost inside a read`;
    kept.end(times.report(kept, reason), null);
  } catch (error) {
    const known = asEwaldError(error);
    instrument.runtime.log.warn('the scan was cut short', { scan: command.requestId, why: known.message });
    if (begun) times.lap('overhead');
    // The beam must not stay on because of our trouble. Whoever made it safe sees to that himself.
    if (ours && !stop()) {
      await makeStill(instrument, 2 * instrument.options.shutterTimeoutMs).catch((trouble: unknown) => {
        instrument.runtime.log.error('the safe state is not confirmed', { why: asEwaldError(trouble).message });
      });
    }
    kept.end(begun ? times.report(kept, known.message) : null, known);
  }
}

/** Starts the scan, once, and waits until it shows. */
async function begin(instrument: Instrument, { command }: KeptScan, dwellS: number, stop: StopReason): Promise<void> {
  const { watch, runtime, options } = instrument;
  const how = command.how.kind === 'continuous' ? 'continuous' : 'step';
  const words = { pointCount: command.pointCount, dwellS, stepDeg: command.stepDeg, axis: options.scanAxis, mode: options.scanModeWord };
  const begun = (status: DacoStatus) => isScanning(status) || status.storedValues > 0;
  await sendOnce(instrument, startScan(how, words), begun, stop);
  const untilMs = runtime.clock.monotonicMs() + options.scanStartMs;
  while (!begun(await watch.read())) {
    throwIf(stop());
    if (runtime.clock.monotonicMs() > untilMs) {
      throw new EwaldError('deviceFault', command.requestId, 'the instrument took the scan and did not begin it', 'look at the instrument');
    }
    await runtime.clock.sleep(Math.min(100, options.pollMs));
  }
}

function throwIf(error: EwaldError | null): void {
  if (error) throw error;
}
