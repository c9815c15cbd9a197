import { badInput } from '../src/domain/errors.ts';
import type { Radiation } from '../src/domain/radiation.ts';
import type { RandomSource } from '../src/ports/runtime.ts';
import type { Recording } from './recording.ts';
import type { CountedPoints, Exposure, Specimen, WireScan } from './specimen.ts';

/** What is left of a recording: counts and, of the full live time, ns per bin. */
interface Stock {
  readonly recording: Recording;
  readonly counts: Float64Array;
  readonly leftNs: Float64Array;
}

export interface RecordedSampleSetup {
  readonly recordings: readonly Recording[];
  /** Where the files do not say it, or to overrule them. */
  readonly radiation: Radiation | null;
  readonly sampleId: string;
  readonly random: RandomSource;
}

/**
 * Hands measured counts out again without ever giving one twice: a visit of live time d takes Binomial(counts left, d / live time left) of a
 * bin, which is distributed as a measurement of that length would have been, independent of all other visits. A bin whose live time is spent is
 * refused.
 */
export function recordedSample(setup: RecordedSampleSetup): Specimen {
  const { recordings, random, sampleId } = setup;
  const radiation = setup.radiation ?? recordings.find((recording) => recording.radiation)?.radiation;
  if (!radiation)
    throw badInput('replay', `${recordings[0]?.fileName} does not name its wavelength`, 'give it with --radiation, such as CuKa12');
  const stocks: Stock[] = recordings.map((recording) => ({
    recording,
    counts: Float64Array.from(recording.counts),
    leftNs: new Float64Array(recording.counts.length).fill(recording.fullNs),
  }));
  const select = (scan: WireScan): Stock | 'offRaster' | 'outside' | 'exhausted' => {
    const onRaster = stocks.filter((stock) => firstBin(stock.recording, scan) !== null);
    if (onRaster.length === 0) return 'offRaster';
    const inside = onRaster.filter((stock) => binsOf(stock, scan) !== null);
    if (inside.length === 0) return 'outside';
    return inside.find((stock) => hasLeft(stock, binsOf(stock, scan)!, scan.dwellNs)) ?? 'exhausted';
  };
  const ends = recordings.map(({ originDeg, stepDeg, counts }) => ({
    fromDeg: originDeg,
    toDeg: originDeg + (counts.length - 1) * stepDeg,
  }));
  return {
    sampleId,
    radiation,
    rasters: recordings.map(({ stepDeg, originDeg }) => ({ stepDeg, originDeg })),
    // What every recording covers, so that a scan in the limits can be had on any raster.
    range: { fromDeg: Math.max(...ends.map((end) => end.fromDeg)), toDeg: Math.min(...ends.map((end) => end.toDeg)) },
    apertureDeg: recordings.find((recording) => recording.apertureDeg !== null)?.apertureDeg ?? null,
    refusal(scan) {
      const stock = select(scan);
      if (stock === 'offRaster') return { code: 'invalid', text: 'start and step fit none of the rasters on offer' };
      if (stock === 'outside') return { code: 'outOfLimits', text: 'the recording with this raster does not reach that far' };
      if (stock === 'exhausted') return { code: 'deviceFault', text: 'recording exhausted: less live time is left than asked for' };
      return null;
    },
    expose(scan) {
      const stock = select(scan);
      if (typeof stock === 'string') throw new RangeError(`the scan was refused: ${stock}`);
      return drawWithoutReplacement(stock, binsOf(stock, scan)!.first, scan.dwellNs, random);
    },
    truth: () => ({ kind: 'recording', files: recordings.map((recording) => recording.fileName) }),
  };
}

function drawWithoutReplacement(stock: Stock, firstBinIndex: number, dwellNs: number, random: RandomSource): Exposure {
  const { recording, counts, leftNs } = stock;
  return {
    count(first, n): CountedPoints {
      const taken: number[] = [];
      const liveNs: number[] = [];
      for (let bin = firstBinIndex + first; bin < firstBinIndex + first + n; bin++) {
        const takeNs = Math.min(dwellNs, leftNs[bin]!);
        const count = takeNs >= leftNs[bin]! ? counts[bin]! : random.binomial(counts[bin]!, takeNs / leftNs[bin]!);
        counts[bin]! -= count;
        leftNs[bin]! -= takeNs;
        taken.push(count);
        liveNs.push(Math.round((takeNs * recording.liveNs[bin]!) / recording.fullNs));
      }
      const fromUdeg = Math.round((recording.originDeg + (firstBinIndex + first) * recording.stepDeg) * 1e6);
      return { fromUdeg, counts: taken, liveNs: liveNs.every((live) => live === liveNs[0]) ? liveNs[0]! : liveNs };
    },
  };
}

/** The bin that the scan starts at, or null where start or step are off the raster (start by a tenth of a step, step by a rounding). */
function firstBin(recording: Recording, scan: WireScan): number | null {
  const { originDeg, stepDeg } = recording;
  if (Math.abs(scan.stepUdeg - stepDeg * 1e6) > 1) return null;
  const bin = Math.round((scan.fromUdeg / 1e6 - originDeg) / stepDeg);
  return Math.abs(originDeg + bin * stepDeg - scan.fromUdeg / 1e6) <= stepDeg / 10 ? bin : null;
}

function binsOf(stock: Stock, scan: WireScan): { readonly first: number; readonly last: number } | null {
  const first = firstBin(stock.recording, scan);
  if (first === null || first < 0 || first + scan.pointCount > stock.counts.length) return null;
  return { first, last: first + scan.pointCount - 1 };
}

/** One nanosecond is forgiven: dwell times are rounded to that. */
function hasLeft(stock: Stock, bins: { readonly first: number; readonly last: number }, dwellNs: number): boolean {
  for (let bin = bins.first; bin <= bins.last; bin++) if (stock.leftNs[bin]! < dwellNs - 1) return false;
  return true;
}
