/**
 * Lorentz and polarisation factor of a powder line in Bragg-Brentano geometry, (1 + K cos^2 2theta) / ((1 + K) sin^2 theta cos theta) with
 * K = cos^2 of the monochromator's 2theta, 1 without one (International Tables C 6.2).
 */
export function lorentzPolarisation(sinTheta: number, cosTheta: number, polarisationK: number): number {
  const cosTwoTheta = 1 - 2 * sinTheta * sinTheta;
  return (1 + polarisationK * cosTwoTheta * cosTwoTheta) / ((1 + polarisationK) * sinTheta * sinTheta * cosTheta);
}

export function polarisationK(monochromatorTwoThetaDeg: number | null): number {
  return monochromatorTwoThetaDeg === null ? 1 : Math.cos((monochromatorTwoThetaDeg * Math.PI) / 180) ** 2;
}
