import { badInput } from '../domain/errors.ts';
import type { EmissionLine, Radiation } from '../domain/radiation.ts';
import { isPlausibleWavelengthA, K_ALPHA_2_WEIGHT } from './radiation-names.ts';
import { numberOf, type XmlElement } from './xml-tree.ts';

/** The lines of `usedWavelength`; null where the file has none. A monochromator before the sample is reported, not interpreted. */
export function readXrdmlRadiation(measurement: XmlElement, fileName: string, warnings: string[]): Radiation | null {
  const used = measurement.find('usedWavelength');
  if (!used) return null;
  const anode = measurement.find('incidentBeamPath', 'xRayTube', 'anodeMaterial')?.text || null;
  const length = (name: string): number | null => {
    const element = used.find(name);
    const wavelengthA = element && element.text !== '' ? numberOf(element) : null;
    if (wavelengthA !== null && !isPlausibleWavelengthA(wavelengthA))
      throw badInput(fileName, `${element!.text} is no wavelength in angstrom for diffraction`, 'mend usedWavelength in the file');
    return wavelengthA;
  };
  if (/beta/i.test(used.attribute('intended') ?? '')) {
    const beta = length('kBeta');
    return beta === null ? null : { anode, lines: [{ wavelengthA: beta, weight: 1 }] };
  }
  const alpha1 = length('kAlpha1');
  if (alpha1 === null) return null;
  const lines: EmissionLine[] = [{ wavelengthA: alpha1, weight: 1 }];
  const alpha2 = length('kAlpha2');
  const ratioElement = used.find('ratioKAlpha2KAlpha1');
  const ratio = ratioElement ? numberOf(ratioElement) : null;
  if (alpha2 !== null && ratio === null) warnings.push(`the file gives no ratio of K alpha 2 to K alpha 1: ${K_ALPHA_2_WEIGHT} is used`);
  if (alpha2 !== null && ratio !== 0) lines.push({ wavelengthA: alpha2, weight: ratio ?? K_ALPHA_2_WEIGHT });
  const crystal = measurement.find('incidentBeamPath', 'monochromator', 'crystal')?.text;
  if (crystal && lines.length > 1)
    warnings.push(`a monochromator (${crystal}) stands before the sample: if it passes K alpha 1 only, say so with --radiation`);
  return { anode, lines };
}
