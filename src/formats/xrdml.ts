import { badInput } from '../domain/errors.ts';
import { decodeBeginning, decodeText } from './decode-text.ts';
import type { FormatReader, RecordedScan } from './format-reader.ts';
import { numberOf, parseXml, type XmlElement } from './xml-tree.ts';
import { readXrdmlRadiation } from './xrdml-radiation.ts';
import { readXrdmlScan } from './xrdml-scan.ts';

/** PANalytical XRDML, schema 1.0 to 2.3: any number of measurements, each of any number of scans. */
export const xrdml: FormatReader = {
  id: 'xrdml',
  title: 'PANalytical XRDML',
  extensions: ['xrdml', 'xml'],
  mark: 'the XML element xrdMeasurements',
  sniff(bytes) {
    const beginning = decodeBeginning(bytes, 8192);
    return beginning !== null && /^\s*</.test(beginning) && /<([\w.-]+:)?xrdMeasurements[\s>]/.test(beginning);
  },
  read(bytes, fileName) {
    const text = decodeText(bytes);
    if (text === null)
      throw badInput(fileName, 'the file turns from text into binary data', 'the file is damaged: copy or export it again');
    const root = parseXml(text, fileName).find('xrdMeasurements');
    if (!root) throw badInput(fileName, 'the root of the XML is not "xrdMeasurements"', 'export the file again from the instrument');
    const warnings: string[] = [];
    const measurements = root.all('xrdMeasurement');
    const scans = measurements.flatMap((measurement, i) => {
      const name = measurements.length > 1 ? `measurement ${i + 1}, ` : '';
      return readMeasurement(root, measurement, name, fileName, warnings);
    });
    if (scans.length === 0) {
      const why = warnings.length > 0 ? `: ${warnings.join('; ')}` : '';
      throw badInput(fileName, `the file holds no scan over 2theta${why}`, 'give a file with a 2theta scan');
    }
    return { formatId: 'xrdml', scans, warnings };
  },
};

function readMeasurement(root: XmlElement, measurement: XmlElement, name: string, fileName: string, warnings: string[]): RecordedScan[] {
  const sample = root.find('sample');
  const detector = measurement.find('diffractedBeamPath', 'detector');
  const radius = measurement.find('diffractedBeamPath', 'radius') ?? measurement.find('incidentBeamPath', 'radius');
  const activeLength = detector?.find('activeLength') ?? null;
  const shared = {
    radiation: readXrdmlRadiation(measurement, fileName, warnings),
    sampleName: sample?.find('name')?.text || sample?.find('id')?.text || null,
    apertureDeg: activeLength?.attribute('unit') === 'deg' ? numberOf(activeLength) : null,
    radiusMm: radius ? numberOf(radius) : null,
  };
  return measurement.all('scan').flatMap((scan, i) => {
    const label = `${name}scan ${i + 1}`;
    const status = scan.attribute('status') ?? measurement.attribute('status');
    const read = readXrdmlScan(scan, label, fileName, warnings);
    if (read && status !== null && status !== 'Completed') warnings.push(`${label} has the status "${status}" and may stop short`);
    return read ? [{ ...shared, ...read, status }] : [];
  });
}
