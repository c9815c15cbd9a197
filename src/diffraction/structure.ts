import { type CifBlock, cifNumber, cifValue, loopColumn, parseCif } from '../domain/cif-syntax.ts';
import { badInput, EwaldError } from '../domain/errors.ts';
import { type AtomSite, readAtomSites } from './atom-sites.ts';
import { type Cell, type CrystalSystem, volumeA3 } from './cell.ts';
import { checkComposition } from './composition-check.ts';
import { isPossible, latticeFreedom, regularCell, type UniqueAxis } from './crystal-system.ts';
import { massOf } from './elements.ts';
import { reducedFormula } from './formula.ts';
import { phaseIdOf } from './phase-id.ts';
import type { SiteImages } from './site-expansion.ts';
import { IDENTITY, isGroup, operatorKey, parseOperator, type SymmetryOperator, spaceGroupNumberOf } from './space-group.ts';

/** A crystal structure. `sites` are the asymmetric unit, `atoms` the same with all their positions in the cell. */
export interface Structure {
  readonly name: string;
  readonly phaseId: string | null;
  readonly formula: string;
  readonly spaceGroup: number | null;
  readonly cell: Cell;
  readonly crystalSystem: CrystalSystem;
  readonly uniqueAxis: UniqueAxis;
  readonly operators: readonly SymmetryOperator[];
  readonly sites: readonly AtomSite[];
  readonly atoms: readonly SiteImages[];
  readonly volumeA3: number;
  /** Sum of the relative atomic masses in the cell, hydrogen of the formula included where the file does not place it. */
  readonly cellMassU: number;
  readonly densityGCm3: number;
  readonly warnings: readonly string[];
}

export interface StructureHints {
  /** Space group number of an expansion to P1, whose file says 1. */
  readonly spaceGroupNumberHint?: number;
  readonly knownPhaseIds?: readonly string[];
}

/** Unit mass per cubic angstrom in g/cm3: 1.66053906660 (CODATA 2018). */
const G_CM3_PER_U_A3 = 1.6605390666;

/** Fails with badInput, naming the block and what is missing or contradicts itself. */
export function structureFromCif(block: CifBlock, hints: StructureHints = {}): Structure {
  const warnings: string[] = [];
  const name = block.name || 'unnamed block';
  const operators = readOperators(block, name, warnings);
  const written = readCell(block, name);
  const declared = readSpaceGroupNumber(block);
  const isExpansion = operators.length === 1 && (declared ?? 1) === 1;
  const spaceGroup = isExpansion ? (hints.spaceGroupNumberHint ?? declared) : declared;
  const freedom = latticeFreedom(written, operators, isExpansion ? (hints.spaceGroupNumberHint ?? null) : spaceGroup);
  const cell = regularCell(written, freedom);
  const sites = readAtomSites(block, cell, warnings);
  if (sites.length === 0) throw badInput(name, `${name} has no atoms`, 'add an _atom_site loop with fractional coordinates');
  const { atoms, composition } = checkComposition(block, name, sites, operators, cell, warnings);
  const formula = reducedFormula(composition);
  const cellMassU = [...composition].reduce((sum, [element, amount]) => sum + massOf(element) * amount, 0);
  const cellVolumeA3 = volumeA3(cell);
  return {
    name,
    phaseId: spaceGroup === null ? null : phaseIdOf({ name, formula, spaceGroup }, hints.knownPhaseIds),
    formula,
    spaceGroup,
    cell,
    crystalSystem: freedom.crystalSystem,
    uniqueAxis: freedom.uniqueAxis,
    operators,
    sites,
    atoms,
    volumeA3: cellVolumeA3,
    cellMassU,
    densityGCm3: (G_CM3_PER_U_A3 * cellMassU) / cellVolumeA3,
    warnings,
  };
}

/**
 * The structure of the first block with atoms. Where the file is named by a phase id (`ZrO2_14.cif`), its number is the hint for an expansion
 * to P1 and its spelling is kept. Fails with badInput naming the file.
 */
