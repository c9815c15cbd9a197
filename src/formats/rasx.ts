import { badInput } from '../domain/errors.ts';
import { decodeText } from './decode-text.ts';
import type { FormatReader, RecordedScan } from './format-reader.ts';
import { readRasxScan } from './rasx-scan.ts';
import { parseXml } from './xml-tree.ts';
import { openZip, type ZipArchive } from './zip-archive.ts';
import { zipMentions } from './zip-mentions.ts';

const PROFILE = /^(Data\d+)\/Profile(\d*)\.txt$/i;
const MAX_PROFILE_BYTES = 48 * 2 ** 20;
const MAX_XML_BYTES = 4 * 2 ** 20;

/** Rigaku RASX: an archive with a text of three columns and an XML of conditions for each scan. Written from real files. */
export const rasx: FormatReader = {
  id: 'rasx',
  title: 'Rigaku RASX',
  extensions: ['rasx'],
  mark: 'a zip with profiles in folders Data0, ...',
  sniff: (bytes) => zipMentions(bytes, /Data\d+[/\\](Profile\d*\.txt|MesurementConditions\d*\.xml)/),
  read(bytes, fileName) {
    const archive = openZip(bytes, fileName);
    const profiles = archive.names.filter((name) => PROFILE.test(name)).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    if (profiles.length === 0) throw badInput(fileName, 'the archive holds no profile of a scan', 'export the scan again as RASX or RAS');
    const warnings = new Set<string>();
    const scans = profiles.flatMap((name, i) => readProfile(archive, name, `scan ${i + 1}`, fileName, warnings) ?? []);
    if (scans.length === 0)
      throw badInput(fileName, `the file holds no scan over 2theta: ${[...warnings].join('; ')}`, 'give a file with a 2theta scan');
    return { formatId: 'rasx', scans, warnings: [...warnings] };
  },
};

function readProfile(archive: ZipArchive, name: string, label: string, fileName: string, warnings: Set<string>): RecordedScan | null {
  const [, folder, number] = PROFILE.exec(name)!;
  const wanted = [`${folder}/MesurementConditions${number}.xml`, `${folder}/MeasurementConditions${number}.xml`];
  const conditionsName = wanted.find((candidate) => archive.names.includes(candidate));
  if (conditionsName === undefined) warnings.add(`${label} comes without its conditions: unit, time and wavelength are not known`);
  const conditions =
    conditionsName === undefined
      ? null
      : parseXml(textOf(archive, conditionsName, MAX_XML_BYTES, fileName), fileName).find('MeasurementConditions');
  return readRasxScan(textOf(archive, name, MAX_PROFILE_BYTES, fileName), conditions, label, fileName, warnings);
}

function textOf(archive: ZipArchive, name: string, maxBytes: number, fileName: string): string {
  const text = decodeText(archive.unpack(name, maxBytes));
  if (text === null) throw badInput(fileName, `the entry ${name} is binary and not text`, 'export the scan again as RASX or RAS');
  return text;
}
