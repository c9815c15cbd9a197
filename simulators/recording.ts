import { badInput } from '../src/domain/errors.ts';
import type { Radiation } from '../src/domain/radiation.ts';
import { readRecordedFile } from '../src/formats/registry.ts';
import type { RandomSource } from '../src/ports/runtime.ts';

/** A measured scan that can be handed out again: raw counts on an even raster. Arrays are equally long. */
export interface Recording {
  readonly fileName: string;
  readonly radiation: Radiation | null;
  /** Opening of the strip detector; null where the file does not say. */
  readonly apertureDeg: number | null;
  readonly originDeg: number;
  readonly stepDeg: number;
  readonly counts: Float64Array;
  /** Live time of each point in ns; points behind an attenuator have less than `fullNs`. */
  readonly liveNs: Float64Array;
  readonly fullNs: number;
}

const REMEDY = 'replay a scan that was stored as raw counts at even steps, such as XRDML with counts';

/** Reads the first scan of a measured file. Fails with 'badInput' where it holds anything but integer counts on an even raster. */
export async function readRecording(bytes: Uint8Array, fileName: string): Promise<Recording> {
  const scan = (await readRecordedFile(bytes, fileName)).scans[0]!;
  const points = scan.counts.length;
  if (scan.unit !== 'counts' || !scan.counts.every((count) => Number.isSafeInteger(count) && count >= 0))
    throw badInput(fileName, `${fileName} does not hold raw integer counts and cannot be replayed`, REMEDY);
  if (points < 2) throw badInput(fileName, `${fileName} has fewer than two points`, REMEDY);
  const originDeg = scan.twoThetaDeg[0]!;
  const stepDeg = (scan.twoThetaDeg[points - 1]! - originDeg) / (points - 1);
  const uneven = scan.twoThetaDeg.some((angle, i) => Math.abs(angle - (originDeg + i * stepDeg)) > stepDeg / 10);
  if (uneven) throw badInput(fileName, `${fileName} is not on an even raster and cannot be replayed`, REMEDY);
  const liveNs = Float64Array.from({ length: points }, (_, i) => Math.round((scan.liveS?.[i] ?? scan.stepTimeS ?? 1) * 1e9));
  if (!liveNs.every((live) => live > 0)) throw badInput(fileName, `${fileName} has points without live time`, REMEDY);
  const fullNs = liveNs.reduce((most, live) => Math.max(most, live), 0);
  return { fileName, radiation: scan.radiation, apertureDeg: scan.apertureDeg, originDeg, stepDeg, counts: scan.counts, liveNs, fullNs };
}

/** The recording as a shorter measurement would have been: binomial thinning of the counts, the live time shortened by the same factor. */
export function thinned(recording: Recording, factor: number, random: RandomSource): Recording {
  return {
    ...recording,
    counts: recording.counts.map((count) => random.binomial(count, factor)),
    liveNs: recording.liveNs.map((live) => Math.max(1, Math.round(live * factor))),
    fullNs: Math.max(1, Math.round(recording.fullNs * factor)),
  };
}
