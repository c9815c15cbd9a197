/**
 * The files of the LabLims hand-off, as a public client writes and reads them (njszym/AdaptiveXRD, oracle/__init__.py): parameters of the scan
 * in one file, an order in another, a table of text as the result. What is assumed of them stands in this file and nowhere else.
 */

export const PARAMS_FILE = 'ScanParams.txt';
export const JOB_FILE = 'Job.xml';
export const RESULT_FILE = 'XRD.ascii';

export interface ScanParams {
  readonly fromDeg: number;
  readonly toDeg: number;
  readonly stepDeg: number;
  readonly dwellS: number;
}

export interface LabLimsJob {
  readonly samplePosition: string;
  readonly priority: number;
  readonly experimentFile: string;
  readonly scriptFile: string;
}

/** The script that reads it runs on Windows. */
const EOL = '\r\n';

export function encodeParams({ fromDeg, toDeg, stepDeg, dwellS }: ScanParams): string {
  const row = [fromDeg, toDeg, stepDeg, dwellS].map((number) => `${decimal(number)};`).join('');
  return `start_angle;end_angle;step_size;time_per_step;${EOL}${row}${EOL}`;
}

/** With a decimal point always, six places at most, never an exponent. */
function decimal(number: number): string {
  const text = number.toFixed(6).replace(/0+$/, '');
  return text.endsWith('.') ? `${text}0` : text;
}

export function encodeJob({ samplePosition, priority, experimentFile, scriptFile }: LabLimsJob): string {
  const fields: readonly (readonly [string, string])[] = [
    ['SamplePosition', samplePosition],
    ['Priority', String(priority)],
    ['Permanent', 'false'],
    ['ExperimentFileOrID', experimentFile],
    ['ScriptFile', scriptFile],
  ];
  return `<MeasurementJob>${fields.map(([name, text]) => `<${name}>${escapeXml(text)}</${name}>`).join('')}</MeasurementJob>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The table of a result: equally long arrays, angles ascending. */
export interface AsciiTable {
  readonly kind: 'table';
  readonly twoThetaDeg: Float64Array;
  readonly intensity: Float64Array;
  readonly decimalComma: boolean;
  /** The last line has no end: something is missing, at least of it. */
  readonly openEnd: boolean;
  /** The last point stands on such a line: its intensity may be cut off. */
  readonly openPoint: boolean;
}

export type ReadAscii = AsciiTable | { readonly kind: 'unreadable'; readonly why: string };

const HEADER_LINES = 3;
const ANGLE_COLUMN = 2;
const POINT_NUMBER = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const COMMA_NUMBER = /^[+-]?\d+(,\d+)?([eE][+-]?\d+)?$/;

/**
 * Three lines of header, then fields parted by semicolons: 2theta in degrees in the third, the intensity in the last. Commas are decimal commas
 * where a number of the table has one and none has a point; both in one table are refused. Never throws.
 */
export function readAscii(text: string): ReadAscii {
  const lines = text.split(/\r\n|\n|\r/);
  const openEnd = lines.at(-1)!.trim() !== '';
  const rows = lines
    .slice(HEADER_LINES)
    .flatMap((line, i) => (line.trim() === '' ? [] : [{ at: i + HEADER_LINES + 1, fields: fieldsOf(line) }]));
  // The field that a cut falls into is no witness of anything.
  const sure = openEnd ? rows.slice(0, -1) : rows;
  const numbers = sure.flatMap(({ fields }) => [fields[ANGLE_COLUMN] ?? '', fields.at(-1) ?? '']);
  const hasComma = numbers.some((field) => field.includes(','));
  if (hasComma && numbers.some((field) => field.includes('.'))) return unreadable('it has decimal points and decimal commas');
  const pattern = hasComma ? COMMA_NUMBER : POINT_NUMBER;
  const angles: number[] = [];
  const intensities: number[] = [];
  let openPoint = openEnd && rows.length > 0;
  for (const [i, { at, fields }] of rows.entries()) {
    const last = openEnd && i === rows.length - 1;
    const [angle, intensity] = [fields[ANGLE_COLUMN], fields.at(-1)];
    const whole = fields.length > ANGLE_COLUMN + 1 && fields.length === rows[0]!.fields.length;
    if (!whole || !pattern.test(angle!) || !pattern.test(intensity!)) {
      openPoint = false;
      if (last) break;
      return unreadable(`line ${at} is no row of numbers`);
    }
    const deg = Number(angle!.replace(',', '.'));
    if (!(deg > (angles.at(-1) ?? Number.NEGATIVE_INFINITY)) || Math.abs(deg) > 180)
      return unreadable(`2theta does not increase in line ${at}`);
    angles.push(deg);
    intensities.push(Number(intensity!.replace(',', '.')));
  }
  if (intensities.some((value) => !Number.isFinite(value))) return unreadable('an intensity is no finite number');
  const table = { twoThetaDeg: Float64Array.from(angles), intensity: Float64Array.from(intensities) };
  return { kind: 'table', ...table, decimalComma: hasComma, openEnd, openPoint };
}

/** One semicolon at the end of a line ends it and begins no field. */
function fieldsOf(line: string): string[] {
  return line
    .trim()
    .replace(/;$/, '')
    .split(';')
    .map((field) => field.trim());
}

function unreadable(why: string): ReadAscii {
  return { kind: 'unreadable', why };
}
