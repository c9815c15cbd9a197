import { BLANK_SCAN } from '../formats/blank-scan.ts';
import type { RecordedScan } from '../formats/registry.ts';
import { writers } from '../formats/writers.ts';

/** A large file of one format, made up. */
export interface LargeFile {
  readonly formatId: string;
  readonly variant: string;
  readonly bytes: Uint8Array;
}

const FROM_DEG = 10;
const STEP_DEG = 0.001;

/** One scan of so many points on an even raster, counts of one to five digits as in a measured pattern. */
export function largeScan(points: number): RecordedScan {
  const peak = (i: number): number => 30 + 90000 * Math.exp(-(((i % 5000) - 2500) ** 2) / 20000) + ((i * 7919) % 97);
  return {
    ...BLANK_SCAN,
    unit: 'counts',
    twoThetaDeg: new Float64Array(points).map((_, i) => Math.round((FROM_DEG + i * STEP_DEG) * 1000) / 1000),
    counts: new Float64Array(points).map((_, i) => Math.round(peak(i))),
    stepTimeS: 2,
    radiation: { anode: 'Cu', lines: [{ wavelengthA: 1.540598, weight: 1 }] },
  };
}

/** The same scan in every format that is written, and in every other text format as its instruments write it. */
export async function largeFiles(points: number): Promise<LargeFile[]> {
  const scan = largeScan(points);
  const written = writers.map(async (writer) => ({
    formatId: writer.readBy,
    variant: writer.id,
    bytes: (await writer.write([scan], `bench.${writer.extensions[0]}`)).bytes,
  }));
  const texts = textFiles(scan).map(([formatId, variant, text]) => ({ formatId, variant, bytes: new TextEncoder().encode(text) }));
  return [...(await Promise.all(written)), ...texts];
}

function textFiles({ twoThetaDeg, counts }: RecordedScan): (readonly [formatId: string, variant: string, text: string])[] {
  const points = counts.length;
  const fromDeg = twoThetaDeg[0]!.toFixed(3);
  const toDeg = twoThetaDeg.at(-1)!.toFixed(3);
  const pairs = Array.from(twoThetaDeg, (angle, i) => [angle.toFixed(4), counts[i]!] as const);
  const eight = inRows(counts, 8, 10);
  return [
    ['columns', 'csv', pairs.map(([angle, count]) => `${angle},${count}`).join('\n')],
    ['columns', 'decimal commas', pairs.map(([angle, count]) => `${angle.replace('.', ',')};${count}`).join('\r\n')],
    [
      'rigaku-ras',
      'ras',
      lines(
        '*RAS_DATA_START',
        '*RAS_HEADER_START',
        '*MEAS_SCAN_AXIS_X_INTERNAL "TwoThetaTheta"',
        `*MEAS_DATA_COUNT "${points}"`,
        '*MEAS_SCAN_UNIT_Y "counts"',
        '*RAS_HEADER_END',
        '*RAS_INT_START',
        ...pairs.map(([angle, count]) => `${angle} ${count.toFixed(4)} 1.0000`),
        '*RAS_INT_END',
        '*RAS_DATA_END',
      ),
    ],
    [
      'rigaku-dat',
      'dat',
      lines('*TYPE = Raw', '*GROUP_COUNT = 1', '*SCAN_AXIS = 2 Theta / Theta', '*XUNIT = deg.', '*YUNIT = counts', '*BEGIN', '*GROUP = 0')
        .concat(`*START = ${fromDeg}\n*STOP = ${toDeg}\n*STEP = ${STEP_DEG}\n*COUNT = ${points}\n`)
        .concat(lines(...inRows(counts, 4, 0, ', '), '*END', '*EOF')),
    ],
    [
      'bruker-uxd',
      'counts in lines',
      lines(
        '_FILEVERSION=2',
        '_WL1=1.540600',
        "_ANODE='Cu'",
        "_DRIVE='COUPLED'",
        '_STEPTIME=2.0',
        `_STEPSIZE=${STEP_DEG}`,
        `_START=${fromDeg}`,
      ).concat(lines('_COUNTS', ...eight)),
    ],
    [
      'philips-udf',
      'udf',
      lines(
        'SampleIdent,bench ,/',
        'Anode, Cu,/',
        `DataAngleRange, ${fromDeg}, ${toDeg},/`,
        `ScanStepSize, ${STEP_DEG},/`,
        'ScanType,STEP,/',
        'RawScan',
      ).concat(`${inRows(counts, 8, 8, ',').join(',\n')}/\n`),
    ],
    [
      'sietronics-cpi',
      'cpi',
      lines('SIETRONICS XRD SCAN', fromDeg, toDeg, String(STEP_DEG), 'Cu', '1.54056', '5-3-2024', '0.6', 'bench', 'SCANDATA', ...counts),
    ],
    [
      'gsas',
      'STD',
      gsas(
        points,
        'STD',
        inRows(counts, 10, 8).map((row) => row.padEnd(80)),
      ),
    ],
    [
      'gsas',
      'FXYE',
      gsas(
        points,
        'FXYE',
        pairs.map(([angle, count]) => `${(Number(angle) * 100).toFixed(4)} ${count} ${Math.sqrt(count).toFixed(4)}`),
      ),
    ],
    ['range-columns', 'lhpm', lines(`${fromDeg} ${STEP_DEG} ${toDeg} bench`, ...eight)],
  ];
}

function gsas(points: number, kind: 'STD' | 'FXYE', rows: readonly string[]): string {
  const bank = `BANK 1 ${points} ${rows.length} CONST ${FROM_DEG * 100} ${STEP_DEG * 100} 0 0 ${kind}`;
  return lines('bench'.padEnd(80), bank.padEnd(80), ...rows);
}

function inRows(counts: Float64Array, perRow: number, width: number, separator = ''): string[] {
  const rows: string[] = [];
  for (let i = 0; i < counts.length; i += perRow)
    rows.push(Array.from(counts.subarray(i, i + perRow), (count) => String(count).padStart(width)).join(separator));
  return rows;
}

function lines(...all: readonly (string | number)[]): string {
  return `${all.join('\n')}\n`;
}
