import { asEwaldError, EwaldError, mayRetry } from '../../src/domain/errors.ts';
import type { ScanCommand } from '../../src/domain/scan.ts';
import { closeShutter, fetchValues, halts, initialise, moveTo, readDrive, takeRemote } from './commands.ts';
import type { Instrument, StopReason } from './instrument.ts';
import { readNumber, readValues } from './replies.ts';
import { sendOnce } from './send-once.ts';
import type { DacoStatus } from './status-fields.ts';
import { AXIS, alarmsOf, isGeneratorOn, isReady, isScanning } from './words.ts';

/** Takes remote control of an idle instrument. Fails with 'busy' where somebody else has it or measures with it: then nothing was touched. */
export async function takeControl(instrument: Instrument): Promise<void> {
  const { watch, exchange } = instrument;
  try {
    await exchange.tell(takeRemote);
    instrument.session.remote = true;
  } catch (error) {
    watch.trouble(asEwaldError(error));
    throw error;
  }
  watch.board.show([], ['localControl']);
  if (isScanning(await watch.read())) throw busyWithOther(instrument);
}

/** Brings the instrument to where the scan may begin: initialised, without alarms, nothing stored, axes at the start. The beam is not on yet. */
export async function prepareScan(instrument: Instrument, command: ScanCommand, stop: StopReason): Promise<void> {
  let status = await instrument.watch.read();
  if (instrument.options.autoInitialise) status = await initialiseAxes(instrument, status, stop);
  demandFit(instrument, status);
  await dropStale(instrument, status);
  for (const [axis, deg] of startOf(instrument, command)) await moveAxis(instrument, axis, deg, stop);
}

function busyWithOther({ options }: Instrument): EwaldError {
  const message = `${options.instrumentId} runs a scan that this program did not begin`;
  return new EwaldError('busy', options.instrumentId, message, 'wait for its end or stop it at the instrument');
}

/** A scan runs that is not ours, left over from a program that died: nobody can tell its points, so that it is ended. */
export async function endOrphan(instrument: Instrument): Promise<DacoStatus> {
  const { watch, exchange, runtime, options } = instrument;
  runtime.log.warn('a scan of an earlier program runs on the instrument; it is stopped', { instrument: options.instrumentId });
  await exchange.tell(closeShutter);
  watch.told = 'closed';
  for (const halt of halts(options.dialect, options.scanAxis)) await exchange.tell(halt);
  const untilMs = runtime.clock.monotonicMs() + options.shutterTimeoutMs;
  for (;;) {
    const status = await watch.read();
    if (!isScanning(status)) return status;
    if (runtime.clock.monotonicMs() > untilMs) {
      throw new EwaldError(
        'deviceFault',
        options.instrumentId,
        'a scan runs on the instrument and does not stop',
        'stop it at the instrument',
      );
    }
    await runtime.clock.sleep(options.pollMs);
  }
}

/** Fails with the sentence for what is wrong with the instrument as it stands. */
function demandFit({ options }: Instrument, status: DacoStatus): void {
  const [alarm] = alarmsOf(status);
  const remedy = 'look at the instrument and clear the alarm there';
  if (alarm) throw new EwaldError('unsafe', options.instrumentId, `the instrument reports: ${alarm.message}`, remedy);
  if (!isGeneratorOn(status, options.generatorReady))
    throw new EwaldError('unsafe', options.instrumentId, 'the generator is not ready', 'switch it on and let it warm up');
  if (status.twoThetaDeg === null || (options.scanAxis === AXIS.coupled && status.thetaDeg === null)) {
    const message = 'the axes are not initialised, so that their angles are unknown';
    throw new EwaldError(
      'deviceFault',
      options.instrumentId,
      message,
      "do a reference run at the instrument, or allow it with 'autoInitialise'",
    );
  }
}

/** Values of an earlier scan would be taken for ours: they are fetched and dropped. */
async function dropStale({ exchange, watch, options, runtime, lengths }: Instrument, status: DacoStatus): Promise<void> {
  lengths.begin(runtime.clock.monotonicMs());
  for (let { storedValues } = status, tries = 0; storedValues > 0; tries++) {
    if (tries > 1000)
      throw new EwaldError('deviceFault', options.instrumentId, 'the values of an earlier scan cannot be cleared', 'halt the controller');
    runtime.log.info('values of an earlier scan are dropped', { storedValues });
    const asked = Math.min(storedValues, options.maxFetch);
    const read = (text: string) => readValues(text)?.length === asked || null;
    await exchange.ask(fetchValues(asked), read).catch((error: unknown) => {
      if (!mayRetry(asEwaldError(error))) throw error;
      lengths.lost(asked, runtime.clock.monotonicMs());
    });
    storedValues = (await watch.read()).storedValues;
  }
}

