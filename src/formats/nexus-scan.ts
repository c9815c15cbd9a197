import { badInput } from '../domain/errors.ts';
import type { Radiation } from '../domain/radiation.ts';
import { measuredPoints } from './attenuated-points.ts';
import { BLANK_SCAN } from './blank-scan.ts';
import { checkPoints } from './check-points.ts';
import type { RecordedScan } from './format-reader.ts';
import type { Hdf5Node } from './hdf5-tree.ts';
import { type NexusPlot, nameOf } from './nexus-plots.ts';
import { isPlausibleWavelengthA } from './radiation-names.ts';
import { tubeRadiation } from './tube-radiation.ts';

/** Energy in keV times wavelength in angstrom (CODATA 2018). */
const KEV_ANGSTROM = 12.398419843320026;
const DEGREES_PER: readonly (readonly [RegExp, number])[] = [
  [/^($|deg|°)/i, 1],
  [/^mrad/i, 0.18 / Math.PI],
  [/^rad/i, 180 / Math.PI],
];

/** One plot with what its entry says of time, beam and sample. Throws badInput where points are damaged. */
export function readNexusScan(
  plot: NexusPlot,
  entry: readonly Hdf5Node[],
  label: string,
  fileName: string,
  warnings: Set<string>,
): RecordedScan {
  const factor = DEGREES_PER.find(([unit]) => unit.test(plot.angleUnits))?.[1];
  if (factor === undefined)
    throw badInput(fileName, `the angles are in "${plot.angleUnits.slice(0, 20)}"`, 'export the pattern in degrees');
  const twoThetaDeg = factor === 1 ? plot.angles : plot.angles.map((angle) => angle * factor);
  checkPoints(twoThetaDeg, plot.values, fileName);
  const isRate = /^(cps|counts? ?(\/|per) ?s(ec(onds?)?)?|counts?[ .*]s(\^|\*\*)?-1|hz|1\/s)$/i.test(plot.valueUnits.trim());
  const points = measuredPoints({
    values: plot.values,
    factors: arrayOf(entry, plot, ['beam_attenuation_factors', 'attenuation_factors', 'attenuator_factor']),
    timesS: arrayOf(entry, plot, ['live_time', 'count_time', 'counting_time', 'integration_time', 'preset']),
    named: isRate ? 'cps' : 'counts',
  });
  const isNamedOtherwise = !isRate && plot.valueUnits !== '' && !/^(counts?|1|dimensionless|nx_unitless)$/i.test(plot.valueUnits.trim());
  const unit = isNamedOtherwise ? 'arbitrary' : points.unit;
  if (unit === 'arbitrary') warnings.add(`the intensities of ${label} are no whole counts: their statistics are lost`);
  return {
    ...BLANK_SCAN,
    ...points,
    unit,
    twoThetaDeg,
    radiation: radiationOf(entry, warnings),
    sampleName: textOf(entry, ['sample_name', 'sample/name', 'sample_id', 'title']),
    startedAt: textOf(entry, ['start_time']),
    endedAt: textOf(entry, ['end_time']),
    status: textOf(entry, ['scan_status']),
    scanAxis: textOf(entry, ['scan_axis']),
  };
}

/** The first dataset with one of these names or ends of paths, the earlier names first. */
function find(entry: readonly Hdf5Node[], names: readonly string[]): Hdf5Node | null {
  for (const name of names) {
    const node = entry.find(({ path, isGroup }) => !isGroup && path.endsWith(`/${name}`));
    if (node) return node;
  }
  return null;
}

function textOf(entry: readonly Hdf5Node[], names: readonly string[]): string | null {
  const texts = entry.filter(({ text }) => text !== null && text !== '');
  return find(texts, names)?.text ?? null;
}

/** A number above 0, in angstrom where the file says nanometre; null where there is none. */
function numberAt(entry: readonly Hdf5Node[], names: readonly string[]): number | null {
  const node = find(entry, names);
  const value = node?.numbers?.[0];
  if (value === undefined || !(value > 0) || !Number.isFinite(value)) return null;
  return /^nm$/i.test(node!.attributes['units'] ?? '') ? value * 10 : value;
}

/** One positive number per point, also where the file gives one for all of them; its own group first. Null where nothing fits. */
function arrayOf(entry: readonly Hdf5Node[], plot: NexusPlot, names: readonly string[]): Float64Array | null {
  const own = entry.filter(({ path }) => path.startsWith(`${plot.group}/`));
  const fits = ({ numbers, attributes }: Hdf5Node): boolean =>
    numbers !== null &&
    (numbers.length === 1 || numbers.length === plot.values.length) &&
    numbers.every((value) => value > 0 && Number.isFinite(value)) &&
    /^($|s$|sec|1$)/i.test(attributes['units'] ?? '');
  const node = find(own.filter(fits), names) ?? find(entry.filter(fits), names);
  if (!node?.numbers) return null;
  // The preset of a monitor is a time only where the monitor counts time.
  if (nameOf(node) === 'preset' && textOf(entry, ['mode']) !== 'timer') return null;
  return node.numbers.length === 1 ? new Float64Array(plot.values.length).fill(node.numbers[0]!) : node.numbers;
}

/** Of the tube, or else the wavelengths or the energy of the beam. */
function radiationOf(entry: readonly Hdf5Node[], warnings: Set<string>): Radiation | null {
  const alpha1A = numberAt(entry, ['k_alpha_one', 'kalpha1']);
  const anode = textOf(entry, ['xray_tube_material', 'target_material']);
  if (alpha1A !== null) {
    const second = find(entry, ['ratio_k_alphatwo_k_alphaone'])?.numbers?.[0];
    return tubeRadiation({ anode, alpha1A, alpha2A: numberAt(entry, ['k_alpha_two', 'kalpha2']), ratio: second ?? null }, warnings);
  }
  const node = find(entry, ['incident_wavelength', 'wavelength']);
  const perUnit = /^nm$/i.test(node?.attributes['units'] ?? '') ? 10 : 1;
  const energy = numberAt(entry, ['incident_energy', 'energy']);
  const perKev = /^ev$/i.test(find(entry, ['incident_energy', 'energy'])?.attributes['units'] ?? '') ? 1000 : 1;
  const wavelengthsA = [...(node?.numbers?.subarray(0, 8) ?? (energy === null ? [] : [(KEV_ANGSTROM * perKev) / energy]))].map(
    (w) => w * perUnit,
  );
  if (wavelengthsA.length === 0 || !wavelengthsA.every(isPlausibleWavelengthA))
    return tubeRadiation({ anode, alpha1A: null, alpha2A: null, ratio: null }, warnings);
  const weights = find(entry, ['incident_wavelength_weights', 'incident_wavelength_weight'])?.numbers;
  const isWeighted = weights?.length === wavelengthsA.length && weights.every((weight) => weight > 0 && Number.isFinite(weight));
  if (wavelengthsA.length > 1 && !isWeighted) {
    warnings.add('the file gives several wavelengths without their weights: say which radiation it was with --radiation');
    return null;
  }
  const strongest = isWeighted ? Math.max(...weights!) : 1;
  return { anode, lines: wavelengthsA.map((wavelengthA, i) => ({ wavelengthA, weight: isWeighted ? weights![i]! / strongest : 1 })) };
}
