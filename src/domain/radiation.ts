/** One emission line of the tube: its wavelength in angstrom and its weight relative to the strongest line. */
export interface EmissionLine {
  readonly wavelengthA: number;
  readonly weight: number;
}

/** What shines on the sample. `anode` is the element symbol, or null where only the wavelength is known (a synchrotron). */
export interface Radiation {
  readonly anode: string | null;
  readonly lines: readonly EmissionLine[];
}

/** The line of largest weight, in angstrom. */
export function primaryWavelengthA(radiation: Radiation): number {
  let best = radiation.lines[0];
  for (const line of radiation.lines) if (!best || line.weight > best.weight) best = line;
  if (!best) throw new RangeError('a radiation needs at least one line');
  return best.wavelengthA;
}

/** d spacing in angstrom of the angle 2theta in degrees (Bragg's law). */
export function dSpacingA(twoThetaDeg: number, wavelengthA: number): number {
  return wavelengthA / (2 * Math.sin((twoThetaDeg * Math.PI) / 360));
}

/** 2theta in degrees of a d spacing in angstrom; NaN beyond 180 degrees (Bragg's law). */
export function braggTwoThetaDeg(dA: number, wavelengthA: number): number {
  const sine = wavelengthA / (2 * dA);
  return sine > 1 ? Number.NaN : (360 / Math.PI) * Math.asin(sine);
}
