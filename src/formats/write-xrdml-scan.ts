import type { RecordedScan } from './format-reader.ts';
import { angleTexts, isEvenRaster } from './number-text.ts';
import { oneLine } from './one-line.ts';
import { type XmlNode, xmlNode } from './xml-text.ts';

const SECONDS = { unit: 'seconds' };

/** One `scan` element. Counts stay raw; intensities that are not counts carry their unit. */
export function writeXrdmlScan(scan: RecordedScan, index: number): XmlNode {
  const stamps = [...optional('startTimeStamp', scan.startedAt), ...optional('endTimeStamp', scan.endedAt)];
  const values = scan.counts.join(' ');
  const data = scan.unit === 'counts' ? xmlNode('counts', { unit: 'counts' }, values) : xmlNode('intensities', { unit: scan.unit }, values);
  const attributes = {
    appendNumber: String(index),
    ...attribute('scanAxis', scan.scanAxis),
    ...attribute('status', scan.status),
  };
  return xmlNode('scan', attributes, [
    ...(stamps.length > 0 ? [xmlNode('header', {}, stamps)] : []),
    xmlNode('dataPoints', {}, [positionsNode(scan.twoThetaDeg), ...timeNodes(scan), data]),
  ]);
}

function positionsNode(twoThetaDeg: Float64Array): XmlNode {
  const angles = angleTexts(twoThetaDeg);
  const ends = [xmlNode('startPosition', {}, angles[0]!), xmlNode('endPosition', {}, angles.at(-1)!)];
  return xmlNode(
    'positions',
    { axis: '2Theta', unit: 'deg' },
    isEvenRaster(twoThetaDeg) ? ends : [xmlNode('listPositions', {}, angles.join(' '))],
  );
}

/** A live time shortened below the common one is an attenuator; any other that changes is a time of its own for each point. */
function timeNodes({ unit, liveS, stepTimeS }: RecordedScan): XmlNode[] {
  if (liveS === null) return stepTimeS === null ? [] : [commonTime(stepTimeS)];
  if (unit === 'counts' && stepTimeS !== null) {
    const factors = Array.from(liveS, (live) => factorOf(stepTimeS, live));
    if (factors.every((factor) => factor >= 1)) return [xmlNode('beamAttenuationFactors', {}, factors.join(' ')), commonTime(stepTimeS)];
  }
  return [xmlNode('countingTimes', SECONDS, liveS.join(' '))];
}

/** stepTimeS / liveS without the noise of the division. */
function factorOf(stepTimeS: number, liveS: number): number {
  const exact = stepTimeS / liveS;
  const short = Number(exact.toPrecision(9));
  return stepTimeS / short === liveS ? short : exact;
}

function commonTime(timeS: number): XmlNode {
  return xmlNode('commonCountingTime', SECONDS, String(timeS));
}

function optional(name: string, value: string | null): XmlNode[] {
  const plain = oneLine(value);
  return plain === null ? [] : [xmlNode(name, {}, plain)];
}

function attribute(name: string, value: string | null): Record<string, string> {
  const plain = oneLine(value);
  return plain === null ? {} : { [name]: plain };
}
