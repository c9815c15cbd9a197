import type { Radiation } from '../domain/radiation.ts';

/** K-beta in angstrom: International Tables C, table 4.2.2.4. */
const K_BETA_A: Readonly<Record<string, number>> = {
  Cr: 2.084887,
  Fe: 1.756604,
  Co: 1.620826,
  Cu: 1.3922234,
  Mo: 0.6323,
  Ag: 0.49708,
};

/** W L-alpha1, from tungsten that a tube's filament leaves on the anode: International Tables C, table 4.2.2.4. */
const TUNGSTEN_L_ALPHA_A = 1.476311;

/** The radiation with a residue of K-beta and of the tungsten line, weights relative to the strongest line; unknown anodes get no K-beta. */
export function addSpuriousLines(radiation: Radiation, kBetaWeight: number, tungstenWeight: number): Radiation {
  const lines = [...radiation.lines];
  const kBetaA = radiation.anode === null ? undefined : K_BETA_A[radiation.anode];
  if (kBetaA !== undefined && kBetaWeight > 0) lines.push({ wavelengthA: kBetaA, weight: kBetaWeight });
  if (tungstenWeight > 0) lines.push({ wavelengthA: TUNGSTEN_L_ALPHA_A, weight: tungstenWeight });
  return { anode: radiation.anode, lines };
}
