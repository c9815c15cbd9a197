import { checkRange, type RawRange, type RawVersion } from './bruker-raw-range.ts';

/** The description writes an angle or a ratio that is not known as -1e6. */
const UNKNOWN = -1e6;

/** Header of a range of version 1, counted from its number of points: the first of the file and later ones alike. */
const V1 = { stepTime: 4, step: 8, from: 20, sample: 36, kAlpha1: 68, kAlpha2: 72, following: 148, data: 152 };

/**
 * Version 1, DIFFRAC-AT: ranges one behind the other, each saying whether another follows. Later ranges of early files do not repeat the
 * magic word. Written from xylib's account of the manual's appendix B.
 */
export const readRawV1: RawVersion = (bytes, fileName) => {
  const ranges: RawRange[] = [];
  let sampleName = '';
  let at = 4;
  for (let follows = true; follows; ) {
    if (ranges.length > 0 && bytes.text(at, 4) === 'RAW') at += 4;
    const label = `range ${ranges.length + 1}`;
    const count = bytes.uint32(at);
    const [startDeg, stepDeg] = [bytes.float32(at + V1.from), decimal(bytes.float32(at + V1.step))];
    checkRange(startDeg, stepDeg, label, fileName);
    sampleName ||= bytes.text(at + V1.sample, 32);
    ranges.push({
      startDeg: decimal(startDeg),
      stepDeg,
      values: bytes.float32s(at + V1.data, count, 4),
      stepTimeS: decimal(bytes.float32(at + V1.stepTime)),
      scanAxis: null,
      isOverTwoTheta: startDeg !== UNKNOWN,
      tube: {
        anode: null,
        alpha1A: decimal(bytes.float32(at + V1.kAlpha1)),
        alpha2A: decimal(bytes.float32(at + V1.kAlpha2)),
        ratio: null,
      },
    });
    follows = bytes.uint32(at + V1.following) > 0;
    at += V1.data + 4 * count;
  }
  return { facts: { sampleName: sampleName || null }, ranges };
};

const V2 = { ranges: 4, sample: 8, date: 168, anode: 188, kAlpha1: 190, kAlpha2: 194, ratio: 198, firstRange: 256 };
const V2_RANGE = { points: 2, stepTime: 8, step: 12, from: 16 };
const V2_RANGE_BYTES = 48;

/** Version 2: one header and then the ranges, each behind a header that says how long it is. From the same source. */
export const readRawV2: RawVersion = (bytes, fileName) => {
  const [alpha1A, alpha2A, ratio] = [V2.kAlpha1, V2.kAlpha2, V2.ratio].map((at) => decimal(bytes.float32(at))) as [number, number, number];
  const tube = { anode: bytes.text(V2.anode, 2), alpha1A, alpha2A, ratio };
  const ranges: RawRange[] = [];
  let at = V2.firstRange;
  for (let left = bytes.uint16(V2.ranges); left > 0; left--) {
    const label = `range ${ranges.length + 1}`;
    const headerBytes = Math.max(bytes.uint16(at), V2_RANGE_BYTES);
    const count = bytes.uint16(at + V2_RANGE.points);
    const [startDeg, stepDeg] = [decimal(bytes.float32(at + V2_RANGE.from)), decimal(bytes.float32(at + V2_RANGE.step))];
    checkRange(startDeg, stepDeg, label, fileName);
    const values = bytes.float32s(at + headerBytes, count, 4);
    const stepTimeS = decimal(bytes.float32(at + V2_RANGE.stepTime));
    ranges.push({ startDeg, stepDeg, values, stepTimeS, scanAxis: null, isOverTwoTheta: startDeg !== UNKNOWN, tube });
    at += headerBytes + 4 * count;
  }
  return { facts: { sampleName: bytes.text(V2.sample, 32) || null, startedAt: bytes.text(V2.date, 20) || null }, ranges };
};

/** The decimal number that was rounded to 32 bits: its seven digits, without which a step of 0.02 is off by millionths a thousand steps on. */
function decimal(value: number): number {
  return Number(value.toPrecision(7));
}
