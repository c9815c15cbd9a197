import { badInput } from '../domain/errors.ts';
import { BLANK_SCAN } from './blank-scan.ts';
import { areCounts, checkPoints } from './check-points.ts';
import { type ColumnTable, readColumnTable } from './column-table.ts';
import { decodeBeginning } from './decode-text.ts';
import type { FormatReader, RecordedFile, RecordedScan } from './format-reader.ts';
import { headerWavelengthA } from './header-wavelength.ts';
import { requireText } from './require-text.ts';

/** Beginnings and lines of other formats, whose numbers would be misread as columns: markup, Rigaku, UDF, CPI; GSAS, and CIF or UXD keys. */
const FOREIGN_BEGINNING = /^\s*(<|\*(RAS|MEAS|TYPE)|SampleIdent|SIETRONICS)/i;
const FOREIGN_LINE = /^(BANK\s+\d|_[A-Za-z+])/im;
const OTHER_AXIS = /^\W*(q|d|s|d-?spacing|tof|energy|k)\b/i;

/** Angle and intensity in the first two columns of a text; a third holds errors or a background and is not needed. */
export const textColumns: FormatReader = {
  id: 'columns',
  title: 'text in columns, 2theta in degrees and intensity',
  extensions: ['xy', 'xye', 'csv', 'prn', 'asc', 'dat', 'txt'],
  mark: 'rows of numbers and no mark of another format',
  sniff(bytes) {
    const beginning = decodeBeginning(bytes, 65536);
    return beginning !== null && !FOREIGN_BEGINNING.test(beginning) && !FOREIGN_LINE.test(beginning);
  },
  read(bytes, fileName) {
    return fileOf(readColumnTable(requireText(bytes, fileName), fileName), fileName);
  },
};

function fileOf(table: ColumnTable, fileName: string): RecordedFile {
  const axis = OTHER_AXIS.exec(table.header.at(-1) ?? '')?.[1];
  if (axis !== undefined)
    throw badInput(fileName, `the first column is headed "${axis}" and not 2theta`, 'export the pattern against 2theta in degrees');
  checkPoints(table.first, table.second, fileName);
  const warnings: string[] = [];
  if (table.columnCount > 3) warnings.push(`the file has ${table.columnCount} columns: the first two are used as angle and intensity`);
  const wavelengthA = headerWavelengthA(table.header.join('\n'));
  const scan: RecordedScan = {
    ...BLANK_SCAN,
    unit: areCounts(table.second) ? 'counts' : 'arbitrary',
    twoThetaDeg: table.first,
    counts: table.second,
    radiation: wavelengthA === null ? null : { anode: null, lines: [{ wavelengthA, weight: 1 }] },
  };
  return { formatId: 'columns', scans: [scan], warnings };
}
