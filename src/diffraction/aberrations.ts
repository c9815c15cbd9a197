/** What moves all lines together: the zero of the angle scale and the height of the sample over the axis. */
export interface Shift {
  readonly zeroDeg: number;
  readonly displacementMm: number;
}

export const NO_SHIFT: Shift = { zeroDeg: 0, displacementMm: 0 };

/** Change of 2theta in degrees: zero - 2 s cos(theta) / R (Bragg-Brentano; International Tables C 2.3). */
export function shiftDeg(shift: Shift, cosTheta: number, radiusMm: number): number {
  return shift.zeroDeg - ((2 * shift.displacementMm * cosTheta) / radiusMm) * (180 / Math.PI);
}

/** Part of a line that axial divergence has moved by `offsetDeg`. */
export interface AxialPart {
  readonly offsetDeg: number;
  readonly share: number;
}

const WHOLE: readonly AxialPart[] = [{ offsetDeg: 0, share: 1 }];
const MAX_PARTS = 24;

/**
 * Splits a line into the parts that axial divergence spreads towards 90 degrees. A ray that climbs by h per unit length meets the detector at
 * cos(2phi) = cos(2theta) sqrt(1 + h^2) (Finger, Cox & Jephcoat 1994, J. Appl. Cryst. 27, 892); with sample and slit both of half height
 * `axial` times the radius, h in 0 .. 2 axial has the density 1 - h / (2 axial). Parts of equal share stand at the midpoints of the quantiles, and there
 * are as many as the width of the line needs, or `count` where the line must change smoothly with `axial` and with its width.
 */
export function axialParts(twoThetaDeg: number, axial: number, fwhmDeg: number, count: number | null = null): readonly AxialPart[] {
  if (axial <= 0) return WHOLE;
  const cosine = Math.cos((twoThetaDeg * Math.PI) / 180);
  const offset = (h: number) => (Math.acos(Math.max(-1, Math.min(1, cosine * Math.sqrt(1 + h * h)))) * 180) / Math.PI - twoThetaDeg;
  const parts = count ?? Math.min(MAX_PARTS, Math.max(1, Math.ceil((3 * Math.abs(offset(1.4 * axial))) / fwhmDeg)));
  return Array.from({ length: parts }, (_, i) => ({
    offsetDeg: offset(2 * axial * (1 - Math.sqrt(1 - (i + 0.5) / parts))),
    share: 1 / parts,
  }));
}
