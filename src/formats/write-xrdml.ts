import type { Radiation } from '../domain/radiation.ts';
import type { RecordedScan } from './format-reader.ts';
import type { FormatWriter } from './format-writer.ts';
import { oneLine } from './one-line.ts';
import { writeXrdmlScan } from './write-xrdml-scan.ts';
import { type XmlNode, xmlNode, xmlText } from './xml-text.ts';

const NAMESPACE = 'http://www.xrdml.com/XRDMeasurement/2.1';

/** PANalytical XRDML 2.1: raw counts, and beside them the attenuation factors and the live times that explain them. */
export const xrdmlWriter: FormatWriter = {
  id: 'xrdml',
  title: 'PANalytical XRDML 2.1',
  extensions: ['xrdml'],
  readBy: 'xrdml',
  holdsSeveral: true,
  write(scans) {
    const sampleName = oneLine(scans[0]!.sampleName);
    const root = xmlNode('xrdMeasurements', { xmlns: NAMESPACE, 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance' }, [
      ...(sampleName === null
        ? []
        : [xmlNode('sample', { type: 'To be analyzed' }, [xmlNode('id', {}, sampleName), xmlNode('name', {}, sampleName)])]),
      ...measurementsOf(scans).map(measurementNode),
    ]);
    return { bytes: new TextEncoder().encode(xmlText(root)), lost: lostOf(scans) };
  },
};

/** Scans in a row that share their optics make one measurement. */
function measurementsOf(scans: readonly RecordedScan[]): RecordedScan[][] {
  const opticsOf = ({ radiation, apertureDeg, radiusMm }: RecordedScan) => JSON.stringify([radiation, apertureDeg, radiusMm]);
  const measurements: RecordedScan[][] = [];
  for (const scan of scans) {
    const last = measurements.at(-1);
    if (last && opticsOf(last[0]!) === opticsOf(scan)) last.push(scan);
    else measurements.push([scan]);
  }
  return measurements;
}

function measurementNode(scans: readonly RecordedScan[]): XmlNode {
  const { radiation, radiusMm, apertureDeg } = scans[0]!;
  const radius = radiusMm === null ? [] : [xmlNode('radius', { unit: 'mm' }, String(radiusMm))];
  const tube = radiation?.anode ? [xmlNode('xRayTube', {}, [xmlNode('anodeMaterial', {}, radiation.anode)])] : [];
  const opening = apertureDeg === null ? [] : [xmlNode('detector', {}, [xmlNode('activeLength', { unit: 'deg' }, String(apertureDeg))])];
  return xmlNode('xrdMeasurement', { measurementType: 'Scan' }, [
    ...(radiation ? [wavelengthNode(radiation)] : []),
    xmlNode('incidentBeamPath', {}, [...radius, ...tube]),
    xmlNode('diffractedBeamPath', {}, [...radius, ...opening]),
    ...scans.map(writeXrdmlScan),
  ]);
}

/** The schema has room for two lines: the strongest, and the next with its ratio. */
function wavelengthNode(radiation: Radiation): XmlNode {
  const [first, second] = linesByWeight(radiation);
  const angstrom = { unit: 'Angstrom' };
  return xmlNode('usedWavelength', { intended: second ? 'K-Alpha' : 'K-Alpha 1' }, [
    xmlNode('kAlpha1', angstrom, String(first!.wavelengthA)),
    ...(second ? [xmlNode('kAlpha2', angstrom, String(second.wavelengthA))] : []),
    xmlNode('ratioKAlpha2KAlpha1', {}, String(second ? second.weight / first!.weight : 0)),
  ]);
}

function linesByWeight({ lines }: Radiation): Radiation['lines'] {
  return [...lines].sort((a, b) => b.weight - a.weight);
}

function lostOf(scans: readonly RecordedScan[]): string[] {
  const lost: string[] = [];
  if (scans.some((scan) => (scan.radiation?.lines.length ?? 0) > 2))
    lost.push('XRDML keeps the two strongest lines of the radiation and no further ones');
  if (scans.some((scan) => scan.sampleName !== scans[0]!.sampleName))
    lost.push('XRDML keeps one sample name for all scans: that of the first');
  if (scans.some((scan) => scan.unit !== 'counts'))
    lost.push('the unit of the intensities is kept, but programs that expect counts in XRDML may overlook it');
  return lost;
}
