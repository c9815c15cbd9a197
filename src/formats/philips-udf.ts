import { badInput } from '../domain/errors.ts';
import { BLANK_SCAN } from './blank-scan.ts';
import { areCounts, checkPoints } from './check-points.ts';
import { decodeBeginning } from './decode-text.ts';
import { evenAngles, requirePoints, spannedPoints } from './even-raster.ts';
import type { FormatReader } from './format-reader.ts';
import { headerNumber, scanNumbers } from './number-scan.ts';
import { requireText } from './require-text.ts';
import { plausibleTimeS } from './step-time.ts';
import { tubeRadiation } from './tube-radiation.ts';

/** Philips UDF text: `Key, value,/` lines, then the counts after RawScan, ended by a slash. Written from public files. */
export const philipsUdf: FormatReader = {
  id: 'philips-udf',
  title: 'Philips UDF',
  extensions: ['udf'],
  mark: 'SampleIdent at the beginning',
  sniff: (bytes) => /^\s*SampleIdent\s*,/i.test(decodeBeginning(bytes, 4096) ?? ''),
  read(bytes, fileName) {
    const text = requireText(bytes, fileName);
    const mark = /^[ \t]*RawScan[ \t,/]*\r?$/im.exec(text);
    if (!mark) throw badInput(fileName, 'the file holds no RawScan', 'export the measured scan, not a list of peaks');
    const from = mark.index + mark[0].length;
    const end = text.indexOf('/', from);
    if (end < 0) throw badInput(fileName, 'the data do not end with a slash', 'the file is damaged or truncated: copy or export it again');
    const { values } = scanNumbers(text, from, end, { comma: 'separator', rows: false }, fileName);
    const warnings = new Set<string>();
    const header = headerOf(text.slice(0, mark.index));
    const twoThetaDeg = anglesOf(header, values.length, fileName, warnings);
    checkPoints(twoThetaDeg, values, fileName);
    const number = (key: string): number | null => headerNumber(header.get(key)?.[0]);
    const isCounted = areCounts(values);
    if (!isCounted) warnings.add('the intensities are no whole counts: their statistics are lost');
    const tube = {
      anode: header.get('anode')?.[0] ?? null,
      alpha1A: number('labdaalpha1'),
      alpha2A: number('labdaalpha2'),
      ratio: number('ratioalpha21'),
    };
    const scan = {
      ...BLANK_SCAN,
      unit: isCounted ? ('counts' as const) : ('arbitrary' as const),
      twoThetaDeg,
      counts: values,
      stepTimeS: plausibleTimeS(number('scansteptime')),
      radiation: tubeRadiation(tube, warnings),
      sampleName: header.get('sampleident')?.[0] || null,
      startedAt: header.get('filedatetime')?.[0] || null,
    };
    return { formatId: 'philips-udf', scans: [scan], warnings: [...warnings] };
  },
};

/** Fields after the key, which is lower case; a slash ends each line. */
function headerOf(text: string): Map<string, string[]> {
  const header = new Map<string, string[]>();
  for (const line of text.split(/\r\n|\n|\r/)) {
    const [key, ...fields] = withoutEnd(withoutEnd(line, '/'), ',').split(',');
    if (key !== undefined && fields.length > 0)
      header.set(
        key.trim().toLowerCase(),
        fields.map((field) => field.trim()),
      );
  }
  return header;
}

function withoutEnd(line: string, mark: string): string {
  const text = line.trimEnd();
  return text.endsWith(mark) ? text.slice(0, -1) : text;
}

/** The header rounds the step, 0.0167 to 0.017, but not the range: where the points fit the range with such a step, the range decides. */
function anglesOf(header: ReadonlyMap<string, string[]>, count: number, fileName: string, warnings: Set<string>): Float64Array {
  const [fromDeg, toDeg] = (header.get('dataanglerange') ?? []).map((field) => headerNumber(field));
  const stepText = header.get('scanstepsize')?.[0] ?? '';
  const stepDeg = headerNumber(stepText);
  const promised = spannedPoints(fromDeg ?? null, toDeg ?? null, stepDeg, fileName);
  const spacedDeg = (toDeg! - fromDeg!) / (count - 1);
  const decimals = stepText.split('.')[1]?.length ?? 0;
  if (!(Math.abs(spacedDeg - stepDeg!) <= 0.5001 * 10 ** -decimals)) {
    requirePoints(promised, count, fileName);
    return evenAngles(fromDeg!, stepDeg!, count);
  }
  if (promised !== count)
    warnings.add(`the step of ${stepText} degrees is rounded: the angles follow from the range and the ${count} points`);
  return evenAngles(fromDeg!, spacedDeg, count);
}
