import { badInput } from '../domain/errors.ts';
import { BLANK_SCAN } from './blank-scan.ts';
import { areCounts, checkPoints } from './check-points.ts';
import { decodeBeginning } from './decode-text.ts';
import { evenAngles, requirePoints, spannedPoints } from './even-raster.ts';
import type { FormatReader } from './format-reader.ts';
import { headerNumber, scanNumbers } from './number-scan.ts';
import { requireText } from './require-text.ts';
import { tubeRadiation } from './tube-radiation.ts';

const TITLE = /^\s*SIETRONICS XRD SCAN/i;
const TRUNCATED = 'the file is damaged or truncated: copy or export it again';

/**
 * Sietronics CPI text: start, end, step, anode, wavelength, date, speed and comment on a line each, then SCANDATA and one intensity a line;
 * decimal commas occur. The unit of the speed is not told, and programs disagree about it: it gives no time. Written from public files.
 */
export const sietronicsCpi: FormatReader = {
  id: 'sietronics-cpi',
  title: 'Sietronics CPI',
  extensions: ['cpi'],
  mark: 'the title line of the program',
  sniff: (bytes) => TITLE.test(decodeBeginning(bytes, 4096) ?? ''),
  read(bytes, fileName) {
    const text = requireText(bytes, fileName);
    const mark = /^[ \t]*SCANDATA[ \t]*\r?$/im.exec(text);
    if (!mark) throw badInput(fileName, 'the line SCANDATA is missing', TRUNCATED);
    const header = text
      .slice(0, mark.index)
      .split(/\r\n|\n|\r/)
      .map((line) => line.trim());
    const begin = header.findIndex((line) => TITLE.test(line));
    const [fromDeg, toDeg, stepDeg] = [1, 2, 3].map((line) => headerNumber(header[begin + line])) as (number | null)[];
    const promised = spannedPoints(fromDeg ?? null, toDeg ?? null, stepDeg ?? null, fileName);
    const { values } = scanNumbers(text, mark.index + mark[0].length, text.length, { comma: 'decimal', rows: false }, fileName);
    requirePoints(promised, values.length, fileName);
    const twoThetaDeg = evenAngles(fromDeg!, stepDeg!, values.length);
    checkPoints(twoThetaDeg, values, fileName);
    const warnings = new Set<string>();
    const isCounted = areCounts(values);
    if (!isCounted) warnings.add('the intensities are no whole counts: their statistics are lost');
    const tube = { anode: header[begin + 4] || null, alpha1A: headerNumber(header[begin + 5]), alpha2A: null, ratio: null };
    const scan = {
      ...BLANK_SCAN,
      unit: isCounted ? ('counts' as const) : ('arbitrary' as const),
      twoThetaDeg,
      counts: values,
      radiation: tubeRadiation(tube, warnings),
      startedAt: header[begin + 6] || null,
      sampleName: header[begin + 8] || null,
    };
    return { formatId: 'sietronics-cpi', scans: [scan], warnings: [...warnings] };
  },
};
