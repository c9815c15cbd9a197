import { badInput } from '../domain/errors.ts';
import { BLANK_SCAN } from './blank-scan.ts';
import { areCounts, checkPoints } from './check-points.ts';
import { areCountingErrors } from './counting-errors.ts';
import { decodeBeginning } from './decode-text.ts';
import { evenAngles } from './even-raster.ts';
import type { FormatReader, RecordedScan } from './format-reader.ts';
import { readGsasRecords } from './gsas-records.ts';
import { headerWavelengthA } from './header-wavelength.ts';
import { columnOf, headerNumber, scanNumbers } from './number-scan.ts';
import { requireText } from './require-text.ts';
import { plausibleTimeS } from './step-time.ts';

const BANK = /^BANK[ \t]+\d[^\r\n]*/gim;
const DAMAGED = 'the file is damaged or truncated: copy or export it again';

/**
 * GSAS powder data of constant wavelength, of the types STD, ESD, FXYE and FXY; each BANK is a scan. Angles are in centidegrees (GSAS manual,
 * Larson & Von Dreele, LAUR 86-748). Time of flight and the compressed ALT are refused by name.
 */
export const gsas: FormatReader = {
  id: 'gsas',
  title: 'GSAS powder data (STD, ESD, FXYE, FXY)',
  extensions: ['gsas', 'gsa', 'gda', 'xra', 'fxye', 'raw', 'dat'],
  mark: 'a line that begins with BANK and numbers',
  sniff: (bytes) => /^BANK[ \t]+\d+[ \t]+\d+[ \t]+\d+[ \t]+[A-Z]/im.test(decodeBeginning(bytes, 65536) ?? ''),
  read(bytes, fileName) {
    const text = requireText(bytes, fileName);
    const warnings = new Set<string>();
    const banks = [...text.matchAll(BANK)];
    const header = text.slice(0, banks[0]?.index ?? 0);
    const scans = banks.map((bank, i) => {
      const from = bank.index + bank[0].length;
      const to = banks[i + 1]?.index ?? text.length;
      return { ...readBank(bank[0], text, from, to, fileName, warnings), ...headerFacts(header) };
    });
    if (scans.length === 0) throw badInput(fileName, 'the file holds no BANK of data', DAMAGED);
    return { formatId: 'gsas', scans, warnings: [...warnings] };
  },
};

/** BANK, number, channels, records, binning, its four coefficients (start and step in centidegrees), type; STD where no type is given. */
function readBank(line: string, text: string, from: number, to: number, fileName: string, warnings: Set<string>): RecordedScan {
  const words = line.trim().split(/\s+/);
  const bank = `bank ${words[1]}`;
  const count = headerNumber(words[2]);
  const [binning = '', ...rest] = words.slice(4);
  const type = rest.find((word) => /^[A-Z]/i.test(word))?.toUpperCase() ?? 'STD';
  if (!/^CONST?$/i.test(binning))
    throw badInput(fileName, `${bank} is binned as ${binning}, which is no angle at constant wavelength`, 'give a scan over 2theta');
  if (count === null || !Number.isInteger(count) || count < 1)
    throw badInput(fileName, `${bank} does not say how many points it has`, DAMAGED);
  if (type === 'FXYE' || type === 'FXY') return freeScan(type, bank, count, text, from, to, fileName, warnings);
  if (type !== 'STD' && type !== 'ESD')
    throw badInput(fileName, `the GSAS data type ${type.slice(0, 10)} is not read`, 'export the pattern as FXYE, STD or ESD');
  const [fromDeg, stepDeg] = rest.slice(0, 2).map((word) => (headerNumber(word) ?? Number.NaN) / 100);
  if (!(stepDeg! > 0) || !Number.isFinite(fromDeg)) throw badInput(fileName, `${bank} gives no start and step`, DAMAGED);
  const lines = text
    .slice(from, to)
    .replace(/^\r?\n/, '')
    .split(/\r?\n/);
  const { values, second } = readGsasRecords(lines, type, count, fileName);
  const isAveraged = type === 'STD' && second.some((counters) => counters !== 1);
  if (isAveraged) warnings.add(`${bank} holds averages over several counters: their statistics are lost`);
  const esds = type === 'ESD' ? second : null;
  return scanOf(evenAngles(fromDeg!, stepDeg!, count), values, esds, isAveraged, bank, fileName, warnings);
}

function freeScan(
  type: 'FXYE' | 'FXY',
  bank: string,
  count: number,
  text: string,
  from: number,
  to: number,
  fileName: string,
  warnings: Set<string>,
): RecordedScan {
  const numbers = scanNumbers(text, from, to, { comma: 'separator', rows: true }, fileName);
  const wanted = type === 'FXYE' ? 3 : 2;
  const stored = numbers.columnCount === 0 ? 0 : numbers.values.length / numbers.columnCount;
  if (stored !== count) throw badInput(fileName, `${bank} promises ${count} points but the file holds ${stored}`, DAMAGED);
  if (numbers.columnCount < wanted)
    throw badInput(fileName, `${bank} is of the type ${type} but has ${numbers.columnCount} columns`, DAMAGED);
  const twoThetaDeg = columnOf(numbers, 0).map((centidegrees) => centidegrees / 100);
  return scanOf(twoThetaDeg, columnOf(numbers, 1), wanted === 3 ? columnOf(numbers, 2) : null, false, bank, fileName, warnings);
}

function scanOf(
  twoThetaDeg: Float64Array,
  values: Float64Array,
  esds: Float64Array | null,
  isAveraged: boolean,
  bank: string,
  fileName: string,
  warnings: Set<string>,
): RecordedScan {
  checkPoints(twoThetaDeg, values, fileName);
  const isCounted = !isAveraged && areCounts(values) && (!esds || areCountingErrors(values, esds));
  if (!isCounted && !isAveraged)
    warnings.add(`the intensities of ${bank} are no counts with their square roots as errors: they are taken as arbitrary`);
  return { ...BLANK_SCAN, unit: isCounted ? 'counts' : 'arbitrary', twoThetaDeg, counts: values };
}

/** What free text above the first bank says; the keys are those of the 11-BM instrument's files. */
function headerFacts(header: string): Pick<RecordedScan, 'radiation' | 'sampleName' | 'stepTimeS'> {
  const wavelengthA = headerWavelengthA(header);
  const stepTimeS = headerNumber(/time per step \(sec\)[ \t]*=[ \t]*([^\r\n]*)/i.exec(header)?.[1]);
  const named = /user sample name[ \t]*=[ \t]*([^\r\n]*)/i.exec(header)?.[1]?.trim();
  const title = header.split(/\r?\n/)[0]!.replace(/^#/, '').replace(/\s+/g, ' ').trim();
  return {
    radiation: wavelengthA === null ? null : { anode: null, lines: [{ wavelengthA, weight: 1 }] },
    sampleName: named || title || null,
    stepTimeS: plausibleTimeS(stepTimeS),
  };
}
