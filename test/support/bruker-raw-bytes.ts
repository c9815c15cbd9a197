/** Made-up RAW files of the four versions, written from the descriptions named in the readers. */
export interface MadeRange {
  readonly startDeg: number;
  readonly stepDeg: number;
  readonly stepTimeS: number;
  readonly counts: readonly number[];
  /** Number of the scan type in version 3, its name in version 4. */
  readonly scanType?: number | string;
  /** Bytes of a record per point. */
  readonly recordBytes?: number;
  /** Bytes between header and data. */
  readonly supplementBytes?: number;
  /** Written behind each intensity, as version 3 can. */
  readonly twoThetaDeg?: readonly number[];
}

export interface MadeRaw {
  readonly sample: string;
  readonly kAlphaA: readonly [number, number];
  readonly ratio: number;
  readonly ranges: readonly MadeRange[];
}

type Write = (view: DataView) => void;

const u16 =
  (at: number, value: number): Write =>
  (view) =>
    view.setUint16(at, value, true);
const u32 =
  (at: number, value: number): Write =>
  (view) =>
    view.setUint32(at, value, true);
const f32 =
  (at: number, value: number): Write =>
  (view) =>
    view.setFloat32(at, value, true);
const f64 =
  (at: number, value: number): Write =>
  (view) =>
    view.setFloat64(at, value, true);
const text =
  (at: number, value: string): Write =>
  (view) =>
    Buffer.from(value).forEach((byte, i) => {
      view.setUint8(at + i, byte);
    });

function block(bytes: number, ...writes: Write[]): Uint8Array {
  const buffer = new Uint8Array(bytes);
  for (const write of writes) write(new DataView(buffer.buffer));
  return buffer;
}

function records({ counts, recordBytes = 4, twoThetaDeg }: MadeRange): Uint8Array {
  const angles = twoThetaDeg?.map((angle, i) => f64(i * recordBytes + 4, angle)) ?? [];
  return block(counts.length * recordBytes, ...counts.map((count, i) => f32(i * recordBytes, count)), ...angles);
}

export function rawV1({ sample, kAlphaA, ranges }: MadeRaw, repeatsMagic = true): Uint8Array {
  const blocks = ranges.flatMap((range, i) => [
    ...(i === 0 || repeatsMagic ? [Buffer.from('RAW ')] : []),
    block(
      152,
      ...[u32(0, range.counts.length), f32(4, range.stepTimeS), f32(8, range.stepDeg), f32(20, range.startDeg)],
      ...[text(36, sample), f32(68, kAlphaA[0]), f32(72, kAlphaA[1]), u32(148, ranges.length - 1 - i)],
    ),
    records(range),
  ]);
  return new Uint8Array(Buffer.concat(blocks));
}

export function rawV2({ sample, kAlphaA, ratio, ranges }: MadeRaw): Uint8Array {
  const header = block(
    256,
    ...[text(0, 'RAW2'), u16(4, ranges.length), text(8, sample), text(168, '27-Apr-2030 13:36:30'), text(188, 'Cu')],
    ...[f32(190, kAlphaA[0]), f32(194, kAlphaA[1]), f32(198, ratio)],
  );
  const blocks = ranges.flatMap((range) => {
    const bytes = 48 + (range.supplementBytes ?? 0);
    const writes = [u16(0, bytes), u16(2, range.counts.length), f32(8, range.stepTimeS), f32(12, range.stepDeg), f32(16, range.startDeg)];
    return [block(bytes, ...writes), records(range)];
  });
  return new Uint8Array(Buffer.concat([header, ...blocks]));
}

export function rawV3({ sample, kAlphaA, ratio, ranges }: MadeRaw, status = 1): Uint8Array {
  const header = block(
    712,
    ...[text(0, 'RAW1.01'), u32(8, status), u32(12, ranges.length), text(16, '03/04/30'), text(26, '20:59:14'), text(326, sample)],
    ...[f32(564, 200.5), text(608, 'Cu'), f64(624, kAlphaA[0]), f64(632, kAlphaA[1]), f64(648, ratio)],
  );
  const blocks = ranges.flatMap((range) => [
    block(
      304 + (range.supplementBytes ?? 0),
      ...[u32(0, 304), u32(4, range.counts.length), f64(8, range.startDeg / 2), f64(16, range.startDeg), f64(176, range.stepDeg)],
      ...[f32(192, range.stepTimeS), u32(196, Number(range.scanType ?? 0)), u32(248, range.twoThetaDeg ? 1 : 0)],
      ...[u32(252, range.recordBytes ?? 4), u32(256, range.supplementBytes ?? 0)],
    ),
    records(range),
  ]);
  return new Uint8Array(Buffer.concat([header, ...blocks]));
}

export function rawV4({ sample, kAlphaA, ratio, ranges }: MadeRaw): Uint8Array {
  const header = block(61, text(0, 'RAW4.00'), text(12, '07/11/2030'), text(24, '15:55:31'));
  const name = Buffer.from(sample);
  const segments = [
    block(36 + name.length, u32(0, 10), u32(4, 36 + name.length), text(12, 'SAMPLEID'), text(36, sample)),
    block(40, u32(0, 77), u32(4, 40)),
    block(136, ...[u32(0, 30), u32(4, 136), f32(24, 282), f64(80, kAlphaA[0]), f64(88, kAlphaA[1]), f64(104, ratio), text(116, 'Cu')]),
  ];
  const blocks = ranges.flatMap((range) => [
    block(
      160,
      ...[text(32, String(range.scanType ?? 'Locked Coupled')), f64(72, range.startDeg), f64(80, range.stepDeg)],
      ...[u32(88, range.counts.length), f32(92, range.stepTimeS), u32(136, range.recordBytes ?? 4), u32(140, 92 * 2)],
    ),
    drive('2Theta', range.startDeg, 2),
    drive('Theta', range.startDeg / 2, 1),
    records(range),
  ]);
  return new Uint8Array(Buffer.concat([header, ...segments, ...blocks]));
}

function drive(name: string, position: number, flag: number): Uint8Array {
  return block(92, u32(0, 50), u32(4, 92), u32(8, flag), text(12, name), f64(56, position));
}
