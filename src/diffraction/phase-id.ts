import { badInput } from '../domain/errors.ts';
import { parseFormula } from '../domain/phase.ts';
import { reducedFormula } from './formula.ts';
import { enantiomorphOf } from './space-group.ts';

const KNOWN_ID = /^(.+?)_(\d{1,3})(?:_([A-Za-z0-9-]+))?$/;

/**
 * `<reduced formula>_<space group number>`; of an enantiomorphic pair the lower number, unless exactly one of `knownPhaseIds` (or exactly one
 * without a suffix) names the same compound with either number: that one is then returned as it is spelled there.
 * Fails with badInput where the space group is not known.
 */
export function phaseIdOf(
  structure: { readonly name: string; readonly formula: string; readonly spaceGroup: number | null },
  knownPhaseIds: readonly string[] = [],
): string {
  const { formula, spaceGroup } = structure;
  if (spaceGroup === null)
    throw badInput(structure.name, `the space group of ${structure.name} is not known`, 'add _space_group_IT_number to the CIF');
  const numbers = [spaceGroup, enantiomorphOf(spaceGroup)];
  const fitting = knownPhaseIds.filter((id) => {
    const match = KNOWN_ID.exec(id);
    return match !== null && numbers.includes(Number(match[2])) && reducedSpelling(match[1]!) === formula;
  });
  if (fitting.length === 1) return fitting[0]!;
  return fitting.find((id) => KNOWN_ID.exec(id)?.[3] === undefined) ?? `${formula}_${Math.min(...numbers)}`;
}

/** The house spelling of a formula that may be a hydrate written with a hyphen (LiOH-H2O); null where it cannot be read. */
function reducedSpelling(formula: string): string | null {
  const sum = new Map<string, number>();
  for (const part of formula.split('-')) {
    const amounts = parseFormula(part);
    if (!amounts) return null;
    for (const [element, amount] of amounts) sum.set(element, (sum.get(element) ?? 0) + amount);
  }
  return reducedFormula(sum);
}
