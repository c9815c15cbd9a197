import { EwaldError, type EwaldErrorCode } from '../../src/domain/errors.ts';

/**
 * The words of a Dectris Mythen2 (DCS4) as far as they are used: text without an end goes out, little-endian binary of a length that only the
 * command tells comes back. The one place to correct it (docs/drivers/huber-mythen.md).
 */

/** Bits of the status. */
export const STATUS = { running: 1 << 0, waitingForTrigger: 1 << 3, fifoEmpty: 1 << 16 } as const;

/** Times are told in units of 100 ns. */
export const TICKS_PER_S = 1e7;
/** All counters are read with so many bits; more counts than that roll over. */
export const COUNTER_BITS = 24;
export const COUNTER_CEILING = 2 ** COUNTER_BITS;

export interface MythenCommand<T> {
  readonly text: string;
  /** Length of the whole reply, bytes. */
  readonly replyBytes: number;
  /** How much longer than usual the detector takes, ms. */
  readonly extraMs: number;
  /** What the reply says; null where it cannot be one. */
  read(reply: DataView): T | null;
}

function command<T>(text: string, replyBytes: number, read: (reply: DataView) => T | null, extraMs = 0): MythenCommand<T> {
  return { text, replyBytes, extraMs, read };
}

const int32s = (count: number) => (reply: DataView) => Int32Array.from({ length: count }, (_, i) => reply.getInt32(4 * i, true));
const done = (reply: DataView) => (reply.getInt32(0, true) === 0 ? true : null);
const order = (text: string, extraMs = 0) => command(text, 4, done, extraMs);
const number = (name: string) => command(`-get ${name}`, 4, (reply) => reply.getInt32(0, true));

export const startCounting = order('-start');
export const stopCounting = order('-stop');
export const askStatus = number('status');
export const askModules = number('nmodules');
export const askBits = number('nbits');
export const askFrames = number('frames');

export const askVersion = command('-get version', 7, (reply) => {
  const bytes = new Uint8Array(reply.buffer, reply.byteOffset, 7);
  const text = String.fromCharCode(...bytes.subarray(0, 6));
  return bytes[6] === 0 && /^M\d\.\d\.\d$/.test(text) ? text : null;
});

export const askTicks = command('-get time', 8, (reply) => {
  const ticks = Number(reply.getBigInt64(0, true));
  return ticks >= 0 && Number.isSafeInteger(ticks) ? ticks : null;
});

export function setTicks(ticks: number): MythenCommand<true> {
  return order(`-time ${ticks}`);
}

export const setFrames = order('-frames 1');
export const setBits = order(`-nbits ${COUNTER_BITS}`);

/** What the detector would change in the counts, or wait for, before we see them: all of it is switched off. */
export const SWITCHES = ['ratecorrection', 'flatfieldcorrection', 'badchannelinterpolation', 'trigen', 'conttrigen', 'gateen'] as const;
export type Switch = (typeof SWITCHES)[number];

export function switchOff(name: Switch): MythenCommand<true> {
  return order(`-${name} 0`);
}

export function askSwitch(name: Switch): MythenCommand<number> {
  return number(name);
}

/** Loads the settings for an anode; takes long, as the threshold does. */
export function setSettings(anode: 'Cu' | 'Mo' | 'Cr' | 'Ag', modules: number): MythenCommand<true> {
  return order(`-settings ${anode}`, 2000 + 1000 * modules);
}

export function setThreshold(keV: number, modules: number): MythenCommand<true> {
  return order(`-kthresh ${keV.toFixed(3)}`, 1000 * modules);
}

/** Threshold of each module, keV. */
export function askThreshold(modules: number): MythenCommand<number[]> {
  return command('-get kthresh', 4 * modules, (reply) => {
    const keV = Array.from({ length: modules }, (_, i) => reply.getFloat32(4 * i, true));
    return keV.every(Number.isFinite) ? keV : null;
  });
}

export function askModuleChannels(modules: number): MythenCommand<Int32Array> {
  return command('-get modchannels', 4 * modules, int32s(modules));
}

/** One number per channel, other than 0 where it is bad. */
export function askBadChannels(channels: number): MythenCommand<Int32Array> {
  return command('-get badchannels', 4 * channels, int32s(channels));
}

/** One number per channel: what it counted under flat light. All 0 where none was stored. */
export function askFlatField(channels: number): MythenCommand<Int32Array> {
  return command('-get flatfield', 4 * channels, int32s(channels));
}

/** Stands in a frame in place of the counts of a channel that the detector knows as bad. */
export const BAD_CHANNEL = -2;

/** The oldest frame; the detector forgets it in the same moment. Null where a number is neither a count nor BAD_CHANNEL. */
export function readOut(channels: number): MythenCommand<Int32Array> {
  const read = int32s(channels);
  return command('-readout', 4 * channels, (reply) => {
    const counts = read(reply);
    return counts.every((count) => (count >= 0 && count < COUNTER_CEILING) || count === BAD_CHANNEL) ? counts : null;
  });
}

/** What the detector answered in place of a reply. */
export class MythenRefusal extends EwaldError {
  readonly deviceCode: number;

  constructor(code: EwaldErrorCode, deviceCode: number, message: string, remedy: string) {
    super(code, 'the detector', message, remedy);
    this.deviceCode = deviceCode;
  }
}

export const NOT_FINISHED = -7;
export const READOUT_FAILED = -6;
export const FLAT_FIELD_MISSING = -10;
const LOWEST_ERROR = -99;

const MEANING: ReadonlyMap<number, string> = new Map([
  [-1, 'it does not know the command'],
  [-2, 'an argument is invalid'],
  [-3, 'it does not know these settings'],
  [-4, 'its memory is full'],
  [-5, 'the calibration of a module is missing'],
  [READOUT_FAILED, 'the readout failed'],
  [NOT_FINISHED, 'it still counts'],
  [-8, 'the sensor of temperature and humidity failed'],
  [-9, 'its license key is invalid'],
  [FLAT_FIELD_MISSING, 'there is no flat field'],
  [-50, 'no module is connected'],
  [-51, 'a module does not communicate'],
  [-52, 'its controller failed to start'],
]);

/** The error that a reply is, or null where it is none. The first four bytes of a longer reply may look like one. */
export function errorIn(reply: DataView): number | null {
  const head = reply.byteLength === 4 ? reply.getInt32(0, true) : 0;
  return head < 0 && head >= LOWEST_ERROR ? head : null;
}

export function refusalOf(deviceCode: number, text: string): MythenRefusal {
  const meaning = MEANING.get(deviceCode) ?? 'it gives a reason that this driver does not know';
  return new MythenRefusal(
    'deviceFault',
    deviceCode,
    `the detector refuses ${text.slice(0, 60)}: ${meaning} (error ${deviceCode})`,
    'look at the detector and its controller, then resume',
  );
}
