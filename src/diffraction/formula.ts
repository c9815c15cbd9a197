import { elementOf } from './elements.ts';

/** Amounts of each element in any common unit. */
export type Composition = ReadonlyMap<string, number>;

/** Reads a CIF formula sum such as `Li55.992 La24 Zr16 O96` (deuterium counts as hydrogen); null where it is not one. */
export function parseFormulaSum(text: string): Map<string, number> | null {
  const amounts = new Map<string, number>();
  const tokens = text.replace(/['"]/g, '').match(/[A-Z][a-z]?|\d+(?:\.\d+)?|\.\d+/g);
  if (!tokens || tokens.join('') !== text.replace(/[\s'"]/g, '')) return null;
  for (let i = 0; i < tokens.length; i++) {
    const symbol = tokens[i] === 'D' ? 'H' : tokens[i]!;
    if (!elementOf(symbol)) return null;
    const next = tokens[i + 1];
    const amount = next !== undefined && /^[\d.]/.test(next) ? Number(next) : 1;
    if (next !== undefined && /^[\d.]/.test(next)) i++;
    amounts.set(symbol, (amounts.get(symbol) ?? 0) + amount);
  }
  return amounts;
}

/**
 * The formula in the house style: smallest integers where the amounts, or a small multiple of them, are whole; else amounts of at most three
 * decimals. Electropositive elements first, hydroxide groups as (OH)n, peroxides of the alkali metals as M2O2.
 */
export function reducedFormula(composition: Composition): string {
  const entries = [...composition].filter(([, amount]) => amount > 1e-6);
  entries.sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const amounts = smallestAmounts(entries.map(([, amount]) => amount));
  // Peroxides are written with both oxygens, Li2O2.
  const isPeroxide = entries.length === 2 && ALKALI.has(entries[0]![0]) && entries[1]![0] === 'O' && amounts[0] === 1 && amounts[1] === 1;
  const reduced = new Map(entries.map(([symbol], i) => [symbol, isPeroxide ? 2 : amounts[i]!]));
  return spell(reduced);
}

const ALKALI = new Set(['H', 'Li', 'Na', 'K', 'Rb', 'Cs']);

function rank(symbol: string): number {
  return elementOf(symbol)?.electronegativity ?? 99;
}

/** Cells with atoms shared among sites in thirds and the like have whole contents only when taken a few times. */
const LARGEST_MULTIPLE = 6;
const WHOLE_WITHIN = 0.01;

function smallestAmounts(amounts: readonly number[]): number[] {
  if (amounts.length === 1) return [1];
  for (let multiple = 1; multiple <= LARGEST_MULTIPLE; multiple++) {
    const taken = amounts.map((amount) => amount * multiple);
    if (taken.every(isWhole)) return divideOut(taken.map(Math.round));
  }
  // Non-stoichiometric: the common divisor of the elements whose amounts are whole is taken out.
  const whole = amounts.filter(isWhole).map(Math.round);
  const divisor = whole.length > 0 ? whole.reduce(greatestCommonDivisor) : amounts.at(-1)!;
  return amounts.map((amount) => Number((amount / divisor).toFixed(3)));
}

function isWhole(amount: number): boolean {
  const nearest = Math.round(amount);
  return nearest > 0 && Math.abs(amount - nearest) <= WHOLE_WITHIN;
}

function divideOut(amounts: number[]): number[] {
  const divisor = amounts.reduce(greatestCommonDivisor);
  return amounts.map((amount) => amount / divisor);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Elements that form salts with O rather than hydroxides: NaHCO3 keeps its H in front, La(OH)3 does not. */
const ACID_FORMERS = new Set(['B', 'C', 'N', 'Si', 'P', 'S', 'Cl', 'As', 'Se', 'Br', 'I', 'Te']);

function spell(amounts: ReadonlyMap<string, number>): string {
  const others = [...amounts.keys()].filter((symbol) => symbol !== 'H' && symbol !== 'O');
  const hydrogen = amounts.get('H') ?? 0;
  const oxygen = amounts.get('O') ?? 0;
  const part = (symbol: string, amount: number) => (amount === 1 ? symbol : `${symbol}${amount}`);
  const isHydroxide = others.length > 0 && hydrogen > 0 && hydrogen <= oxygen && !others.some((symbol) => ACID_FORMERS.has(symbol));
  if (!isHydroxide) return [...amounts].map(([symbol, amount]) => part(symbol, amount)).join('');
  const cations = others.filter((symbol) => rank(symbol) < rank('O'));
  const anions = others.filter((symbol) => rank(symbol) >= rank('O'));
  const spelled = (symbols: readonly string[]) => symbols.map((symbol) => part(symbol, amounts.get(symbol)!)).join('');
  const oxide = Number((oxygen - hydrogen).toFixed(3));
  const hydroxide = hydrogen === 1 ? 'OH' : `(OH)${hydrogen}`;
  return `${spelled(cations)}${oxide > 0 ? part('O', oxide) : ''}${hydroxide}${spelled(anions)}`;
}
