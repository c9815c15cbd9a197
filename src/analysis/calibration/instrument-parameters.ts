import { polarisationK } from '../../diffraction/lorentz-polarisation.ts';
import type { Optics, Shift } from '../../diffraction/simulate-pattern.ts';
import { addSpuriousLines } from '../../diffraction/spurious-lines.ts';
import type { InstrumentParameterName } from '../../domain/instrument-calibration.ts';
import type { EmissionLine, Radiation } from '../../domain/radiation.ts';

/**
 * Those that the profile tells; the polarisation comes from intensities alone. Axial divergence enters by its square, in which the profile is
 * linear where it is small.
 */
export type ProfileParameterName = Exclude<InstrumentParameterName, 'polarisationK' | 'axial'> | 'axialSquared';

/** Values of all profile parameters, by name. */
export type ProfileParameters = Readonly<Record<ProfileParameterName, number>>;

/** How one parameter may vary: what laboratory instruments are like, and how far a trial step goes. */
export interface ParameterRule {
  readonly name: ProfileParameterName;
  readonly usual: number;
  readonly spread: number;
  readonly least: number;
  readonly most: number;
  readonly trial: number;
}

/** The parts of an instrument that the fit leaves alone. */
export interface FixedOptics {
  readonly radiation: Radiation;
  readonly radiusMm: number;
  readonly monochromatorTwoThetaDeg: number | null;
}

/** A radius of 200 mm turns a displacement of 0.26 mm into a shift of 0.15 degrees. */
const DISPLACEMENT_SPREAD_PER_RADIUS = 0.0013;

/** The parameters that this radiation has: no weight of K alpha 2 for one line, no K beta where the anode is not known. */
export function parameterRules({ radiation, radiusMm }: FixedOptics): ParameterRule[] {
  const displacement = DISPLACEMENT_SPREAD_PER_RADIUS * radiusMm;
  const rules: ParameterRule[] = [
    { name: 'zeroDeg', usual: 0, spread: 0.1, least: -1, most: 1, trial: 1e-4 },
    {
      name: 'displacementMm',
      usual: 0,
      spread: displacement,
      least: -6 * displacement,
      most: 6 * displacement,
      trial: 1e-3 * displacement,
    },
    { name: 'uDeg2', usual: 0.004, spread: 0.01, least: -0.02, most: 0.3, trial: 2e-5 },
    { name: 'vDeg2', usual: -0.002, spread: 0.01, least: -0.2, most: 0.1, trial: 2e-5 },
    { name: 'wDeg2', usual: 0.003, spread: 0.01, least: 1e-4, most: 0.2, trial: 1e-5 },
    { name: 'xDeg', usual: 0.02, spread: 0.05, least: 0, most: 0.5, trial: 1e-4 },
    { name: 'yDeg', usual: 0.015, spread: 0.05, least: 0, most: 0.5, trial: 1e-4 },
    { name: 'axialSquared', usual: 6e-4, spread: 1e-3, least: 0, most: 0.0144, trial: 1e-5 },
  ];
  if (secondLine(radiation)) rules.push({ name: 'kAlpha2Weight', usual: 0.5, spread: 0.1, least: 0.05, most: 1, trial: 1e-3 });
  if (kBetaOf(radiation)) rules.push({ name: 'kBetaWeight', usual: 0, spread: 0.02, least: 0, most: 0.3, trial: 1e-4 });
  if (radiation.anode === 'Cu') rules.push({ name: 'tungstenWeight', usual: 0, spread: 0.01, least: 0, most: 0.1, trial: 1e-4 });
  return rules;
}

/** Every parameter at what is usual; those without a rule are 0. */
export function usualParameters(rules: readonly ParameterRule[]): ProfileParameters {
  const values = { ...ZEROS };
  for (const { name, usual } of rules) values[name] = usual;
  return values;
}

/** Optics and shift that the parameters mean. */
export function instrumentOf(values: ProfileParameters, fixed: FixedOptics): { optics: Optics; shift: Shift } {
  const { uDeg2, vDeg2, wDeg2, xDeg, yDeg, axialSquared, zeroDeg, displacementMm } = values;
  const { radiusMm, monochromatorTwoThetaDeg } = fixed;
  const second = secondLine(fixed.radiation);
  const lines = fixed.radiation.lines.map((line) => (line === second ? { ...line, weight: values.kAlpha2Weight } : line));
  const radiation = addSpuriousLines({ anode: fixed.radiation.anode, lines }, values.kBetaWeight, values.tungstenWeight);
  return {
    optics: {
      radiation,
      caglioti: { uDeg2, vDeg2, wDeg2 },
      lorentzDeg: { xDeg, yDeg },
      radiusMm,
      monochromatorTwoThetaDeg,
      axial: Math.sqrt(axialSquared),
    },
    shift: { zeroDeg, displacementMm },
  };
}

/** The stronger of the lines besides the first, where it is one of a doublet. */
export function secondLine({ lines }: Radiation): EmissionLine | null {
  const byWeight = [...lines].sort((a, b) => b.weight - a.weight);
  const second = byWeight[1];
  return second && second.weight > 0.2 ? second : null;
}

/** The wavelength of K beta, null where the anode is not known or the radiation has it already. */
function kBetaOf(radiation: Radiation): EmissionLine | null {
  const added = addSpuriousLines(radiation, 1, 0).lines;
  return added.length > radiation.lines.length ? added.at(-1)! : null;
}

/** The monochromator angle of a polarisation K, degrees 2theta; null where K is 1, which is none. */
export function monochromatorOf(k: number): number | null {
  return k >= 1 ? null : (Math.acos(Math.sqrt(Math.max(0, k))) * 180) / Math.PI;
}

export function polarisationOf({ monochromatorTwoThetaDeg }: FixedOptics): number {
  return polarisationK(monochromatorTwoThetaDeg);
}

const ZEROS: Record<ProfileParameterName, number> = {
  uDeg2: 0,
  vDeg2: 0,
  wDeg2: 0,
  xDeg: 0,
  yDeg: 0,
  axialSquared: 0,
  zeroDeg: 0,
  displacementMm: 0,
  kAlpha2Weight: 0,
  kBetaWeight: 0,
  tungstenWeight: 0,
};
