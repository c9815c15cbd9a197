import { badInput } from '../domain/errors.ts';
import type { EmissionLine, Radiation } from '../domain/radiation.ts';
import { BLANK_SCAN } from './blank-scan.ts';
import { checkPoints } from './check-points.ts';
import type { FormatReader, RecordedScan } from './format-reader.ts';
import { isPlausibleWavelengthA, K_ALPHA_2_WEIGHT } from './radiation-names.ts';

/** Where the fields stand (as in xylib's description of the format, checked against real files); numbers are little-endian. */
const AT = { anode: 85, kAlpha1: 94, kAlpha2: 102, ratio: 110, sample: 146, step: 214, from: 222, to: 230 };
/** Where the counts begin, by version; of version 5 no file was at hand to check it. */
const DATA_AT: Readonly<Record<string, number>> = { V3RD: 250, V5RD: 810 };
const ANODES = ['Cu', 'Mo', 'Fe', 'Cr'];
const SAMPLE_LENGTH = 20;
const DAMAGED = 'the file is damaged or truncated: copy it again';

/** Philips PC-APD, versions 3 and 5 of the RD format: square roots of the counts in 16 bits, so counts are exact to about 0.2 of their own sigma. */
export const philipsRd: FormatReader = {
  id: 'philips-rd',
  title: 'Philips PC-APD RD',
  extensions: ['rd', 'sd'],
  mark: 'V3RD or V5RD at the beginning',
  sniff: (bytes) => /^V[0-9]RD$/.test(asciiAt(bytes, 0, 4)),
  read(bytes, fileName) {
    const version = asciiAt(bytes, 0, 4);
    const dataAt = DATA_AT[version];
    if (dataAt === undefined)
      throw badInput(fileName, `the version ${version} of the RD format is not read`, 'export the scan as text or UDF');
    if (bytes.length < dataAt) throw badInput(fileName, `the file ends after ${bytes.length} bytes, inside its header`, DAMAGED);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const [stepDeg, fromDeg, toDeg] = [AT.step, AT.from, AT.to].map((at) => view.getFloat64(at, true)) as [number, number, number];
    const spanned = Math.round((toDeg - fromDeg) / stepDeg) + 1;
    const stored = Math.floor((bytes.length - dataAt) / 2);
    if (!(stepDeg > 0) || !(spanned >= 1)) throw badInput(fileName, 'the header gives no range of angles', DAMAGED);
    if (stored < spanned) throw badInput(fileName, `the header promises ${spanned} points but the file holds ${stored}`, DAMAGED);
    const twoThetaDeg = new Float64Array(spanned).map((_, i) => fromDeg + i * stepDeg);
    const counts = twoThetaDeg.map((_, i) => Math.floor(view.getUint16(dataAt + 2 * i, true) ** 2 / 100));
    checkPoints(twoThetaDeg, counts, fileName);
    const scan: RecordedScan = {
      ...BLANK_SCAN,
      unit: 'counts',
      twoThetaDeg,
      counts,
      radiation: radiationOf(view),
      sampleName: asciiAt(bytes, AT.sample, SAMPLE_LENGTH).split('\0')[0]!.trim() || null,
    };
    return { formatId: 'philips-rd', scans: [scan], warnings: [] };
  },
};

function radiationOf(view: DataView): Radiation | null {
  const alpha1 = view.getFloat64(AT.kAlpha1, true);
  const alpha2 = view.getFloat64(AT.kAlpha2, true);
  const ratio = view.getFloat64(AT.ratio, true);
  if (!isPlausibleWavelengthA(alpha1)) return null;
  const lines: EmissionLine[] = [{ wavelengthA: alpha1, weight: 1 }];
  // Converters leave the ratio blank, which reads as a number far outside.
  const weight = ratio > 0.01 && ratio <= 1 ? ratio : K_ALPHA_2_WEIGHT;
  if (ratio !== 0 && isPlausibleWavelengthA(alpha2) && alpha2 > alpha1) lines.push({ wavelengthA: alpha2, weight });
  return { anode: ANODES[view.getUint8(AT.anode)] ?? null, lines };
}

function asciiAt(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
