import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { loadReferences, referenceSpaces } from '../../../../models/references/load-references.ts';
import { parseFormula, parsePhaseId } from '../../../../src/domain/phase.ts';
import { shortestDistanceA } from './shortest-distance.ts';

const COUNTS = { 'li-la-zr-o': 28, 'li-mn-ti-o-f': 56 } as const;

const SPACES = Object.fromEntries(Object.keys(COUNTS).map((space) => [space, loadReferences(space)]));

const structureOf = (space: string, phaseId: string) => SPACES[space]!.find((reference) => reference.phaseId === phaseId)!.structure;

const folderOf = (space: string) => fileURLToPath(new URL(`../../../../models/references/${space}/`, import.meta.url));

describe.each(Object.entries(COUNTS))('the space %s', (space, count) => {
  const references = SPACES[space]!;

  test(`is listed and has ${count} members`, () => {
    expect(referenceSpaces()).toContain(space);
    expect(references.map(({ role }) => role)).toEqual(Array(count).fill('member'));
  });

  test('indexes each of its own structure files', () => {
    const indexed = references.map(({ phaseId }) => `${phaseId}.cif`);
    for (const file of readdirSync(folderOf(space)).filter((name) => name.endsWith('.cif'))) expect(indexed).toContain(file);
  });

  test('keeps no structure that another space has already', () => {
    const own = readdirSync(folderOf(space)).filter((name) => name.endsWith('.cif'));
    const others = referenceSpaces().filter((other) => other !== space);
    for (const other of others) expect(readdirSync(folderOf(other)).filter((name) => own.includes(name))).toEqual([]);
  });

  test.each(references.map((reference) => [reference.phaseId, reference] as const))(
    '%s has the space group and composition of its id, its source and plausible displacements',
    (phaseId, { structure, citation }) => {
      const named = parsePhaseId(phaseId)!;
      expect(structure.spaceGroup).toBe(named.spaceGroup);
      const atoms = new Map<string, number>();
      for (const { site, positions } of structure.atoms)
        atoms.set(site.element, (atoms.get(site.element) ?? 0) + positions.length * site.occupancy);
      const wanted = [...parseFormula(named.formula)!].filter(([element]) => element !== 'H' || atoms.has('H'));
      const units = atoms.get('O') ? atoms.get('O')! / Object.fromEntries(wanted).O! : atoms.get('F')! / Object.fromEntries(wanted).F!;
      expect([...atoms.keys()].sort()).toEqual(wanted.map(([element]) => element).sort());
      for (const [element, amount] of wanted) expect(atoms.get(element)! / units).toBeCloseTo(amount, 1);
      expect(structure.warnings.filter((warning) => !/hydrogen atoms per cell are not placed/.test(warning))).toEqual([]);
      expect(citation).toMatch(/\((?:19|20)\d\d\)/);
      for (const { bIsoA2 } of structure.sites) expect(bIsoA2).toBeGreaterThan(0.05);
    },
  );
});

/** Densities in g/cm3 of the handbooks, of pure crystals at room temperature. */
test.each([
  ['li-la-zr-o', 'La2O3_164', 6.51],
  ['li-la-zr-o', 'La2Zr2O7_227', 6.05],
  ['li-la-zr-o', 'Li2O_225', 2.013],
  ['li-la-zr-o', 'Li2O2_194', 2.31],
  ['li-la-zr-o', 'Li7La3Zr2O12_230', 5.11],
  ['li-la-zr-o', 'LiOH-H2O_12', 1.51],
  ['li-la-zr-o', 'ZrO2_137', 6.1],
  ['li-mn-ti-o-f', 'LiF_225', 2.635],
  ['li-mn-ti-o-f', 'Li2O2_194', 2.31],
  ['li-mn-ti-o-f', 'Mn3O4_141', 4.84],
  ['li-mn-ti-o-f', 'MnF2_136', 3.98],
  ['li-mn-ti-o-f', 'Ti2O3_167', 4.49],
  ['li-mn-ti-o-f', 'TiMnO3_148', 4.54],
  ['li-mn-ti-o-f', 'TiO2_136', 4.25],
])('%s %s has the density of the literature within 2 %%', (space, phaseId, expected) => {
  expect(Math.abs(structureOf(space, phaseId).densityGCm3 / expected - 1)).toBeLessThan(0.02);
});

describe('bonds that a slip of origin or setting would break', () => {
  test.each([
    ['li-la-zr-o', 'Li2O2_194', 'O', 'O', 1.55],
    ['li-la-zr-o', 'LiO2_58', 'O', 'O', 1.34],
    ['li-la-zr-o', 'La2Zr2O7_227', 'Zr', 'O', 2.1],
    ['li-la-zr-o', 'Li7La3Zr2O12_142', 'Zr', 'O', 2.11],
    ['li-la-zr-o', 'Li7La3Zr2O12_230', 'Zr', 'O', 2.09],
    ['li-la-zr-o', 'LaOOH_11', 'La', 'O', 2.35],
    ['li-la-zr-o', 'ZrO2_61', 'Zr', 'O', 2.06],
    ['li-la-zr-o', 'ZrO2_62', 'Zr', 'O', 2.12],
    ['li-mn-ti-o-f', 'LiMn2O4_227', 'Mn', 'O', 1.96],
    ['li-mn-ti-o-f', 'Mn3O4_141', 'Mn', 'O', 1.93],
    ['li-mn-ti-o-f', 'LiMnO2_59', 'Mn', 'O', 1.9],
    ['li-mn-ti-o-f', 'MnO2_62', 'Mn', 'O', 1.87],
    ['li-mn-ti-o-f', 'MnO2_87', 'Mn', 'O', 1.88],
    ['li-mn-ti-o-f', 'Mn2O2F9_15', 'O', 'O', 1.09],
    ['li-mn-ti-o-f', 'Ti2O3_167', 'Ti', 'O', 2.02],
    ['li-mn-ti-o-f', 'TiF4_62', 'Ti', 'F', 1.7],
    ['li-mn-ti-o-f', 'TiMnO3_148', 'Ti', 'O', 1.88],
    ['li-mn-ti-o-f', 'TiMnO3_161', 'Ti', 'O', 1.86],
  ])('%s %s: %s-%s', (space, phaseId, a, b, expectedA) => {
    expect(Math.abs(shortestDistanceA(structureOf(space, phaseId), a, b) - expectedA)).toBeLessThan(0.03);
  });
});
