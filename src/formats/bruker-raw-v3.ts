import { checkRange, type RawRange, type RawVersion } from './bruker-raw-range.ts';
import type { ByteReader } from './byte-reader.ts';

/** Where the fields stand in the header of the file, and in that of a range counted from its start. */
const FILE = { status: 8, ranges: 12, date: 16, time: 26, sample: 326, radius: 564, anode: 608, kAlpha1: 624, kAlpha2: 632, ratio: 648 };
const RANGE = { points: 4, from: 16, step: 176, stepTime: 192, scanType: 196, varying: 248, record: 252, supplement: 256 };
const FILE_BYTES = 712;
const RANGE_BYTES = 260;
const STATUS = [null, 'done', 'active', 'aborted', 'interrupted'];

/** Names of the scan types and whether they run over 2theta. */
const SCAN_TYPES: ReadonlyMap<number, readonly [string, boolean]> = new Map([
  [0, ['locked coupled', true]],
  [1, ['unlocked coupled', true]],
  [2, ['detector scan', true]],
  [3, ['rocking curve', false]],
  [4, ['khi scan', false]],
  [5, ['phi scan', false]],
  [6, ['x scan', false]],
  [7, ['y scan', false]],
  [8, ['z scan', false]],
  [9, ['aux1 scan', false]],
  [10, ['aux2 scan', false]],
  [11, ['aux3 scan', false]],
  [129, ['PSD fixed scan', true]],
  [130, ['PSD fast scan', true]],
] as const);

/**
 * Version 3, magic word RAW1.01 (DIFFRAC plus). Written from xylib's account of the XCH manual's appendix A; the record length and the mask of
 * values that vary from point to point from geddes' description. Supplements and longer records are stepped over.
 */
export const readRawV3: RawVersion = (bytes, fileName) => {
  const [alpha1A, alpha2A, ratio] = [FILE.kAlpha1, FILE.kAlpha2, FILE.ratio].map((at) => bytes.float64(at)) as [number, number, number];
  const tube = { anode: bytes.text(FILE.anode, 4), alpha1A, alpha2A, ratio };
  const ranges: RawRange[] = [];
  let at = FILE_BYTES;
  for (let left = bytes.uint32(FILE.ranges); left > 0; left--) {
    const label = `range ${ranges.length + 1}`;
    const [startDeg, stepDeg] = [bytes.float64(at + RANGE.from), bytes.float64(at + RANGE.step)];
    checkRange(startDeg, stepDeg, label, fileName);
    const count = bytes.uint32(at + RANGE.points);
    const strideBytes = Math.max(bytes.uint32(at + RANGE.record), 4);
    const dataAt = at + Math.max(bytes.uint32(at), RANGE_BYTES) + bytes.uint32(at + RANGE.supplement);
    const scanType = bytes.uint32(at + RANGE.scanType);
    const [scanAxis, isOverTwoTheta] = SCAN_TYPES.get(scanType) ?? [`scan of type ${scanType}`, false];
    const values = bytes.float32s(dataAt, count, strideBytes);
    const hasAngles = (bytes.uint32(at + RANGE.varying) & 1) === 1 && strideBytes >= 12;
    const stepTimeS = Number(bytes.float32(at + RANGE.stepTime).toPrecision(7));
    const range = { startDeg, stepDeg, values, stepTimeS, scanAxis, isOverTwoTheta, tube };
    ranges.push(hasAngles ? { ...range, twoThetaDeg: anglesOf(bytes, dataAt, count, strideBytes) } : range);
    at = dataAt + count * strideBytes;
  }
  const radiusMm = bytes.float32(FILE.radius);
  const facts = {
    sampleName: bytes.text(FILE.sample, 60) || null,
    startedAt: `${bytes.text(FILE.date, 10)} ${bytes.text(FILE.time, 10)}`.trim() || null,
    status: STATUS[bytes.uint32(FILE.status)] ?? null,
    radiusMm: radiusMm > 0 && radiusMm < 9999 ? radiusMm : null,
  };
  return { facts, ranges };
};

/** The measured angle of each point stands behind its intensity. */
function anglesOf(bytes: ByteReader, dataAt: number, count: number, strideBytes: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => bytes.float64(dataAt + i * strideBytes + 4));
}
