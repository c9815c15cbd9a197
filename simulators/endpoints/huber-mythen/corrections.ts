import type { DetectorSettings } from './detector-settings.ts';
import { TICK_S } from './detector-settings.ts';
import { CHANNELS_PER_MODULE } from './strip-geometry.ts';

/** One exposure as its counters hold it. */
export interface RawFrame {
  readonly counts: Int32Array;
  readonly exposureS: number;
  readonly bits: number;
}

export interface Calibration {
  readonly flatField: Int32Array;
  readonly badChannels: Uint8Array;
}

/** What a bad channel is said to have counted where nothing is put in its place. */
const BAD = -2;

/** The frame as `-readout` gives it, with the corrections that are switched on; they come in this order: rate, flat field, bad channels. */
export function corrected(frame: RawFrame, settings: DetectorSettings, { flatField, badChannels }: Calibration): Int32Array {
  const counts = Float64Array.from(frame.counts);
  if (settings.rateCorrection)
    counts.forEach((count, i) => {
      const deadShare = (count * settings.tauTicks[Math.floor(i / CHANNELS_PER_MODULE)]! * TICK_S) / frame.exposureS;
      counts[i] = deadShare < 1 ? count / (1 - deadShare) : 2 ** 31 - 1;
    });
  if (settings.flatFieldCorrection) {
    const mean = meanOf(flatField);
    counts.forEach((count, i) => {
      counts[i] = (count * mean) / flatField[i]!;
    });
  }
  const whole = Int32Array.from(counts, (count) => Math.min(2 ** 31 - 1, Math.round(count)));
  badChannels.forEach((bad, i) => {
    if (bad) whole[i] = settings.badChannelInterpolation ? between(whole, badChannels, i) : BAD;
  });
  return whole;
}

/** The mean of the next working neighbours on both sides, or the one there is. */
function between(counts: Int32Array, badChannels: Uint8Array, at: number): number {
  let below = at - 1;
  while (below >= 0 && badChannels[below]) below--;
  let above = at + 1;
  while (above < counts.length && badChannels[above]) above++;
  const neighbours = [below, above].filter((i) => i >= 0 && i < counts.length).map((i) => counts[i]!);
  return Math.round(neighbours.reduce((sum, count) => sum + count, 0) / Math.max(1, neighbours.length));
}

function meanOf(values: Int32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The counters as they are, 32 / bits of them in each word, the first in the lowest bits; of 24 bits there is one in each. */
export function packed({ counts, bits }: RawFrame): Int32Array {
  const perWord = Math.floor(32 / bits);
  const words = new Int32Array(Math.ceil(counts.length / perWord));
  counts.forEach((count, i) => {
    words[Math.floor(i / perWord)]! |= count << (bits * (i % perWord));
  });
  return words;
}