export function structuresFromCifText(text: string, fileName: string, hints: StructureHints = {}): Structure {
  const block = parseCif(text).find((candidate) => loopColumn(candidate, '_atom_site_fract_x', '_atom_site.fract_x'));
  if (!block) throw badInput(fileName, `${fileName} holds no CIF block with atoms`, 'give a CIF file with an _atom_site loop');
  const stem = fileName.replace(/^.*[\\/]/, '').replace(/\.cif$/i, '');
  const hint = Number(/_(\d{1,3})(?:_[^_]*)?$/.exec(stem)?.[1] ?? 0);
  const full: StructureHints = {
    ...(hint >= 1 && hint <= 230 ? { spaceGroupNumberHint: hint } : {}),
    knownPhaseIds: [stem],
    ...hints,
  };
  try {
    return structureFromCif(block, full);
  } catch (error) {
    if (error instanceof EwaldError) throw new EwaldError(error.code, fileName, `${fileName}: ${error.message}`, error.remedy, error);
    throw error;
  }
}

function readCell(block: CifBlock, name: string): Cell {
  const read = (item: string) => cifNumber(cifValue(block, `_cell_${item}`, `_cell.${item}`));
  const [aA, bA, cA] = [read('length_a'), read('length_b'), read('length_c')];
  const [alphaDeg, betaDeg, gammaDeg] = [read('angle_alpha') ?? 90, read('angle_beta') ?? 90, read('angle_gamma') ?? 90];
  if (aA === null || bA === null || cA === null)
    throw badInput(name, `${name} lacks a lattice constant`, 'give _cell_length_a, _b and _c in angstrom');
  const cell = { aA, bA, cA, alphaDeg, betaDeg, gammaDeg };
  if (!(aA > 0.5 && bA > 0.5 && cA > 0.5) || !isPossible(cell))
    throw badInput(
      name,
      `the cell of ${name} is impossible: ${aA} ${bA} ${cA} ${alphaDeg} ${betaDeg} ${gammaDeg}`,
      'mend the _cell_ items',
    );
  return cell;
}

function readSpaceGroupNumber(block: CifBlock): number | null {
  const given = cifNumber(
    cifValue(block, '_space_group_it_number', '_symmetry_int_tables_number', '_space_group.it_number', '_symmetry.int_tables_number'),
  );
  if (given !== null && Number.isInteger(given) && given >= 1 && given <= 230) return given;
  const symbol = hermannMauguin(block);
  return symbol === null ? null : spaceGroupNumberOf(symbol);
}

function hermannMauguin(block: CifBlock): string | null {
  return cifValue(block, '_space_group_name_h-m_alt', '_symmetry_space_group_name_h-m', '_space_group.name_h-m_alt');
}

function readOperators(block: CifBlock, name: string, warnings: string[]): SymmetryOperator[] {
  const texts = loopColumn(
    block,
    '_space_group_symop_operation_xyz',
    '_symmetry_equiv_pos_as_xyz',
    '_space_group_symop.operation_xyz',
    '_symmetry_equiv.pos_as_xyz',
  );
  if (!texts || texts.length === 0) {
    if (readSpaceGroupNumber(block) === 1) return [IDENTITY];
    throw badInput(name, `${name} lists no symmetry operators`, 'add the loop _space_group_symop_operation_xyz, centring included');
  }
  const byKey = new Map<string, SymmetryOperator>();
  for (const text of texts) {
    const operator = parseOperator(text);
    byKey.set(operatorKey(operator), operator);
  }
  const operators = [...byKey.values()];
  if (operators.length < texts.length) warnings.push(`${texts.length - operators.length} symmetry operators are listed twice`);
  if (!isGroup(operators))
    throw badInput(
      name,
      `the symmetry operators of ${name} do not form a group`,
      'list every operator of the group once, centring included',
    );
  return operators;
}
