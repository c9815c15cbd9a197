import { badInput } from '../domain/errors.ts';
import { BLANK_SCAN } from './blank-scan.ts';
import { checkPoints } from './check-points.ts';
import type { RecordedScan } from './format-reader.ts';
import { behindAttenuator, unitOf } from './measured-unit.ts';
import { tubeRadiation } from './tube-radiation.ts';
import { numberOf, type XmlElement } from './xml-tree.ts';

const DAMAGED = 'the file is damaged: copy or export it again';

/** One profile with its conditions; null, with a warning, where it does not run over 2theta. Throws badInput where it is damaged. */
export function readRasxScan(
  profile: string,
  conditions: XmlElement | null,
  label: string,
  fileName: string,
  warnings: Set<string>,
): RecordedScan | null {
  const scan = conditions?.find('ScanInformation') ?? null;
  const scanAxis = scan?.find('AxisName')?.text || null;
  if (scanAxis !== null && !/^(two-?theta|2-?theta)/i.test(scanAxis)) {
    warnings.add(`${label} is left out: it runs over "${scanAxis}" and not over 2theta`);
    return null;
  }
  const { twoThetaDeg, values, factors } = pointsOf(profile, fileName);
  checkPoints(twoThetaDeg, values, fileName);
  const unit = unitOf(values, scan?.find('IntensityUnit')?.text || 'unnamed', label, warnings);
  return {
    ...BLANK_SCAN,
    ...behindAttenuator(values, factors, unit, scan ? stepTimeOf(scan) : null),
    unit,
    twoThetaDeg,
    radiation: radiationOf(conditions, warnings),
    sampleName: conditions?.find('GeneralInformation', 'SampleName')?.text || null,
    startedAt: scan?.find('StartTime')?.text || null,
    endedAt: scan?.find('EndTime')?.text || null,
    scanAxis,
  };
}

/** Angle, intensity and, in a third column, the attenuation factor. */
function pointsOf(profile: string, fileName: string) {
  const lines = profile.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  while (lines.at(-1)?.trim() === '') lines.pop();
  const [twoThetaDeg, values, factors] = [0, 1, 2].map(() => new Float64Array(lines.length)) as [Float64Array, Float64Array, Float64Array];
  for (const [i, line] of lines.entries()) {
    const words = line.trim().split(/\s+/);
    const [angle = Number.NaN, value = Number.NaN, factor = 1] = words.map(Number);
    if (
      words.length < 2 ||
      words.length > 3 ||
      !Number.isFinite(angle) ||
      !Number.isFinite(value) ||
      !(factor > 0 && Number.isFinite(factor))
    )
      throw badInput(
        fileName,
        `line ${i + 1} of the profile is no angle, intensity and attenuation factor: "${line.slice(0, 40)}"`,
        DAMAGED,
      );
    twoThetaDeg[i] = angle;
    values[i] = value;
    factors[i] = factor;
  }
  return { twoThetaDeg, values, factors };
}

/** Time per step in s: the speed of a step scan is that time, the speed of a continuous one is an angle per minute. */
function stepTimeOf(scan: XmlElement): number | null {
  const [speed, step] = [positiveOf(scan.find('Speed')), positiveOf(scan.find('Step'))];
  const unit = scan.find('SpeedUnit')?.text ?? '';
  if (speed === null) return null;
  if (/^s(ec)?$/i.test(unit)) return speed;
  return /^deg\/min$/i.test(unit) && step !== null ? Number(((60 * step) / speed).toPrecision(12)) : null;
}

function positiveOf(element: XmlElement | null): number | null {
  return (element && numberOf(element)) || null;
}

/** The lines that the generator's WaveType names: Ka is the doublet, Ka1 its first line, Kb the other one. */
function radiationOf(conditions: XmlElement | null, warnings: Set<string>): RecordedScan['radiation'] {
  const generator = conditions?.find('HWConfigurations', 'XrayGenerator');
  if (!generator) return null;
  const lineOf = (name: string): number | null => positiveOf(generator.find(name));
  const anode = generator.find('TargetName')?.text || null;
  const kind = generator.find('WaveType')?.text ?? '';
  const oneLine = /^Kb/i.test(kind) ? 'WavelengthKbeta' : /^Ka1$/i.test(kind) ? 'WavelengthKalpha1' : null;
  if (oneLine !== null) return tubeRadiation({ anode, alpha1A: lineOf(oneLine), alpha2A: null, ratio: 0 }, warnings);
  const [alpha1A, alpha2A] = [lineOf('WavelengthKalpha1'), lineOf('WavelengthKalpha2')];
  const crystal = conditions
    ?.find('HWConfigurations', 'Categories')
    ?.all('Category')
    .find(
      (category) => category.attribute('Name') === 'IncidentMonochromator' && /\b(Ge|Si)\b/.test(category.attribute('SelectedUnit') ?? ''),
    );
  if (crystal) warnings.add('a crystal monochromator stands before the sample: if it passes K alpha 1 only, say so with --radiation');
  return tubeRadiation({ anode, alpha1A, alpha2A, ratio: null }, warnings);
}
