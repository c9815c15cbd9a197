import { badInput } from '../domain/errors.ts';
import type { RecordedScan } from './format-reader.ts';
import type { FormatWriter } from './format-writer.ts';
import { angleTexts } from './number-text.ts';
import { oneLine } from './one-line.ts';
import { lostFacts, type ScanFact } from './write-facts.ts';

const NOT_KEPT: readonly ScanFact[] = [
  'liveTime',
  'anode',
  'sampleName',
  'startedAt',
  'endedAt',
  'status',
  'aperture',
  'radius',
  'scanAxis',
];
const UNIT_NAMES = { counts: 'counts', cps: 'counts per second', arbitrary: 'arbitrary units' } as const;

/** Angle and intensity; what is known besides stands in comments, for people. */
export const xyWriter: FormatWriter = {
  id: 'xy',
  title: 'XY: 2theta in degrees and intensity',
  extensions: ['xy'],
  readBy: 'columns',
  holdsSeveral: false,
  write(scans) {
    const scan = scans[0]!;
    const angles = angleTexts(scan.twoThetaDeg);
    const rows = angles.map((angle, i) => `${angle} ${scan.counts[i]}`);
    return { bytes: textOf(scan, '2theta_deg intensity', rows), lost: lostOf(scan, 'XY') };
  },
};

/** As XY, with the standard error of each intensity, which follows from the counted photons alone. */
export const xyeWriter: FormatWriter = {
  id: 'xye',
  title: 'XYE: 2theta in degrees, intensity and its standard error',
  extensions: ['xye'],
  readBy: 'columns',
  holdsSeveral: false,
  write(scans, fileName) {
    const scan = scans[0]!;
    const angles = angleTexts(scan.twoThetaDeg);
    const rows = angles.map((angle, i) => `${angle} ${scan.counts[i]} ${Number(errorOf(scan, i, fileName).toPrecision(6))}`);
    return { bytes: textOf(scan, '2theta_deg intensity error', rows), lost: lostOf(scan, 'XYE') };
  },
};

/** Poisson standard error of intensity `i`; one photon is the least, so that an empty point does not count as known exactly. */
function errorOf(scan: RecordedScan, i: number, fileName: string): number {
  if (scan.unit === 'counts') return Math.sqrt(Math.max(scan.counts[i]!, 1));
  const liveS = scan.liveS?.[i] ?? scan.stepTimeS;
  if (scan.unit === 'arbitrary' || liveS === null)
    throw badInput(
      fileName,
      'the intensities are not counted photons, so their errors are not known',
      'write the file as .xy, without errors',
    );
  return Math.sqrt(Math.max(scan.counts[i]! * liveS, 1)) / liveS;
}

function textOf(scan: RecordedScan, columns: string, rows: readonly string[]): Uint8Array {
  const lines = [...commentsOf(scan), columns].map((line) => `# ${line}`);
  return new TextEncoder().encode(`${[...lines, ...rows].join('\n')}\n`);
}

function commentsOf({ unit, radiation, sampleName, startedAt, endedAt, stepTimeS, liveS }: RecordedScan): string[] {
  const anode = radiation?.anode ?? null;
  return [
    ...fact('sample', sampleName),
    `intensity in ${UNIT_NAMES[unit]}`,
    ...fact('anode', anode),
    // One line each: a reader that looks for one wavelength must not take the first of several for the only one.
    ...(radiation?.lines ?? []).map(({ wavelengthA, weight }) => `wavelength ${decimal(wavelengthA)} A, weight ${weight}`),
    ...fact('live time of each point in s', liveS === null && stepTimeS !== null ? String(stepTimeS) : null),
    ...fact('started', startedAt),
    ...fact('ended', endedAt),
  ];
}

/** A comment on one thing; left out where its words would make a reader of comments look for a wavelength. */
function fact(name: string, value: string | null): string[] {
  const plain = oneLine(value);
  return plain === null || /wave ?length|lambda/i.test(plain) ? [] : [`${name}: ${plain}`];
}

function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function lostOf(scan: RecordedScan, name: string): string[] {
  const lost = lostFacts([scan], name, NOT_KEPT);
  if ((scan.radiation?.lines.length ?? 0) > 1)
    lost.push(`${name} keeps the wavelengths of several lines in comments only: give --radiation when the file is read`);
  if (scan.liveS?.some((liveS) => liveS !== scan.liveS![0]))
    lost.push(`the live time differs from point to point: the counts alone, as ${name} keeps them, do not show the rates`);
  if (scan.unit !== 'counts') lost.push(`${name} does not keep that the intensities are ${UNIT_NAMES[scan.unit]}`);
  return lost;
}
