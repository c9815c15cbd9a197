import { checkRange, type RawRange, type RawVersion } from './bruker-raw-range.ts';
import type { ByteReader } from './byte-reader.ts';
import type { TubeFacts } from './tube-radiation.ts';

const FILE = { date: 12, time: 24, segments: 61 };
/** Kinds of segments: a named text, the tube, a drive of the goniometer; 0 and 160 begin a range instead. */
const [TEXT, TUBE, DRIVE] = [10, 30, 50];
const TUBE_FIELDS = { radius: 24, kAlpha1: 80, kAlpha2: 88, ratio: 104, anode: 116, bytes: 120 };
const RANGE = { scanType: 32, from: 72, step: 80, points: 88, stepTime: 92, record: 136, drives: 140, bytes: 160 };
const OVER_TWO_THETA = /^(un)?locked coupled$|^detector scan$|^2-?theta|^psd f/i;

/**
 * Version 4, magic word RAW4.00: a chain of segments, each with its kind and length; after a range's header come the positions of the drives
 * and then one record per point, whose first 32 bits are the intensity. Written from the descriptions in xylib and geddes and from real files.
 * The time per step is in s: for strip detectors it is a strip's time times the number of strips, as in the BRML of the same instruments.
 */
export const readRawV4: RawVersion = (bytes, fileName) => {
  const ranges: RawRange[] = [];
  const texts = new Map<string, string>();
  let tube: TubeFacts = { anode: null, alpha1A: null, alpha2A: null, ratio: null };
  let radiusMm: number | null = null;
  for (let at = FILE.segments; at + 8 <= bytes.length; ) {
    const kind = bytes.uint32(at);
    if (kind === 0 || kind === 160) {
      if (ranges.length > 0 && isPadding(bytes, at)) break;
      const { range, end } = readRange(bytes, at, tube, `range ${ranges.length + 1}`, fileName);
      ranges.push(range);
      at = end;
      continue;
    }
    const length = Math.max(bytes.uint32(at + 4), 8);
    if (kind === TEXT && length >= 36) texts.set(bytes.text(at + 12, 24), bytes.text(at + 36, length - 36));
    if (kind === TUBE && length >= TUBE_FIELDS.bytes) {
      tube = tubeOf(bytes, at);
      const radius = bytes.float32(at + TUBE_FIELDS.radius) / 2;
      radiusMm = radius > 0 && radius < 4000 ? radius : null;
    }
    at += length;
  }
  const startedAt = `${bytes.text(FILE.date, 12)} ${bytes.text(FILE.time, 10)}`.trim() || null;
  return { facts: { sampleName: texts.get('SAMPLEID') || null, startedAt, radiusMm }, ranges };
};

function readRange(bytes: ByteReader, at: number, tube: TubeFacts, label: string, fileName: string): { range: RawRange; end: number } {
  const [startDeg, stepDeg] = [bytes.float64(at + RANGE.from), bytes.float64(at + RANGE.step)];
  const drivesAt = at + RANGE.bytes;
  const dataAt = drivesAt + bytes.uint32(at + RANGE.drives);
  const strideBytes = Math.max(bytes.uint32(at + RANGE.record), 4);
  const count = bytes.uint32(at + RANGE.points);
  const scanAxis = bytes.text(at + RANGE.scanType, 24) || null;
  const isOverTwoTheta = OVER_TWO_THETA.test(scanAxis ?? '') || isTwoThetaDriven(bytes, drivesAt, dataAt, startDeg);
  const values = bytes.float32s(dataAt, count, strideBytes);
  if (isOverTwoTheta) checkRange(startDeg, stepDeg, label, fileName);
  const stepTimeS = Number(bytes.float32(at + RANGE.stepTime).toPrecision(7));
  return { range: { startDeg, stepDeg, values, stepTimeS, scanAxis, isOverTwoTheta, tube }, end: dataAt + count * strideBytes };
}

/** Is the drive that is marked as moving, and that stands where the range begins, the one of 2theta? */
function isTwoThetaDriven(bytes: ByteReader, from: number, to: number, startDeg: number): boolean {
  for (let at = from; at + 8 <= to; at += Math.max(bytes.uint32(at + 4), 8)) {
    if (bytes.uint32(at) !== DRIVE || bytes.uint32(at + 4) < 64 || bytes.uint32(at + 8) === 0) continue;
    if (/^(2|two)-?theta$/i.test(bytes.text(at + 12, 24)) && bytes.float64(at + 56) === startDeg) return true;
  }
  return false;
}

function tubeOf(bytes: ByteReader, at: number): TubeFacts {
  // Programs that keep single precision leave digits that nobody wrote.
  const [alpha1A, alpha2A] = [TUBE_FIELDS.kAlpha1, TUBE_FIELDS.kAlpha2].map((field) => Number(bytes.float64(at + field).toPrecision(7)));
  return {
    anode: bytes.text(at + TUBE_FIELDS.anode, 4),
    alpha1A: alpha1A!,
    alpha2A: alpha2A!,
    ratio: bytes.float64(at + TUBE_FIELDS.ratio),
  };
}

/** Do only zeros follow, fewer than the header of a range has? */
function isPadding(bytes: ByteReader, at: number): boolean {
  if (bytes.length - at >= RANGE.bytes) return false;
  for (let i = at; i + 4 <= bytes.length; i += 4) if (bytes.uint32(i) !== 0) return false;
  return true;
}
