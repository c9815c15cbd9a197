import { badInput } from '../domain/errors.ts';
import { readRawV1, readRawV2 } from './bruker-raw-early.ts';
import { type RawVersion, scanOfRange } from './bruker-raw-range.ts';
import { readRawV3 } from './bruker-raw-v3.ts';
import { readRawV4 } from './bruker-raw-v4.ts';
import { byteReader } from './byte-reader.ts';
import { decodeBeginning } from './decode-text.ts';
import type { FormatReader } from './format-reader.ts';

/** By magic word, the longer ones first. */
const VERSIONS: readonly (readonly [string, RawVersion])[] = [
  ['RAW4.00', readRawV4],
  ['RAW1.01', readRawV3],
  ['RAW2', readRawV2],
  ['RAW ', readRawV1],
];

/** Siemens and Bruker RAW, versions 1 to 4, of any number of ranges; RAW files of other makers are refused by name. */
export const brukerRaw: FormatReader = {
  id: 'bruker-raw',
  title: 'Bruker RAW, versions 1 to 4',
  extensions: ['raw'],
  mark: 'RAW, RAW2, RAW1.01 or RAW4.00 at the beginning of binary data',
  sniff: (bytes) => magicOf(bytes).startsWith('RAW') && decodeBeginning(bytes, 512) === null,
  read(bytes, fileName) {
    const magic = magicOf(bytes);
    const version = VERSIONS.find(([word]) => magic.startsWith(word))?.[1];
    if (!version) throw foreign(magic, fileName);
    const { facts, ranges } = version(byteReader(bytes, fileName), fileName);
    const warnings = new Set<string>();
    if (facts.status && facts.status !== 'done') warnings.add(`the file has the status "${facts.status}" and may stop short`);
    const scans = ranges.flatMap((range, i) => scanOfRange(range, facts, `range ${i + 1}`, fileName, warnings) ?? []);
    if (scans.length === 0) {
      const why = warnings.size > 0 ? `: ${[...warnings].join('; ')}` : '';
      throw badInput(fileName, `the file holds no scan over 2theta${why}`, 'give a file with a 2theta scan');
    }
    return { formatId: 'bruker-raw', scans, warnings: [...warnings] };
  },
};

function magicOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 14));
}

function foreign(magic: string, fileName: string): Error {
  if (magic.startsWith('RAW_'))
    return badInput(
      fileName,
      `this is a RAW file of STOE WinXPOW (${printable(magic)}), whose inner layout is not published`,
      'export it from WinXPOW as text in two columns, 2theta and counts',
    );
  return badInput(
    fileName,
    `the kind "${printable(magic)}" of RAW files is not known`,
    'export the scan as XRDML, BRML, UXD or text in two columns',
  );
}

function printable(magic: string): string {
  return /^[\x20-\x7e]*/.exec(magic)![0].trim();
}