function startOf({ options }: Instrument, { range }: ScanCommand): [axis: number, deg: number][] {
  if (options.scanAxis !== AXIS.coupled) return [[options.scanAxis, range.fromDeg]];
  return [
    [AXIS.twoTheta, range.fromDeg],
    [AXIS.theta, range.fromDeg / 2],
  ];
}

function angleOf(status: DacoStatus, axis: number): number | null | undefined {
  return axis === AXIS.theta ? status.thetaDeg : status.twoThetaDeg;
}

/** Moves one axis and waits until it is ready and stands where it was sent; its ready bit alone is not believed. */
async function moveAxis(instrument: Instrument, axis: number, deg: number, stop: StopReason): Promise<void> {
  const { watch, options, runtime } = instrument;
  const toleranceDeg = options.positionToleranceDeg;
  const at = (status: DacoStatus) => Math.abs((angleOf(status, axis) ?? Number.NaN) - deg) <= toleranceDeg;
  const before = await watch.read();
  if (at(before) && isReady(before, axis)) return;
  const startDeg = angleOf(before, axis) ?? 0;
  const moved = (status: DacoStatus) => !isReady(status, axis) || Math.abs((angleOf(status, axis) ?? startDeg) - startDeg) > toleranceDeg;
  await sendOnce(instrument, moveTo(options.dialect, axis, deg, options.slewDegPerS), moved, stop);
  const untilMs = runtime.clock.monotonicMs() + options.moveTimeoutMs;
  for (;;) {
    const why = stop();
    if (why) throw why;
    const status = await watch.read();
    if (at(status) && isReady(status, axis)) return;
    const angle = angleOf(status, axis);
    if (angle === null)
      throw new EwaldError('deviceFault', `axis ${axis}`, `axis ${axis} lost its initialisation on the way`, 'do a reference run');
    const [alarm] = alarmsOf(status);
    if (alarm) throw new EwaldError('deviceFault', `axis ${axis}`, `${alarm.message} while axis ${axis} moved`, 'look at the instrument');
    if (runtime.clock.monotonicMs() > untilMs) {
      const limit = await limitOf(instrument, axis);
      const where = angle === undefined ? 'nowhere that it tells' : `${angle} deg`;
      throw new EwaldError(
        'deviceFault',
        `axis ${axis}`,
        `axis ${axis} was sent to ${deg} deg and stands at ${where}${limit}`,
        'look at the goniometer',
      );
    }
    await runtime.clock.sleep(Math.min(200, options.pollMs));
  }
}

/** Which limit switch holds the axis; only the D8 tells. */
async function limitOf({ exchange, options }: Instrument, axis: number): Promise<string> {
  if (options.dialect !== 'd8') return '';
  const flags = await exchange.ask(readDrive(axis), readNumber).catch(() => 0);
  if ((flags & 256) !== 0) return ', at its negative limit switch';
  return (flags & 512) !== 0 ? ', at its positive limit switch' : '';
}

async function initialiseAxes(instrument: Instrument, status: DacoStatus, stop: StopReason): Promise<DacoStatus> {
  const { watch, runtime, options } = instrument;
  const axes = options.scanAxis === AXIS.coupled ? [AXIS.twoTheta, AXIS.theta] : [AXIS.twoTheta];
  let now = status;
  for (const axis of axes) {
    if (angleOf(now, axis) !== null) continue;
    runtime.log.info('reference run', { axis });
    await sendOnce(instrument, initialise(axis), (state) => angleOf(state, axis) !== null || !isReady(state, axis), stop);
    const untilMs = runtime.clock.monotonicMs() + options.moveTimeoutMs;
    do {
      const why = stop();
      if (why) throw why;
      await runtime.clock.sleep(options.pollMs);
      now = await watch.read();
    } while (angleOf(now, axis) === null && runtime.clock.monotonicMs() < untilMs);
  }
  return now;
}
