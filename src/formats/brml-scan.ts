import { badInput } from '../domain/errors.ts';
import type { Radiation } from '../domain/radiation.ts';
import { measuredPoints } from './attenuated-points.ts';
import { columnsOf, type LiftedRows } from './brml-rows.ts';
import { type BrmlColumns, columnsFromViews, positiveValue } from './brml-views.ts';
import { checkPoints } from './check-points.ts';
import type { RecordedScan } from './format-reader.ts';
import { tubeRadiation } from './tube-radiation.ts';
import type { XmlElement } from './xml-tree.ts';

const DAMAGED = 'the file is damaged: copy or export it again';
/** Names of crystals in the beam, such as Ge022ACC. */
const CRYSTAL = /^(Ge|Si)_?\(?\d{3}|monochromator/i;

/** The scans of one raw data file, of which `root` is the element RawData. Routes without a 2theta scan are left out with a warning. */
export function readBrmlScans(
  root: XmlElement,
  lifted: LiftedRows,
  label: string,
  fileName: string,
  warnings: Set<string>,
): RecordedScan[] {
  const all = root.all('DataRoutes').flatMap((routes) => routes.all('DataRoute'));
  const measured = all.filter((route) => route.attribute('RouteFlag') === 'Measured');
  const facts = factsOf(root, warnings);
  if (facts.status !== null && facts.status !== 'Measured') warnings.add(`${label} has the status "${facts.status}" and may stop short`);
  return (measured.length > 0 ? measured : all).flatMap((route) => {
    const rows = route.all('Rows').flatMap((run) => lifted.runs[Number(run.text)] ?? []);
    const scan = readRoute(route, rows, label, fileName, warnings);
    return scan ? [{ ...facts, ...scan }] : [];
  });
}

type RoutePart = Pick<RecordedScan, 'unit' | 'counts' | 'liveS' | 'stepTimeS' | 'attenuationApplied' | 'twoThetaDeg' | 'scanAxis'>;

function readRoute(route: XmlElement, rows: readonly string[], label: string, fileName: string, warnings: Set<string>): RoutePart | null {
  const leftOut = (why: string): null => {
    warnings.add(`${label} is left out: ${why}`);
    return null;
  };
  const columns = columnsFromViews(route);
  const [counter, ...others] = columns.counters;
  if (rows.length === 0) return leftOut('its points are not in the XML of the archive');
  if (!counter) return leftOut(columns.channels > 1 ? 'it holds images of a line or area detector' : 'it holds no counts');
  if (others.length > 0) warnings.add(`${label} has ${others.length + 1} counters, of which "${counter.name}" is taken`);
  const scanInfo = route.find('ScanInformation');
  const scanAxis = scanInfo?.attribute('ScanName') ?? null;
  const table = columnsOf(rows, fileName);
  const all = table.column(counter.column);
  const kept = [...all.keys()].filter((i) => all[i] !== counter.blank);
  if (kept.length < all.length) warnings.add(`${label} has ${all.length - kept.length} points that were not measured`);
  const pick = (values: Float64Array): Float64Array => (kept.length < all.length ? Float64Array.from(kept, (i) => values[i]!) : values);
  const angles = anglesOf(scanInfo, columns, table, rows.length);
  if (!angles || (angles.length > 1 && angles[0] === angles.at(-1))) return leftOut(`"${scanAxis ?? 'it'}" does not run over 2theta`);
  const [twoThetaDeg, values] = [pick(angles), pick(all)];
  checkPoints(twoThetaDeg, values, fileName);
  const points = measuredPoints({
    values,
    factors: columns.attenuation === null ? null : positive(pick(table.column(columns.attenuation)), 'attenuation factor', fileName),
    timesS: timesOf(columns, table, pick),
    named: /persecond|cps/i.test(counter.unit) ? 'cps' : 'counts',
  });
  if (points.unit === 'arbitrary') warnings.add(`the intensities of ${label} are no whole counts: their statistics are lost`);
  return { ...points, twoThetaDeg, scanAxis };
}

type Table = ReturnType<typeof columnsOf>;

/** As recorded, or from start and increment of the scan where the rows hold no angles; null where neither is 2theta. */
function anglesOf(scanInfo: XmlElement | null, { twoTheta }: BrmlColumns, table: Table, count: number): Float64Array | null {
  if (twoTheta !== null) return table.column(twoTheta);
  const axis = scanInfo
    ?.find('ScanAxes')
    ?.all('ScanAxisInfo')
    .find((info) => info.attribute('AxisId') === 'TwoTheta');
  const [startDeg, stepDeg] = [Number(axis?.find('Start')?.text || Number.NaN), Number(axis?.find('Increment')?.text || Number.NaN)];
  if (!Number.isFinite(startDeg) || !Number.isFinite(stepDeg)) return null;
  return Float64Array.from({ length: count }, (_, i) => startDeg + i * stepDeg);
}

/** Null where the file gives no times above 0. */
function timesOf({ time }: BrmlColumns, table: Table, pick: (values: Float64Array) => Float64Array): Float64Array | null {
  const timesS = time === null ? null : pick(table.column(time));
  return timesS?.every((value) => value > 0) ? timesS : null;
}

function positive(factors: Float64Array, what: string, fileName: string): Float64Array {
  const bad = factors.find((factor) => !(factor > 0));
  if (bad !== undefined) throw badInput(fileName, `an ${what} is ${bad}`, DAMAGED);
  return factors;
}

function factsOf(root: XmlElement, warnings: Set<string>): Omit<RecordedScan, keyof RoutePart> {
  const instrument = root.find('FixedInformation', 'Instrument');
  const tracks = ['SecondaryTracks', 'PrimaryTracks'].flatMap((side) => instrument?.find(side)?.all('TrackInfoData') ?? []);
  const detectors = root.find('FixedInformation', 'Detectors')?.all('InfoData') ?? [];
  const items = root
    .find('FixedInformation', 'MethodInformation')
    ?.all('InfoData')
    .flatMap((info) => info.find('InfoList')?.all('InfoItem') ?? []);
  return {
    radiation: radiationOf(tracks, warnings),
    sampleName: items?.find((item) => item.attribute('Name') === 'SampleName')?.attribute('Value') || null,
    startedAt: root.find('TimeStampStarted')?.text || null,
    endedAt: root.find('TimeStampFinished')?.text || null,
    status: root.find('MeasurementStatus')?.text || null,
    apertureDeg: detectors.map((detector) => positiveValue(detector.find('AngularOpening'))).find((value) => value !== null) ?? null,
    radiusMm: tracks.map((track) => positiveValue(track.find('Radius'))).find((value) => value !== null) ?? null,
  };
}

/** Of the first tube on the goniometer's tracks; null where there is none or it names no wavelength. */
function radiationOf(tracks: readonly XmlElement[], warnings: Set<string>): Radiation | null {
  const optics = tracks.flatMap((track) => track.all('MountedOptics').flatMap((mounted) => mounted.all('InfoData')));
  const tube = optics.flatMap((info) => info.all('Tube'))[0];
  if (!tube) return null;
  const ratio = Number(tube.find('WaveLengthRatio')?.attribute('Value') ?? Number.NaN);
  const crystal = optics.map((info) => info.attribute('LogicName') ?? '').find((name) => CRYSTAL.test(name));
  if (crystal !== undefined) warnings.add(`a monochromator (${crystal}) is mounted: if it passes K alpha 1 only, say so with --radiation`);
  const anode = tube.find('TubeMaterial')?.text || null;
  const [alpha1A, alpha2A] = [positiveValue(tube.find('WaveLengthAlpha1')), positiveValue(tube.find('WaveLengthAlpha2'))];
  return tubeRadiation({ anode, alpha1A, alpha2A, ratio: Number.isFinite(ratio) ? ratio : null }, warnings);
}
