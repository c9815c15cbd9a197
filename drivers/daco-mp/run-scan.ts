import { asEwaldError, EwaldError } from '../../src/domain/errors.ts';
import type { ScanReport, TimeLedger } from '../../src/ports/diffractometer.ts';
import type { KeptScan } from '../kept-scans/kept-scan.ts';
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
  const times = new ScanTimes(instrument);
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
    times.counted((command.pointCount - lost) * dwellS);
    await closeAndReadBack(instrument);
    times.lap('shutter');
    const reason = lost === 0 ? null : `${lost} values were lost inside a read`;
    kept.end(times.report(kept, reason), null);
  } catch (error) {
    const known = asEwaldError(error);
    instrument.runtime.log.warn('the scan was cut short', { scan: command.requestId, why: known.message });
    if (begun) times.counted(0);
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

/** Where the time of a scan went, on the driver's clock. */
class ScanTimes {
  readonly #instrument: Instrument;
  readonly #startedAtS: number;
  #lapS: number;
  #spent = { counting: 0, moving: 0, settling: 0, overhead: 0, shutter: 0, waiting: 0 };

  constructor(instrument: Instrument) {
    this.#instrument = instrument;
    this.#startedAtS = instrument.nowS();
    this.#lapS = this.#startedAtS;
  }

  lap(kind: keyof TimeLedger): void {
    const now = this.#instrument.nowS();
    this.#spent = { ...this.#spent, [kind]: this.#spent[kind] + now - this.#lapS };
    this.#lapS = now;
  }

  /** The time since the last lap was counting as far as points account for it, else steps and talk. */
  counted(countingS: number): void {
    const now = this.#instrument.nowS();
    const passedS = now - this.#lapS;
    const counting = Math.min(passedS, countingS);
    this.#spent = { ...this.#spent, counting: this.#spent.counting + counting, overhead: this.#spent.overhead + passedS - counting };
    this.#lapS = now;
  }

  report(kept: KeptScan, reason: string | null): ScanReport {
    return {
      startedAtS: this.#startedAtS,
      endedAtS: this.#lapS,
      chunkCount: kept.chunkCount,
      completeness: reason === null ? 'whole' : 'cut-short',
      reason,
      ledgerS: this.#spent,
    };
  }
}
