import { badInput } from '../domain/errors.ts';
import { BLANK_SCAN } from './blank-scan.ts';
import { checkPoints } from './check-points.ts';
import { decodeBeginning } from './decode-text.ts';
import type { FormatReader, RecordedScan } from './format-reader.ts';
import { behindAttenuator, unitOf } from './measured-unit.ts';
import { columnOf, headerNumber, type ScannedNumbers, scanNumbers } from './number-scan.ts';
import { requireText } from './require-text.ts';
import { stepTimeFromSpeed } from './step-time.ts';
import { tubeRadiation } from './tube-radiation.ts';

type Header = ReadonlyMap<string, string>;

const TRUNCATED = 'the file is damaged or truncated: copy or export it again';
/** No attenuator weakens the beam more, and a live time shortened by it is still a number. */
const MAX_FACTOR = 1e9;
const DATA_END = '*RAS_INT_END';

/**
 * Rigaku RAS text: any number of scans, each a header of `*KEY "value"` lines and rows of 2theta, intensity and, mostly, the factor of the
 * attenuator, by which the intensity is not yet multiplied. Written from public files; the factor as two public readers of the format use it.
 */
export const rigakuRas: FormatReader = {
  id: 'rigaku-ras',
  title: 'Rigaku RAS',
  extensions: ['ras'],
  mark: '*RAS_DATA_START or *RAS_HEADER_START at the beginning',
  sniff: (bytes) => /^\s*\*RAS_(DATA|HEADER)_START/.test(decodeBeginning(bytes, 4096) ?? ''),
  read(bytes, fileName) {
    const text = requireText(bytes, fileName);
    const warnings = new Set<string>();
    const scans: RecordedScan[] = [];
    let found = 0;
    let header = new Map<string, string>();
    for (let at = 0; at < text.length; ) {
      const end = lineEnd(text, at);
      const line = text.slice(at, end).trim();
      at = end + 1;
      if (line === '*RAS_HEADER_START') header = new Map();
      else if (line === '*RAS_INT_START') {
        found++;
        const dataEnd = text.indexOf(DATA_END, end);
        if (dataEnd < 0) throw badInput(fileName, `the file ends inside the data of scan ${found}`, TRUNCATED);
        const numbers = scanNumbers(text, end, dataEnd, { comma: 'decimal', rows: true }, fileName);
        const scan = scanOf(header, numbers, `scan ${found}`, fileName, warnings);
        if (scan) scans.push(scan);
        header = new Map();
        at = dataEnd + DATA_END.length;
      } else {
        const entry = /^\*(\S+)\s+(\S.*)$/.exec(line);
        if (entry) header.set(entry[1]!, entry[2]!.replace(/^"|"$/g, '').trim());
      }
    }
    if (header.has('MEAS_SCAN_START')) throw badInput(fileName, 'the file ends after a header without data', TRUNCATED);
    if (scans.length === 0) {
      const why = warnings.size > 0 ? `: ${[...warnings].join('; ')}` : '';
      throw badInput(fileName, `the file holds no scan over 2theta${why}`, 'give a file with a 2theta scan');
    }
    return { formatId: 'rigaku-ras', scans, warnings: [...warnings] };
  },
};

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function scanOf(header: Header, numbers: ScannedNumbers, label: string, fileName: string, warnings: Set<string>): RecordedScan | null {
  const axis = header.get('MEAS_SCAN_AXIS_X_INTERNAL') || header.get('MEAS_SCAN_AXIS_X') || null;
  if (axis !== null && !runsOverTwoTheta(axis)) {
    warnings.add(`${label} is left out: it runs over ${axis} and not over 2theta`);
    return null;
  }
  const angleUnit = header.get('MEAS_SCAN_UNIT_X') || 'deg';
  if (!/^deg/i.test(angleUnit)) throw badInput(fileName, `the angles of ${label} are in "${angleUnit}"`, 'export the pattern in degrees');
  if (numbers.columnCount < 2) throw badInput(fileName, `${label} holds no rows of angle and intensity`, TRUNCATED);
  const twoThetaDeg = columnOf(numbers, 0);
  const promised = headerNumber(header.get('MEAS_DATA_COUNT'));
  if (promised !== null && promised !== twoThetaDeg.length)
    throw badInput(fileName, `the header of ${label} promises ${promised} points but there are ${twoThetaDeg.length}`, TRUNCATED);
  const values = columnOf(numbers, 1);
  const factors = numbers.columnCount > 2 ? columnOf(numbers, 2) : null;
  if (factors && !factors.every((factor) => factor > 0 && factor <= MAX_FACTOR))
    throw badInput(fileName, `an attenuation factor of ${label} is not between 0 and ${MAX_FACTOR}`, TRUNCATED);
  const unit = unitOf(values, header.get('MEAS_SCAN_UNIT_Y') ?? 'unnamed', label, warnings);
  const measured = behindAttenuator(values, factors, unit, stepTimeS(header));
  checkPoints(twoThetaDeg, measured.counts, fileName);
  return {
    ...BLANK_SCAN,
    ...measured,
    unit,
    twoThetaDeg,
    radiation: radiationOf(header, warnings),
    sampleName: header.get('FILE_SAMPLE') || null,
    startedAt: header.get('MEAS_SCAN_START_TIME') || null,
    endedAt: header.get('MEAS_SCAN_END_TIME') || null,
    scanAxis: axis,
  };
}

/** `TwoThetaTheta`, `2-Theta`, `Theta/2-Theta`; but an axis that leads with omega gives omega. */
function runsOverTwoTheta(axis: string): boolean {
  return /two-?theta|2 ?-? ?(theta|θ)|^2/i.test(axis) && !/^omega/i.test(axis);
}

/** Null where the header gives the speed no unit: it is not assumed. */
function stepTimeS(header: Header): number | null {
  const speed = headerNumber(header.get('MEAS_SCAN_SPEED'));
  return stepTimeFromSpeed(speed, header.get('MEAS_SCAN_SPEED_UNIT') ?? '', headerNumber(header.get('MEAS_SCAN_STEP')));
}

function radiationOf(header: Header, warnings: Set<string>): RecordedScan['radiation'] {
  const type = header.get('MEAS_COND_XG_WAVE_TYPE') ?? '';
  const line = (name: string): number | null => headerNumber(header.get(`HW_XG_WAVE_LENGTH_${name}`));
  const anode = header.get('HW_XG_TARGET_NAME') || null;
  const oneLine = /^K ?b/i.test(type) ? 'BETA' : /^K ?a ?1/i.test(type) ? 'ALPHA1' : null;
  const facts = oneLine
    ? { anode, alpha1A: line(oneLine), alpha2A: null, ratio: 0 }
    : { anode, alpha1A: line('ALPHA1'), alpha2A: line('ALPHA2'), ratio: null };
  const crystal = incidentMonochromator(header);
  if (crystal && facts.ratio !== 0)
    warnings.add(`a monochromator (${crystal}) stands before the sample: if it passes K alpha 1 only, say so with --radiation`);
  return tubeRadiation(facts, warnings);
}

/** The crystal before the sample, as Ge(220)x2; null where the position names none. */
function incidentMonochromator(header: Header): string | null {
  for (const [key, value] of header) {
    if (value !== 'IncidentMonochromator' || !key.startsWith('MEAS_COND_AXIS_NAME_INTERNAL-')) continue;
    const position = header.get(key.replace('NAME_INTERNAL', 'POSITION')) ?? '';
    return /\b(Ge|Si)\b/.test(position) ? position : null;
  }
  return null;
}
