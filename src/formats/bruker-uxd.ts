import { badInput } from '../domain/errors.ts';
import { BLANK_SCAN } from './blank-scan.ts';
import { checkPoints } from './check-points.ts';
import { decodeBeginning } from './decode-text.ts';
import { evenAngles } from './even-raster.ts';
import type { FormatReader, RecordedScan } from './format-reader.ts';
import { unitOf } from './measured-unit.ts';
import { columnOf, headerNumber, scanNumbers } from './number-scan.ts';
import { requireText } from './require-text.ts';
import { plausibleTimeS } from './step-time.ts';
import { tubeRadiation } from './tube-radiation.ts';

type Header = ReadonlyMap<string, string>;

const DAMAGED = 'the file is damaged or truncated: copy or export it again';
/** Drives that do not move 2theta; the others do, under names such as COUPLED, 2THETA or DETECTOR. */
const OTHER_DRIVE = /^(theta|omega|khi|chi|phi|psi|x|y|z|aux\d?|time|rocking.*)$/i;
const KEY_LINE = /^[ \t]*_(\+?\w+)[ \t]*(?:=([^\r\n]*)|\r?$)/gm;

/**
 * Bruker and Siemens UXD text: `_KEY=value` lines, then the numbers after _COUNTS, _CPS (evenly spaced from _START), _2THETACOUNTS,
 * _2THETACPS (pairs) or _2THETACOUNTSTIME (with the time of each point); any number of ranges. Written from public files.
 */
export const brukerUxd: FormatReader = {
  id: 'bruker-uxd',
  title: 'Bruker and Siemens UXD',
  extensions: ['uxd'],
  mark: '_FILEVERSION or _SAMPLE at the beginning',
  sniff: (bytes) => /^\s*(;[^\n]*\n\s*)*_(FILEVERSION|SAMPLE)\s*=/i.test(decodeBeginning(bytes, 16384) ?? ''),
  read(bytes, fileName) {
    const text = requireText(bytes, fileName);
    const warnings = new Set<string>();
    const scans: RecordedScan[] = [];
    const header = new Map<string, string>();
    let ranges = 0;
    const keys = new RegExp(KEY_LINE);
    for (let match = keys.exec(text); match; match = keys.exec(text)) {
      const key = match[1]!.toUpperCase();
      const layout = /^(2THETA)?(COUNTS|CPS)(TIME)?$/.exec(key);
      if (!layout) {
        header.set(
          key,
          (match[2] ?? '')
            .trim()
            .replace(/^'(.*)'$/, '$1')
            .trim(),
        );
        continue;
      }
      const end = dataEnd(text, keys.lastIndex);
      const { values } = scanNumbers(text, keys.lastIndex, end, { comma: 'decimal', rows: false }, fileName);
      const columns = layout[1] ? (layout[3] ? 3 : 2) : 1;
      const scan = scanOf(header, values, columns, layout[2]!, `range ${++ranges}`, fileName, warnings);
      if (scan) scans.push(scan);
      keys.lastIndex = end;
    }
    if (scans.length === 0) {
      const why = warnings.size > 0 ? `: ${[...warnings].join('; ')}` : '';
      throw badInput(fileName, `the file holds no scan over 2theta${why}`, 'give a file with a 2theta scan');
    }
    return { formatId: 'bruker-uxd', scans, warnings: [...warnings] };
  },
};

/** The data end where a line begins with a key or a comment. */
function dataEnd(text: string, from: number): number {
  const next = /\n[ \t]*[_;]/g;
  next.lastIndex = from;
  return next.exec(text)?.index ?? text.length;
}

function scanOf(
  header: Header,
  values: Float64Array,
  columnCount: number,
  unitName: string,
  label: string,
  fileName: string,
  warnings: Set<string>,
): RecordedScan | null {
  const drive = header.get('DRIVE') || null;
  if (drive !== null && OTHER_DRIVE.test(drive)) {
    warnings.add(`${label} is left out: it moves ${drive} and not 2theta`);
    return null;
  }
  if (values.length % columnCount !== 0)
    throw badInput(fileName, `the ${values.length} numbers of ${label} are no rows of ${columnCount}`, DAMAGED);
  const numbers = { values, columnCount };
  const counts = columnCount === 1 ? values : columnOf(numbers, 1);
  const twoThetaDeg = columnCount === 1 ? anglesOf(header, counts.length, label, fileName) : columnOf(numbers, 0);
  checkPoints(twoThetaDeg, counts, fileName);
  const stepTimeS = plausibleTimeS(headerNumber(header.get('STEPTIME')));
  const timesS = columnCount === 3 ? columnOf(numbers, 2) : null;
  if (timesS && !timesS.every((time) => time > 0)) throw badInput(fileName, `a time of ${label} is not above 0`, DAMAGED);
  const radiusMm = headerNumber(header.get('GONIOMETER_RADIUS'));
  return {
    ...BLANK_SCAN,
    unit: unitOf(counts, unitName, label, warnings),
    twoThetaDeg,
    counts,
    liveS: timesS,
    stepTimeS: timesS ? null : stepTimeS,
    radiation: radiationOf(header, warnings),
    sampleName: header.get('SAMPLE') || null,
    startedAt: header.get('DATEMEASURED') || null,
    radiusMm: radiusMm !== null && radiusMm > 0 ? radiusMm : null,
    scanAxis: drive,
  };
}

function anglesOf(header: Header, count: number, label: string, fileName: string): Float64Array {
  const fromDeg = headerNumber(header.get('START')) ?? headerNumber(header.get('2THETA'));
  const stepDeg = headerNumber(header.get('STEPSIZE'));
  if (fromDeg === null || stepDeg === null || !(stepDeg > 0))
    throw badInput(fileName, `${label} gives no start and step of 2theta`, DAMAGED);
  return evenAngles(fromDeg, stepDeg, count);
}

function radiationOf(header: Header, warnings: Set<string>): RecordedScan['radiation'] {
  const unitA = /^nm$/i.test(header.get('WL_UNIT') ?? '') ? 10 : 1;
  const lengthA = (key: string): number | null => {
    const length = headerNumber(header.get(key));
    return length === null ? null : length * unitA;
  };
  const ratio = headerNumber(header.get('WLRATIO'));
  return tubeRadiation({ anode: header.get('ANODE') || null, alpha1A: lengthA('WL1'), alpha2A: lengthA('WL2'), ratio }, warnings);
}
