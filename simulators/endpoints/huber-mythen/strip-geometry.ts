export const CHANNELS_PER_MODULE = 1280;
/** Pitch of the strips (PSI, Mythen: 1280 strips of 50 um by 8 mm). */
export const PITCH_MM = 0.05;

/** Where each strip looks, in degrees from the arm, and how much of the sky it sees compared with a strip at the foot of the perpendicular. */
export interface StripGeometry {
  readonly offsetDeg: Float64Array;
  readonly solidAngle: Float64Array;
}

/**
 * Flat modules, each touching the circle of `radiusMm` in its middle and its neighbours at its ends; the arm points at the middle of them all.
 * A strip x beside the middle of its module is seen at atan(x / R) from there, and its solid angle falls with the cube of the cosine.
 */
export function stripGeometry(modules: number, radiusMm: number): StripGeometry {
  const halfMm = (CHANNELS_PER_MODULE * PITCH_MM) / 2;
  const moduleDeg = degrees(2 * Math.atan(halfMm / radiusMm));
  const offsetDeg = new Float64Array(modules * CHANNELS_PER_MODULE);
  const solidAngle = new Float64Array(offsetDeg.length);
  for (let channel = 0; channel < offsetDeg.length; channel++) {
    const module = Math.floor(channel / CHANNELS_PER_MODULE);
    const xMm = ((channel % CHANNELS_PER_MODULE) + 0.5) * PITCH_MM - halfMm;
    const besideRad = Math.atan(xMm / radiusMm);
    offsetDeg[channel] = (module - (modules - 1) / 2) * moduleDeg + degrees(besideRad);
    solidAngle[channel] = Math.cos(besideRad) ** 3;
  }
  return { offsetDeg, solidAngle };
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}
