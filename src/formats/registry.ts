import { badInput } from '../domain/errors.ts';
import { brml } from './brml.ts';
import { brukerRaw } from './bruker-raw.ts';
import { brukerUxd } from './bruker-uxd.ts';
import { checkScan } from './check-scan.ts';
import type { FormatReader, RecordedFile } from './format-reader.ts';
import { gsas } from './gsas.ts';
import { nexus } from './nexus.ts';
import { pdcif } from './pdcif.ts';
import { philipsRd } from './philips-rd.ts';
import { philipsUdf } from './philips-udf.ts';
import { rangeColumns } from './range-columns.ts';
import { rasx } from './rasx.ts';
import { rigakuDat } from './rigaku-dat.ts';
import { rigakuRas } from './rigaku-ras.ts';
import { shortRefusal } from './short-refusal.ts';
import { sietronicsCpi } from './sietronics-cpi.ts';
import { textColumns } from './text-columns.ts';
import { xrdml } from './xrdml.ts';

export type { FormatReader, RecordedFile, RecordedScan } from './format-reader.ts';

/** Asked in this order; text in columns comes last, because it accepts the most. */
export const formats: readonly FormatReader[] = [
  xrdml,
  brukerRaw,
  brml,
  rasx,
  nexus,
  philipsRd,
  rigakuRas,
  rigakuDat,
  brukerUxd,
  philipsUdf,
  sietronicsCpi,
  pdcif,
  gsas,
  rangeColumns,
  textColumns,
];

/** Reads a measured file, told by its content and not by its name. Rejects with badInput, subject `fileName`, where it cannot. */
export async function readRecordedFile(bytes: Uint8Array, fileName: string): Promise<RecordedFile> {
  if (bytes.length === 0) throw badInput(fileName, 'the file is empty', 'copy or export it again');
  const reader = formats.find((format) => format.sniff(bytes, fileName));
  if (!reader) {
    const known = formats.map((format) => `${format.title} (.${format.extensions.join(', .')})`).join('; ');
    throw badInput(fileName, 'this is no known format of a powder pattern', `export it as one of: ${known}`);
  }
  try {
    const file = await reader.read(bytes, fileName);
    for (const scan of file.scans) checkScan(scan, fileName);
    return file;
  } catch (error) {
    throw shortRefusal(error);
  }
}
