import { badInput } from '../domain/errors.ts';
import { areCounts, checkPoints } from './check-points.ts';
import type { RecordedScan } from './format-reader.ts';
import { numberOf, type XmlElement } from './xml-tree.ts';

type ScanPart = Omit<RecordedScan, 'radiation' | 'sampleName' | 'apertureDeg' | 'radiusMm' | 'status'>;

const DAMAGED = 'the file is damaged: copy or export it again';

/** One `scan` element; null, with a warning, where it does not run over 2theta. Throws badInput where it is damaged. */
export function readXrdmlScan(scan: XmlElement, label: string, fileName: string, warnings: string[]): ScanPart | null {
  const points = scan.find('dataPoints');
  const raw = points?.find('counts') ?? null;
  const data = raw ?? points?.find('intensities') ?? null;
  const axis = points?.all('positions').find((positions) => positions.attribute('axis') === '2Theta');
  const skipped = (why: string): null => {
    warnings.push(`${label} is left out: ${why}`);
    return null;
  };
  if (!points || !data) return skipped('it has no counts');
  if (!axis || axis.find('commonPosition')) return skipped('it does not run over 2theta');
  const values = numbersOf(data, fileName);
  const twoThetaDeg = anglesOf(axis, values.length, fileName);
  if (values.length > 1 && twoThetaDeg[0] === twoThetaDeg.at(-1)) return skipped('it does not run over 2theta');
  checkPoints(twoThetaDeg, values, fileName);
  const timesS = timesOf(points, values.length, fileName);
  const measured = measuredOf(values, factorsOf(points, values.length, fileName), timesS, raw === null);
  const named = data.attribute('unit') ?? '';
  const unit = /cps|per second/i.test(named) ? 'cps' : /arbitrary/i.test(named) ? 'arbitrary' : measured.unit;
  if (unit === 'arbitrary') warnings.push(`the intensities of ${label} are no whole counts: their statistics are lost`);
  return {
    ...measured,
    unit,
    twoThetaDeg,
    startedAt: scan.find('header', 'startTimeStamp')?.text || null,
    endedAt: scan.find('header', 'endTimeStamp')?.text || null,
    attenuationApplied: raw === null,
    scanAxis: scan.attribute('scanAxis'),
  };
}

/** `counts` are raw; `intensities` were multiplied by the attenuation factor when the file was written, so they are divided by it again. */
function measuredOf(
  values: Float64Array,
  factors: Float64Array | null,
  timesS: number | Float64Array | null,
  corrected: boolean,
): Pick<ScanPart, 'unit' | 'counts' | 'liveS' | 'stepTimeS'> {
  const stepTimeS = typeof timesS === 'number' ? timesS : null;
  const timeOf = (i: number): number => (typeof timesS === 'number' ? timesS : (timesS?.[i] ?? 1));
  if (!factors) {
    const liveS = typeof timesS === 'number' ? null : timesS;
    return { unit: areCounts(values) ? 'counts' : 'arbitrary', counts: values, liveS, stepTimeS };
  }
  const liveS = values.map((_, i) => timeOf(i) / factors[i]!);
  const counts = corrected ? values.map((value, i) => nearlyWhole(value, factors[i]!)) : values;
  if (areCounts(counts)) return { unit: 'counts', counts, liveS, stepTimeS };
  const open = corrected ? values : values.map((value, i) => value * factors[i]!);
  return { unit: 'arbitrary', counts: open, liveS: null, stepTimeS };
}

/** value / factor, made whole where the file's rounding of `value` explains the rest. */
function nearlyWhole(value: number, factor: number): number {
  if (factor === 1) return value;
  const whole = Math.round(value / factor);
  const roundingOfFile = Number.isInteger(value) ? 0.501 : 0.01;
  return Math.abs(whole * factor - value) <= roundingOfFile ? whole : value / factor;
}

function anglesOf(axis: XmlElement, count: number, fileName: string): Float64Array {
  const unit = axis.attribute('unit');
  if (unit !== null && unit !== 'deg') throw badInput(fileName, `the angles are in "${unit}"`, 'export the pattern in degrees');
  const list = axis.find('listPositions');
  if (list) return numbersOf(list, fileName);
  const from = axis.find('startPosition');
  const to = axis.find('endPosition');
  if (!from || !to) throw badInput(fileName, 'the scan has no start or end of 2theta', DAMAGED);
  const fromDeg = numbersOf(from, fileName)[0]!;
  const toDeg = numbersOf(to, fileName)[0]!;
  return new Float64Array(count).map((_, i) => (i === count - 1 ? toDeg : fromDeg + (i * (toDeg - fromDeg)) / (count - 1)));
}

/** Live time in s: one number, one per point, or null where the file gives none above 0. */
function timesOf(points: XmlElement, count: number, fileName: string): number | Float64Array | null {
  const list = points.find('countingTimes');
  if (list) {
    const timesS = numbersOf(list, fileName);
    if (timesS.length !== count || timesS.some((time) => !(time > 0)))
      throw badInput(fileName, `the ${timesS.length} counting times do not fit the ${count} points`, DAMAGED);
    return timesS;
  }
  const common = points.find('commonCountingTime');
  return (common && numberOf(common)) || null;
}

/** Attenuation factor of each point; null where all are 1. */
function factorsOf(points: XmlElement, count: number, fileName: string): Float64Array | null {
  const list = points.find('beamAttenuationFactors');
  const common = points.find('commonBeamAttenuationFactor');
  const factors = list ? numbersOf(list, fileName) : common ? new Float64Array(count).fill(numbersOf(common, fileName)[0]!) : null;
  if (!factors) return null;
  if (factors.length !== count || factors.some((factor) => !(factor > 0)))
    throw badInput(fileName, `the ${factors.length} attenuation factors do not fit the ${count} points`, DAMAGED);
  return factors.every((factor) => factor === 1) ? null : factors;
}

function numbersOf(element: XmlElement, fileName: string): Float64Array {
  const words = element.text === '' ? [] : element.text.split(/\s+/);
  const numbers = Float64Array.from(words, Number);
  const bad = numbers.findIndex((value) => !Number.isFinite(value));
  if (words.length === 0 || bad >= 0) throw badInput(fileName, `"${words[bad]?.slice(0, 20) ?? ''}" stands where a number should`, DAMAGED);
  return numbers;
}
