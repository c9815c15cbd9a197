import { EwaldError } from '../../src/domain/errors.ts';
import type { Log } from '../../src/ports/runtime.ts';
import {
  askBadChannels,
  askFlatField,
  askModuleChannels,
  askModules,
  FLAT_FIELD_MISSING,
  type MythenCommand,
  MythenRefusal,
} from './mythen-words.ts';

export interface StripOptions {
  readonly modules: number;
  readonly flatField: 'detector' | 'none';
}

/** What the detector says of its strips. */
export interface Strips {
  /** Strips of each module. */
  readonly channels: readonly number[];
  /** 0 for a strip that must not be used. */
  readonly usable: Uint8Array;
  /** Of each strip, against the median of all. */
  readonly efficiency: Float64Array;
}

type Ask = <T>(command: MythenCommand<T>) => Promise<T>;

/** A strip that is so far from the median under flat light is no strip to measure with. */
const EFFICIENCY = { least: 0.5, most: 2 };
const MOST_CHANNELS = 4096;

/** Asks what strips there are and which are good. Fails with 'refused' where the config describes another detector. */
export async function readStrips(ask: Ask, options: StripOptions, log: Log): Promise<Strips> {
  const modules = await ask(askModules);
  if (modules !== options.modules) {
    const message = `the detector has ${modules} modules, and the config describes ${options.modules}`;
    throw new EwaldError('refused', 'the detector', message, "mend 'modules' in the config");
  }
  const channels = [...(await ask(askModuleChannels(modules)))];
  if (!channels.every((count) => count > 0 && count <= MOST_CHANNELS)) {
    throw new EwaldError('deviceFault', 'the detector', `its modules have ${channels.join(', ')} channels`, 'look at the detector');
  }
  const count = channels.reduce((sum, some) => sum + some, 0);
  const bad = await ask(askBadChannels(count));
  const efficiency = await readEfficiency(ask, count, options, log);
  const isGood = (strip: number) => bad[strip] === 0 && efficiency[strip]! >= EFFICIENCY.least && efficiency[strip]! <= EFFICIENCY.most;
  return { channels, usable: Uint8Array.from(bad, (_, strip) => (isGood(strip) ? 1 : 0)), efficiency };
}

async function readEfficiency(ask: Ask, count: number, { flatField }: StripOptions, log: Log): Promise<Float64Array> {
  const none = new Float64Array(count).fill(1);
  if (flatField === 'none') return none;
  const flat = await ask(askFlatField(count)).catch((error: unknown) => {
    if (error instanceof MythenRefusal && error.deviceCode === FLAT_FIELD_MISSING) return new Int32Array(0);
    throw error;
  });
  const lit = flat.filter((value) => value > 0);
  if (lit.length === 0) {
    log.info('the detector has no flat field: all strips are taken to be alike');
    return none;
  }
  // The median, because a few dead or hot strips must not move it.
  const typical = lit.sort()[Math.floor(lit.length / 2)]!;
  return Float64Array.from(flat, (value) => value / typical);
}
