import { badInput } from '../domain/errors.ts';
import { BLANK_SCAN } from './blank-scan.ts';
import { checkPoints } from './check-points.ts';
import { decodeBeginning } from './decode-text.ts';
import { evenAngles } from './even-raster.ts';
import type { FormatReader, RecordedScan } from './format-reader.ts';
import { unitOf } from './measured-unit.ts';
import { headerNumber, scanNumbers } from './number-scan.ts';
import { requireText } from './require-text.ts';
import { stepTimeFromSpeed } from './step-time.ts';
import { tubeRadiation } from './tube-radiation.ts';

type Header = ReadonlyMap<string, string>;

const TRUNCATED = 'the file is damaged or truncated: copy or export it again';
/** The target is given by its atomic number. */
const ANODES: Readonly<Record<string, string>> = { 24: 'Cr', 26: 'Fe', 27: 'Co', 29: 'Cu', 42: 'Mo', 47: 'Ag', 74: 'W' };

/** Rigaku's text of RINT instruments: `*KEY = value` lines, then groups of counts from *BEGIN to *END. Written from a public file. */
export const rigakuDat: FormatReader = {
  id: 'rigaku-dat',
  title: 'Rigaku text (*TYPE = Raw)',
  extensions: ['dat'],
  mark: '*TYPE = Raw at the beginning',
  sniff: (bytes) => /^\s*\*TYPE\s*=\s*Raw/i.test(decodeBeginning(bytes, 4096) ?? ''),
  read(bytes, fileName) {
    const text = requireText(bytes, fileName);
    const warnings = new Set<string>();
    const scans: RecordedScan[] = [];
    const header = new Map<string, string>();
    const marks = /^[ \t]*\*([A-Z_0-9]+)[ \t]*(?:=[ \t]*([^\r\n]*))?/gim;
    let groups = 0;
    let ended = true;
    for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
      const key = mark[1]!.toUpperCase();
      if (key === 'BEGIN') ended = false;
      if (key === 'END') ended = true;
      header.set(key, (mark[2] ?? '').trim());
      if (key !== 'COUNT') continue;
      const from = marks.lastIndex;
      const next = text.indexOf('*', from);
      if (next < 0) throw badInput(fileName, 'the file ends inside its data', TRUNCATED);
      const { values } = scanNumbers(text, from, next, { comma: 'separator', rows: false }, fileName);
      const scan = scanOf(header, values, `group ${++groups}`, fileName, warnings);
      if (scan) scans.push(scan);
    }
    if (!ended) throw badInput(fileName, 'the file ends inside its last group', TRUNCATED);
    if (scans.length === 0) {
      const why = warnings.size > 0 ? `: ${[...warnings].join('; ')}` : '';
      throw badInput(fileName, `the file holds no scan over 2theta${why}`, 'give a file with a 2theta scan');
    }
    return { formatId: 'rigaku-dat', scans, warnings: [...warnings] };
  },
};

function scanOf(header: Header, values: Float64Array, label: string, fileName: string, warnings: Set<string>): RecordedScan | null {
  const axis = header.get('SCAN_AXIS') || null;
  if (axis !== null && !/2 ?-? ?theta/i.test(axis)) {
    warnings.add(`${label} is left out: it runs over ${axis} and not over 2theta`);
    return null;
  }
  const promised = headerNumber(header.get('COUNT'));
  if (promised !== values.length)
    throw badInput(fileName, `${label} promises ${header.get('COUNT')} points but holds ${values.length}`, TRUNCATED);
  const fromDeg = headerNumber(header.get('START'));
  const stepDeg = headerNumber(header.get('STEP'));
  if (fromDeg === null || stepDeg === null || !(stepDeg > 0))
    throw badInput(fileName, `${label} gives no start and step of 2theta`, TRUNCATED);
  const twoThetaDeg = evenAngles(fromDeg, stepDeg, values.length);
  checkPoints(twoThetaDeg, values, fileName);
  return {
    ...BLANK_SCAN,
    unit: unitOf(values, header.get('YUNIT') ?? 'unnamed', label, warnings),
    twoThetaDeg,
    counts: values,
    stepTimeS: stepTimeFromSpeed(headerNumber(header.get('SPEED')), header.get('SPEED_DIM') ?? '', stepDeg),
    radiation: radiationOf(header, warnings),
    sampleName: header.get('SAMPLE') || null,
    startedAt: header.get('DATE') || null,
    scanAxis: axis,
  };
}

/** XRAY_CHAR says K-ALPHA1 also where nothing before the sample could part the doublet, so it does not decide; a beta line does. */
function radiationOf(header: Header, warnings: Set<string>): RecordedScan['radiation'] {
  const facts = {
    anode: ANODES[header.get('TARGET') ?? ''] ?? null,
    alpha1A: headerNumber(header.get('WAVE_LENGTH1')),
    alpha2A: headerNumber(header.get('WAVE_LENGTH2')),
    ratio: null,
  };
  if (/beta/i.test(header.get('XRAY_CHAR') ?? '')) return tubeRadiation({ ...facts, alpha2A: null, ratio: 0 }, warnings);
  if (/alpha ?1/i.test(header.get('XRAY_CHAR') ?? '') && facts.alpha2A !== null)
    warnings.add(
      'the file speaks of K-ALPHA1 and gives both lines of the doublet, which are used: if K alpha 2 was removed, say so with --radiation',
    );
  return tubeRadiation(facts, warnings);
}
