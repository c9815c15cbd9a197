import { DISPERSION_ANODES, DISPERSION_ROWS } from './dispersion-table.ts';
import { F0_ROWS } from './scattering-factors-table.ts';

const f0BySpecies = new Map<string, Float64Array>(F0_ROWS.map(([species, text]) => [species, Float64Array.from(text.split(' '), Number)]));
const dispersionBySymbol = new Map<string, Float64Array>(
  DISPERSION_ROWS.map(([symbol, text]) => [symbol, Float64Array.from(text.split(' '), Number)]),
);

/** The nine coefficients (a1 b1 ... a4 b4 c) of the ion, of the neutral atom where the table lacks the ion; null for an unknown element. */
export function f0Coefficients(element: string, charge: number): Float64Array | null {
  const ion = charge === 0 ? undefined : f0BySpecies.get(`${element}${Math.abs(charge)}${charge > 0 ? '+' : '-'}`);
  return ion ?? f0BySpecies.get(element) ?? null;
}

/** f0 in electrons at s^2 = (sin theta / lambda)^2 in 1/angstrom^2. */
export function f0At(coefficients: Float64Array, sSquared: number): number {
  let sum = coefficients[8]!;
  for (let i = 0; i < 8; i += 2) sum += coefficients[i]! * Math.exp(-coefficients[i + 1]! * sSquared);
  return sum;
}

export interface Dispersion {
  readonly fPrime: number;
  readonly fDoublePrime: number;
}

const NONE: Dispersion = { fPrime: 0, fDoublePrime: 0 };

/** f' and f'' in electrons at the anode's K-alpha line; zero for an anode that is not in the table, for null, and for H and He. */
export function dispersion(element: string, anode: string | null): Dispersion {
  const column = anode === null ? -1 : DISPERSION_ANODES.indexOf(anode);
  const row = dispersionBySymbol.get(element);
  if (column < 0 || !row) return NONE;
  return { fPrime: row[2 * column]!, fDoublePrime: row[2 * column + 1]! };
}
