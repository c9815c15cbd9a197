import { DcsError } from './dcs-error.ts';
import { float32s, int32s, int64, text } from './detector-replies.ts';
import { READOUT_S, TICK_S } from './detector-settings.ts';
import type { StripDetector } from './strip-detector.ts';

/** Of the software that is simulated; the fourth version of the interface has the commands that are answered here. */
const VERSION = 'M4.1.0';
/** Housekeeping values that are made up: temperatures in K, humidity in percent, high voltage in V, sensor in um. */
const DCS_TEMPERATURE_K = 307;
const MODULE = { temperatureK: 309, humidityPercent: 13, highVoltageV: 120, thicknessUm: 320, widthUm: 8000, serial: 48_867 } as const;

type Value = (detector: StripDetector) => Uint8Array;

const flag = (is: boolean): Uint8Array => int32s(is ? 1 : 0);
const perModule = (make: (...values: number[]) => Uint8Array, value: (module: number) => number): Value => {
  return ({ settings }) => make(...Array.from({ length: settings.modules }, (_, module) => value(module)));
};

/** What `-get` knows, by name; some go by two. */
const VALUES: Readonly<Record<string, Value>> = {
  status: (detector) => int32s(detector.status()),
  version: () => text(VERSION),
  fwversion: () => text('01.03.06'),
  modfwversion: ({ settings }) => text('01.03.07'.repeat(settings.modules)),
  assemblydate: () => text('2020-07-28'.padEnd(49, '\0')),
  systemnum: () => int32s(1),
  nmodules: ({ settings }) => int32s(settings.modules),
  nmaxmodules: ({ parts }) => int32s(parts.modules),
  modchannels: perModule(int32s, () => 1280),
  modnum: perModule(int32s, (module) => MODULE.serial + module),
  module: ({ settings }) => int32s(settings.module ?? 65_535),
  badchannels: (detector) => int32s(...detector.parts.sensor.badChannels.subarray(0, detector.channels())),
  flatfield: (detector) => int32s(...detector.parts.sensor.flatField.subarray(0, detector.channels())),
  time: ({ settings }) => int64(settings.timeTicks),
  delbef: ({ settings }) => int64(settings.ticksBefore),
  delafter: ({ settings }) => int64(settings.ticksAfter),
  frames: ({ settings }) => int32s(settings.frames),
  nbits: ({ settings }) => int32s(settings.bits),
  gates: ({ settings }) => int32s(settings.gates),
  trigen: ({ settings }) => flag(settings.trigger),
  trig: ({ settings }) => flag(settings.trigger),
  conttrigen: ({ settings }) => flag(settings.continuousTrigger),
  conttrig: ({ settings }) => flag(settings.continuousTrigger),
  gateen: ({ settings }) => flag(settings.gate),
  gate: ({ settings }) => flag(settings.gate),
  ratecorrection: ({ settings }) => flag(settings.rateCorrection),
  flatfieldcorrection: ({ settings }) => flag(settings.flatFieldCorrection),
  badchannelinterpolation: ({ settings }) => flag(settings.badChannelInterpolation),
  kthresh: ({ settings }) => float32s(...settings.thresholdKev),
  energy: ({ settings }) => float32s(...settings.energyKev),
  tau: ({ settings }) => float32s(...settings.tauTicks),
  frameratemax: ({ settings }) => float32s(1 / (READOUT_S.get(settings.bits)! + TICK_S)),
  dcstemperature: () => float32s(DCS_TEMPERATURE_K),
  temperature: perModule(float32s, () => MODULE.temperatureK),
  humidity: perModule(float32s, () => MODULE.humidityPercent),
  hv: perModule(int32s, () => MODULE.highVoltageV),
  sensormaterial: perModule(int32s, () => 0),
  sensorthickness: perModule(int32s, () => MODULE.thicknessUm),
  sensorwidth: perModule(int32s, () => MODULE.widthUm),
};

/** Throws a DcsError for a value that there is not. */
export function detectorValue(detector: StripDetector, name: string): Uint8Array {
  const value = Object.hasOwn(VALUES, name) ? VALUES[name] : undefined;
  if (!value) throw new DcsError('invalidArgument');
  return value(detector);
}
