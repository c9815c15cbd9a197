import { badInput } from '../domain/errors.ts';
import { liftRows } from './brml-rows.ts';
import { readBrmlScans } from './brml-scan.ts';
import { decodeText } from './decode-text.ts';
import type { FormatReader } from './format-reader.ts';
import { parseXml, type XmlElement } from './xml-tree.ts';
import { openZip, type ZipArchive } from './zip-archive.ts';
import { zipMentions } from './zip-mentions.ts';

const RAW_DATA = /^Experiment\d+\/RawData\d*\.xml$/i;
const CONTAINER = /^Experiment\d+\/DataContainer\.xml$/i;
/** Half a million points have so many characters; what is left without the points is small. */
const MAX_RAW_DATA_BYTES = 48 * 2 ** 20;
const MAX_XML_CHARACTERS = 4 * 2 ** 20;

/**
 * Bruker BRML: an archive of XML files, one per scan. Which column holds what, the file says itself. Written from real files and the notes on
 * them in geddes.
 */
export const brml: FormatReader = {
  id: 'brml',
  title: 'Bruker BRML',
  extensions: ['brml'],
  mark: 'a zip with folders Experiment0, ...',
  sniff: (bytes) => zipMentions(bytes, /Experiment\d+\/|experimentCollection\.xml/),
  read(bytes, fileName) {
    const archive = openZip(bytes, fileName);
    const names = archive.names.filter((name) => RAW_DATA.test(name)).sort(byNumber);
    if (names.length === 0) throw badInput(fileName, 'the archive holds no raw data of a scan', 'export the scan again as BRML or RAW');
    const warnings = new Set<string>();
    const scans = names.flatMap((name, i) => {
      const text = textOf(archive, name, fileName);
      const lifted = liftRows(text, fileName);
      const root = xmlOf(lifted.xml, name, fileName).find('RawData');
      if (!root) throw badInput(fileName, `the root of ${name} is not "RawData"`, 'export the scan again as BRML or RAW');
      return readBrmlScans(root, lifted, `scan ${i + 1}`, fileName, warnings);
    });
    if (scans.length === 0) {
      const why = warnings.size > 0 ? `: ${[...warnings].join('; ')}` : '';
      throw badInput(fileName, `the file holds no scan over 2theta${why}`, 'give a file with a 2theta scan of a point or line detector');
    }
    const sampleName = sampleNameOf(archive, fileName);
    return {
      formatId: 'brml',
      scans: scans.map((scan) => ({ ...scan, sampleName: scan.sampleName ?? sampleName })),
      warnings: [...warnings],
    };
  },
};

function textOf(archive: ZipArchive, name: string, fileName: string): string {
  const text = decodeText(archive.unpack(name, MAX_RAW_DATA_BYTES));
  if (text === null) throw badInput(fileName, `the entry ${name} is binary and not XML`, 'export the scan again as BRML or RAW');
  return text;
}

function xmlOf(text: string, name: string, fileName: string): XmlElement {
  if (text.length > MAX_XML_CHARACTERS)
    throw badInput(fileName, `the XML of ${name} is larger than any description of a scan`, 'export the scan again as BRML or RAW');
  return parseXml(text, fileName);
}

function sampleNameOf(archive: ZipArchive, fileName: string): string | null {
  const name = archive.names.find((candidate) => CONTAINER.test(candidate));
  if (name === undefined) return null;
  const container = xmlOf(textOf(archive, name, fileName), name, fileName);
  return container.find('DataContainer', 'MeasurementInfo')?.attribute('SampleName') || null;
}

/** RawData2 before RawData10. */
function byNumber(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}
