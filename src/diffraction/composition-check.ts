import { type CifBlock, cifNumber, cifValue } from '../domain/cif-syntax.ts';
import { badInput } from '../domain/errors.ts';
import type { AtomSite } from './atom-sites.ts';
import type { Cell } from './cell.ts';
import { type Composition, parseFormulaSum } from './formula.ts';
import { expandSites, type SiteImages } from './site-expansion.ts';
import type { SymmetryOperator } from './space-group.ts';

/** Tried in this order until the atoms in the cell agree with the formula: coordinates of four, three and two decimals. */
const MERGE_TOLERANCES_A = [0.05, 0.01, 0.15, 0.4];

/** Amounts further apart than this, relative, are a contradiction worth a warning; beyond REFUSED the file cannot be trusted. */
const AGREEING = 0.02;
const REFUSED = 0.5;

export interface CellContents {
  readonly atoms: SiteImages[];
  /** Atoms per cell, with the hydrogen of the formula where the file places none. */
  readonly composition: Composition;
}

/**
 * Expands the sites and holds the result against `_chemical_formula_sum` and `_cell_formula_units_Z`. Deviations go to `warnings`; badInput where an
 * element is missing or off by more than half, since the positions or operators are then certainly wrong.
 */
export function checkComposition(
  block: CifBlock,
  name: string,
  sites: readonly AtomSite[],
  operators: readonly SymmetryOperator[],
  cell: Cell,
  warnings: string[],
): CellContents {
  const formulaText = cifValue(block, '_chemical_formula_sum', '_chemical_formula.sum');
  const formula = formulaText === null ? null : parseFormulaSum(formulaText);
  const z = cifNumber(cifValue(block, '_cell_formula_units_z', '_cell.formula_units_z'));
  const first = expandSites(sites, operators, cell, MERGE_TOLERANCES_A[0]!);
  if (!formula) {
    if (formulaText !== null) warnings.push(`the formula "${formulaText}" cannot be read`);
    return { atoms: first, composition: contentsOf(first) };
  }
  let best: { atoms: SiteImages[]; counted: Map<string, number>; units: number; deviation: number } | null = null;
  for (const toleranceA of MERGE_TOLERANCES_A) {
    const atoms = toleranceA === MERGE_TOLERANCES_A[0] ? first : expandSites(sites, operators, cell, toleranceA);
    const counted = contentsOf(atoms);
    const { units, deviation } = compare(counted, formula, z);
    if (!best || deviation < best.deviation - 1e-9) best = { atoms, counted, units, deviation };
    if (deviation <= AGREEING) break;
  }
  const { atoms, counted, units, deviation } = best!;
  if (deviation > REFUSED)
    throw badInput(
      name,
      `the atoms of ${name} make ${spell(counted)} per cell, the formula says ${formulaText}`,
      'mend the atoms, the operators or the formula',
    );
  const composition = new Map(counted);
  for (const [element, amount] of formula) {
    const found = counted.get(element) ?? 0;
    if (element === 'H' && found < amount * units * (1 - AGREEING)) {
      composition.set('H', amount * units);
      warnings.push(`${Number((amount * units - found).toFixed(3))} hydrogen atoms per cell are not placed`);
    }
  }
  if (deviation > AGREEING)
    warnings.push(`the atoms make ${spell(counted)} per cell, the formula says ${formulaText} with Z = ${round(units)}`);
  // A formula that already is the content of the cell (units 1) says nothing against Z.
  if (z !== null && units !== 1 && Math.abs(units - z) > AGREEING * z) warnings.push(`Z is ${round(units)} by the atoms, ${z} by the file`);
  return { atoms, composition };
}

function contentsOf(atoms: readonly SiteImages[]): Map<string, number> {
  const counted = new Map<string, number>();
  for (const { site, positions } of atoms) counted.set(site.element, (counted.get(site.element) ?? 0) + positions.length * site.occupancy);
  return counted;
}

/** Formula units per cell (the file's own count where it fits, else the mean over heavy atoms) and the largest relative deviation, hydrogen apart. */
function compare(counted: Composition, formula: Composition, z: number | null): { units: number; deviation: number } {
  const elements = [...new Set([...counted.keys(), ...formula.keys()])].filter((element) => element !== 'H' || formula.size === 1);
  const given = elements.reduce((sum, element) => sum + (formula.get(element) ?? 0), 0);
  const found = elements.reduce((sum, element) => sum + (counted.get(element) ?? 0), 0);
  const ratio = given > 0 ? found / given : 0;
  const deviationFor = (units: number) =>
    Math.max(
      ...elements.map((element) => {
        const wanted = (formula.get(element) ?? 0) * units;
        return wanted > 0 ? Math.abs((counted.get(element) ?? 0) / wanted - 1) : 1;
      }),
    );
  // Some files give the contents of the cell as the formula beside Z formula units, so Z alone must not condemn them.
  const candidates = [...(z === null ? [] : [z]), 1, Math.max(1, Math.round(ratio)), ratio];
  let best = { units: ratio, deviation: Number.POSITIVE_INFINITY };
  for (const units of candidates) {
    const deviation = units > 0 ? deviationFor(units) : Number.POSITIVE_INFINITY;
    if (deviation < best.deviation - 1e-9) best = { units, deviation };
    if (deviation <= AGREEING) break;
  }
  return best;
}

function spell(composition: Composition): string {
  return [...composition].map(([element, amount]) => `${element}${round(amount)}`).join(' ');
}

function round(value: number): number {
  return Number(value.toFixed(3));
}
