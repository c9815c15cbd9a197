import type { RecordedScan } from './format-reader.ts';
import type { FormatWriter } from './format-writer.ts';
import { type Hdf5Group, hdf5Array, hdf5Bytes, hdf5Group, hdf5Text } from './hdf5-document.ts';
import { isEvenRaster } from './number-text.ts';
import { oneLine } from './one-line.ts';
import { lostFacts } from './write-facts.ts';

const UNITS = { counts: 'counts', cps: 'counts/s', arbitrary: 'arbitrary' } as const;
const DEGREES = { units: 'deg' };
const SECONDS = { units: 's' };
const ANGSTROM = { units: 'angstrom' };

/** NeXus, application definition NXxrd_pan (FAIRmat), one NXentry for each scan, and beside it a plain NXdata with counts and live time. */
export const nexusWriter: FormatWriter = {
  id: 'nexus',
  title: 'NeXus NXxrd_pan (HDF5)',
  extensions: ['nxs', 'h5'],
  readBy: 'nexus',
  holdsSeveral: true,
  async write(scans) {
    const entries = scans.map((scan, i) => entryOf(scan, i === 0 ? 'entry' : `entry_${i + 1}`));
    const root = hdf5Group('', 'NXroot', entries, { default: 'entry' });
    return { bytes: await hdf5Bytes(root), lost: lostOf(scans) };
  },
};

function entryOf(scan: RecordedScan, name: string): Hdf5Group {
  const { twoThetaDeg, counts, liveS, stepTimeS, unit } = scan;
  const angles = hdf5Array('two_theta', twoThetaDeg, DEGREES);
  const units = { units: UNITS[unit] };
  const times = liveS ?? (stepTimeS === null ? null : Float64Array.of(stepTimeS));
  const live = liveS ?? (stepTimeS === null ? null : new Float64Array(counts.length).fill(stepTimeS));
  const signal = unit === 'counts' ? 'counts' : 'intensity';
  return hdf5Group(
    name,
    'NXentry',
    [
      hdf5Text('definition', 'NXxrd_pan'),
      hdf5Text('method', 'X-Ray Diffraction (XRD)'),
      hdf5Text('measurement_type', 'Scan'),
      ...optional('start_time', scan.startedAt),
      ...optional('end_time', scan.endedAt),
      ...optional('scan_status', scan.status),
      hdf5Group('instrument', 'NXinstrument', [
        sourceOf(scan),
        ...beamOf(scan),
        hdf5Group('detector', 'NXdetector', optional('scan_axis', scan.scanAxis)),
      ]),
      hdf5Group('sample', 'NXsample', optional('sample_name', scan.sampleName)),
      hdf5Group('experiment_config', 'NXobject', [rasterOf(twoThetaDeg), ...(times ? [hdf5Array('count_time', times, SECONDS)] : [])]),
      hdf5Group('experiment_result', 'NXdata', [angles, hdf5Array('intensity', counts, units)], { signal: 'intensity', axes: 'two_theta' }),
      hdf5Group('data', 'NXdata', [angles, hdf5Array(signal, counts, units), ...(live ? [hdf5Array('live_time', live, SECONDS)] : [])], {
        signal,
        axes: 'two_theta',
      }),
    ],
    { default: 'data' },
  );
}

/** The tube, as NXxrd_pan names its lines: there is room for two. */
function sourceOf({ radiation }: RecordedScan): Hdf5Group {
  const [first, second, ...further] = [...(radiation?.lines ?? [])].sort((a, b) => b.weight - a.weight);
  const isDoublet = first !== undefined && further.length === 0;
  return hdf5Group('source', 'NXsource', [
    ...optional('xray_tube_material', radiation?.anode ?? null),
    ...(isDoublet ? [hdf5Array('k_alpha_one', Float64Array.of(first.wavelengthA), ANGSTROM)] : []),
    ...(isDoublet && second ? [hdf5Array('k_alpha_two', Float64Array.of(second.wavelengthA), ANGSTROM)] : []),
    ...(isDoublet ? [hdf5Array('ratio_k_alphatwo_k_alphaone', Float64Array.of(second ? second.weight / first.weight : 0))] : []),
  ]);
}

/** Every line with its weight. */
function beamOf({ radiation }: RecordedScan): Hdf5Group[] {
  if (!radiation) return [];
  const wavelengths = Float64Array.from(radiation.lines, (line) => line.wavelengthA);
  const weights = Float64Array.from(radiation.lines, (line) => line.weight);
  return [
    hdf5Group('beam', 'NXbeam', [
      hdf5Array('incident_wavelength', wavelengths, ANGSTROM),
      hdf5Array('incident_wavelength_weights', weights),
    ]),
  ];
}

function rasterOf(twoThetaDeg: Float64Array): Hdf5Group {
  const fromDeg = twoThetaDeg[0]!;
  const toDeg = twoThetaDeg.at(-1)!;
  const stepDeg = isEvenRaster(twoThetaDeg) ? [(toDeg - fromDeg) / (twoThetaDeg.length - 1)] : [];
  return hdf5Group('two_theta', 'NXobject', [
    hdf5Array('start', Float64Array.of(fromDeg), DEGREES),
    hdf5Array('end', Float64Array.of(toDeg), DEGREES),
    ...stepDeg.map((step) => hdf5Array('step', Float64Array.of(step), DEGREES)),
  ]);
}

function optional(name: string, value: string | null): ReturnType<typeof hdf5Text>[] {
  const plain = oneLine(value);
  return plain === null ? [] : [hdf5Text(name, plain)];
}

function lostOf(scans: readonly RecordedScan[]): string[] {
  const lost = lostFacts(scans, 'NeXus', ['aperture', 'radius']);
  if (scans.some((scan) => scan.liveS !== null && scan.stepTimeS !== null))
    lost.push('NeXus keeps the live times that an attenuator shortened, but not that it was an attenuator');
  return lost;
}
