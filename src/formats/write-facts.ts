import type { RecordedScan } from './format-reader.ts';

/** What a scan may know besides its points. */
export type ScanFact =
  | 'liveTime'
  | 'radiation'
  | 'anode'
  | 'sampleName'
  | 'startedAt'
  | 'endedAt'
  | 'status'
  | 'aperture'
  | 'radius'
  | 'scanAxis';

interface FactTest {
  readonly says: string;
  readonly isKnown: (scan: RecordedScan) => boolean;
}

const FACTS: Readonly<Record<ScanFact, FactTest>> = {
  liveTime: { says: 'the live time', isKnown: (scan) => scan.liveS !== null || scan.stepTimeS !== null },
  radiation: { says: 'the wavelengths', isKnown: (scan) => scan.radiation !== null },
  anode: { says: 'the anode', isKnown: (scan) => (scan.radiation?.anode ?? null) !== null },
  sampleName: { says: 'the sample name', isKnown: (scan) => scan.sampleName !== null },
  startedAt: { says: 'the start time', isKnown: (scan) => scan.startedAt !== null },
  endedAt: { says: 'the end time', isKnown: (scan) => scan.endedAt !== null },
  status: { says: 'the status', isKnown: (scan) => scan.status !== null },
  aperture: { says: 'the opening of the detector', isKnown: (scan) => scan.apertureDeg !== null },
  radius: { says: 'the radius of the goniometer', isKnown: (scan) => scan.radiusMm !== null },
  scanAxis: { says: 'the scan axis', isKnown: (scan) => scan.scanAxis !== null },
};

/** One sentence naming what these scans know and the format, called `name`, does not keep; none where nothing is lost. */
export function lostFacts(scans: readonly RecordedScan[], name: string, notKept: readonly ScanFact[]): string[] {
  const lost = notKept.filter((fact) => scans.some(FACTS[fact].isKnown)).map((fact) => FACTS[fact].says);
  return lost.length === 0 ? [] : [`${name} does not keep ${inWords(lost)}`];
}

function inWords(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
