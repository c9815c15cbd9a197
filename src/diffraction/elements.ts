import { ELEMENT_ROWS } from './elements-table.ts';

export interface Element {
  readonly symbol: string;
  readonly z: number;
  /** Relative atomic mass. */
  readonly massU: number;
  /** Pauling's scale; only the order matters here (it orders formulas). */
  readonly electronegativity: number;
}

const bySymbol: ReadonlyMap<string, Element> = new Map(
  ELEMENT_ROWS.map(([symbol, z, massU, electronegativity]) => [symbol, { symbol, z, massU, electronegativity }]),
);

/** Null where the symbol is no element. Deuterium is not an element of its own here: callers map D to H. */
export function elementOf(symbol: string): Element | null {
  return bySymbol.get(symbol) ?? null;
}

export function massOf(symbol: string): number {
  return bySymbol.get(symbol)?.massU ?? 0;
}
