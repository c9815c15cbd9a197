import { corrected, packed, type RawFrame } from './corrections.ts';
import { DcsError } from './dcs-error.ts';
import { frameOf, int32s } from './detector-replies.ts';
import { type DetectorSettings, READOUT_S, SETTINGS, TAU_TICKS } from './detector-settings.ts';
import { detectorValue } from './detector-values.ts';
import { MOST_FRAMES } from './frame-queue.ts';
import type { ReadoutFailures } from './readout-failures.ts';
import type { StripDetector } from './strip-detector.ts';

const ALL_MODULES = 65_535;

/** The replies to one command, in pieces as they come about; `gone` is aborted when nobody waits for them any more. */
export async function* answerDetector(
  detector: StripDetector,
  failures: ReadoutFailures,
  command: string,
  gone: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const [verb = '', ...args] = command.trim().split(/\s+/);
  try {
    if (verb === '-readout' || verb === '-readoutraw') yield* readout(detector, failures, args, verb === '-readoutraw', gone);
    else yield await obey(detector, verb, args);
  } catch (error) {
    if (!(error instanceof DcsError)) throw error;
    yield int32s(error.code);
  }
}

/** Frames in their order; where none is left and none will come, a frame of -1 stands for each that is missing. */
async function* readout(
  detector: StripDetector,
  failures: ReadoutFailures,
  args: readonly string[],
  isRaw: boolean,
  gone: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const wanted = args.length === 0 ? 1 : integer(args, 1, MOST_FRAMES);
  const { sensor } = detector.parts;
  for (let i = 0; i < wanted; i++) {
    const failure = failures.next();
    if (failure === 'number') throw new DcsError('readoutFailed');
    const frame = await detector.frames.next(gone);
    if (failure === 'frame' || !frame) yield frameOf(new Int32Array(detector.channels()).fill(-1));
    else yield frameOf(isRaw ? packed(frame) : corrected(frame, detector.settings, calibration(frame, sensor)));
  }
}

function calibration(frame: RawFrame, { flatField, badChannels }: StripDetector['parts']['sensor']): Parameters<typeof corrected>[2] {
  const channels = frame.counts.length;
  return { flatField: flatField.subarray(0, channels), badChannels: badChannels.subarray(0, channels) };
}

async function obey(detector: StripDetector, verb: string, args: readonly string[]): Promise<Uint8Array> {
  switch (verb) {
    case '-get':
      return detectorValue(detector, args.join(' '));
    case '-start':
      none(args);
      detector.start();
      return int32s(0);
    case '-stop':
      none(args);
      await detector.stop();
      return int32s(0);
    case '-reset':
      none(args);
      await detector.reset();
      return int32s(0);
    case '-testpattern':
      none(args);
      return frameOf(Int32Array.from({ length: detector.channels() }, (_, channel) => channel));
    default: {
      const setter = Object.hasOwn(SETTERS, verb) ? SETTERS[verb] : undefined;
      if (!setter) throw new DcsError('unknownCommand');
      detector.demandIdle();
      await setter(detector, args);
      return int32s(0);
    }
  }
}

type Setter = (detector: StripDetector, args: readonly string[]) => void | Promise<void>;

const SETTERS: Readonly<Record<string, Setter>> = {
  '-time': set('timeTicks', (args) => integer(args, 1, Number.MAX_SAFE_INTEGER)),
  '-frames': set('frames', (args) => integer(args, 1, 2 ** 31 - 1)),
  '-delbef': set('ticksBefore', (args) => integer(args, 0, Number.MAX_SAFE_INTEGER)),
  '-delafter': set('ticksAfter', (args) => integer(args, 0, Number.MAX_SAFE_INTEGER)),
  '-gates': set('gates', (args) => integer(args, 1, 2 ** 31 - 1)),
  '-trigen': set('trigger', flag),
  '-conttrigen': set('continuousTrigger', flag),
  '-gateen': set('gate', flag),
  '-ratecorrection': set('rateCorrection', flag),
  '-flatfieldcorrection': set('flatFieldCorrection', flag),
  '-badchannelinterpolation': set('badChannelInterpolation', flag),
  '-nbits': set('bits', (args) => {
    const bits = integer(args, 0, 32);
    if (!READOUT_S.has(bits)) throw new DcsError('invalidArgument');
    return bits;
  }),
  '-nmodules': (detector, args) => detector.activate(integer(args, 1, ALL_MODULES)),
  '-module': ({ settings }, args) => {
    const module = integer(args, 0, ALL_MODULES);
    if (module !== ALL_MODULES && module >= settings.modules) throw new DcsError('invalidArgument');
    settings.module = module === ALL_MODULES ? null : module;
  },
  '-settings': (detector, [name = '', ...more]) => {
    none(more);
    const loaded = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
    if (!loaded) throw new DcsError('unknownSettings');
    return trim(detector, loaded.thresholdKev, loaded.energyKev);
  },
  '-kthresh': (detector, args) => trim(detector, positive(args, 1)[0]!, null),
  '-energy': (detector, args) => trim(detector, null, positive(args, 1)[0]!),
  '-kthreshenergy': (detector, args) => {
    const [thresholdKev = 0, energyKev = 0] = positive(args, 2);
    return trim(detector, thresholdKev, energyKev);
  },
  '-tau': ({ settings }, args) => {
    const isDefault = Number(args[0]) === -1 && args.length === 1;
    eachModule(settings, settings.tauTicks, isDefault ? TAU_TICKS : positive(args, 1)[0]!);
  },
};

function set<K extends keyof DetectorSettings>(name: K, read: (args: readonly string[]) => DetectorSettings[K]): Setter {
  return ({ settings }, args) => {
    settings[name] = read(args);
  };
}

async function trim(detector: StripDetector, thresholdKev: number | null, energyKev: number | null): Promise<void> {
  const { settings } = detector;
  if (thresholdKev !== null) eachModule(settings, settings.thresholdKev, thresholdKev);
  if (energyKev !== null) eachModule(settings, settings.energyKev, energyKev);
  await detector.trim();
}

function eachModule({ module }: DetectorSettings, values: number[], value: number): void {
  if (module === null) values.fill(value);
  else values[module] = value;
}

function none(args: readonly string[]): void {
  if (args.length > 0) throw new DcsError('invalidArgument');
}

function integer(args: readonly string[], least: number, most: number): number {
  const value = Number(args[0]);
  if (args.length !== 1 || !/^\d+$/.test(args[0]!) || value < least || value > most) throw new DcsError('invalidArgument');
  return value;
}

function flag(args: readonly string[]): boolean {
  return integer(args, 0, 1) === 1;
}

function positive(args: readonly string[], count: number): number[] {
  const values = args.map(Number);
  if (args.length !== count || !values.every((value) => value > 0 && Number.isFinite(value))) throw new DcsError('invalidArgument');
  return values;
}
