import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { loadReferences, readReferencePhase, referenceSpaces } from '../../../../models/references/load-references.ts';
import { EwaldError } from '../../../../src/domain/errors.ts';
import { parseFormula, parsePhaseId } from '../../../../src/domain/phase.ts';
import { shortestDistanceA } from './shortest-distance.ts';

const SPACE = 'solid-state-precursors';
const FOLDER = fileURLToPath(new URL(`../../../../models/references/${SPACE}/`, import.meta.url));

/** X-ray densities in g/cm3, to two decimals, as powder diffraction standards and handbooks of mineralogy list them for the pure crystals. */
const DENSITY_G_CM3: Readonly<Record<string, number>> = {
  Al2O3_167: 3.99,
  Bi2O3_114: 9.17,
  Bi2O3_14: 9.37,
  CaCO3_167: 2.71,
  CaF2_225: 3.18,
  Cr2O3_167: 5.22,
  CuO_15: 6.51,
  Fe3O4_227: 5.2,
  Ga2O3_12: 5.95,
  GeO2_154: 4.28,
  HfO2_14: 10.1,
  In2O3_206: 7.12,
  K2SO4_62: 2.66,
  'La(OH)3_176': 4.45,
  Li2CO3_15: 2.1,
  Li2TiO3_15: 3.42,
  Li3PO4_62: 2.44,
  LiCoO2_166: 5.05,
  'Mg(OH)2_164': 2.37,
  MnCO3_167: 3.7,
  NaHCO3_14: 2.21,
  Nb2O5_0_TT: 4.99,
  NiO_225: 6.81,
  SnO2_136: 6.99,
  TiO2_141: 3.89,
  V2O5_59: 3.36,
  Y2O3_206: 5.03,
  ZnO_186: 5.68,
  ZrO2_14: 5.82,
  ZrSiO4_141: 4.67,
  'Ca(OH)2_164': 2.24,
  CaO_225: 3.35,
  CoO_225: 6.44,
  Cu2O_224: 6.11,
  Fe2O3_167: 5.27,
  FeO_225: 5.97,
  GeO2_136: 6.25,
  Li3PO4_31: 2.48,
  LiOH_129: 1.46,
  MgAl2O4_227: 3.58,
  MgO_225: 3.58,
  MnO2_136: 5.2,
  MnO_225: 5.37,
  Na2CO3_12: 2.54,
  Nb2O5_10: 4.55,
  Nb2O5_15: 5.29,
  SiO2_154: 2.65,
  SiO2_92: 2.33,
  SnO_129: 6.4,
  TiO2_136: 4.25,
  TiO2_61: 4.12,
  V2O3_167: 5.02,
  VO2_14: 4.65,
  Zn_194: 7.14,
  ZrO2_225: 6.2,
};

const references = loadReferences(SPACE);

describe('the space of the solid-state precursors', () => {
  test('is listed and has 30 members and 25 distractors', () => {
    expect(referenceSpaces()).toContain(SPACE);
    expect(references.filter(({ role }) => role === 'member')).toHaveLength(30);
    expect(references.filter(({ role }) => role === 'distractor')).toHaveLength(25);
  });

  test('indexes every structure file once', () => {
    const files = readdirSync(FOLDER).filter((name) => name.endsWith('.cif'));
    expect(references.map(({ phaseId }) => `${phaseId}.cif`).sort()).toEqual(files.sort());
  });

  test('has a literature density for every phase', () => {
    expect(Object.keys(DENSITY_G_CM3).sort()).toEqual(references.map(({ phaseId }) => phaseId).sort());
  });
});

describe.each(references.map((reference) => [reference.phaseId, reference] as const))('%s', (phaseId, { structure, citation }) => {
  const named = parsePhaseId(phaseId)!;

  test('has the density of the literature within 2 %', () => {
    const expected = DENSITY_G_CM3[phaseId]!;
    expect(Math.abs(structure.densityGCm3 / expected - 1)).toBeLessThan(0.02);
  });

  test('has the space group and the composition its id says, in the cell too', () => {
    // The stand-in carries 0, for no space group is known.
    expect(structure.spaceGroup).toBe(named.spaceGroup === 0 ? 191 : named.spaceGroup);
    expect(structure.phaseId).toBe(phaseId);
    const wanted = parseFormula(named.formula)!;
    const atoms = new Map<string, number>();
    for (const { site, positions } of structure.atoms)
      atoms.set(site.element, (atoms.get(site.element) ?? 0) + positions.length * site.occupancy);
    const [element, amount] = [...wanted][0]!;
    const units = atoms.get(element)! / amount;
    expect([...atoms.keys()].sort()).toEqual([...wanted.keys()].sort());
    for (const [symbol, count] of wanted) expect(atoms.get(symbol)! / units).toBeCloseTo(count, 2);
    expect(structure.warnings).toEqual([]);
  });

  test('names its determination, or says why not', () => {
    expect(citation).toMatch(/\((?:19|20)\d\d\)\.|stand-in|could not be named/);
  });

  test('has plausible displacement parameters', () => {
    for (const { bIsoA2 } of structure.sites) {
      expect(bIsoA2).toBeGreaterThan(0.05);
      expect(bIsoA2).toBeLessThan(4);
    }
  });
});

describe('bonds that a slip of origin or setting would break', () => {
  test.each([
    ['LiCoO2_166', 'Co', 'O', 1.92],
    ['LiCoO2_166', 'Li', 'O', 2.09],
    ['ZnO_186', 'Zn', 'O', 1.97],
    ['CaCO3_167', 'C', 'O', 1.28],
    ['NaHCO3_14', 'C', 'O', 1.26],
    ['Li3PO4_31', 'P', 'O', 1.54],
    ['Li3PO4_62', 'P', 'O', 1.54],
    ['K2SO4_62', 'S', 'O', 1.47],
    ['GeO2_154', 'Ge', 'O', 1.74],
    ['ZrSiO4_141', 'Si', 'O', 1.62],
    ['Fe2O3_167', 'Fe', 'O', 1.94],
    ['TiO2_141', 'Ti', 'O', 1.93],
    ['V2O5_59', 'V', 'O', 1.58],
    ['Ca(OH)2_164', 'O', 'H', 0.94],
    ['Mg(OH)2_164', 'O', 'H', 0.92],
    ['La(OH)3_176', 'La', 'O', 2.58],
  ])('%s: %s-%s', (phaseId, a, b, expectedA) => {
    const { structure } = references.find((reference) => reference.phaseId === phaseId)!;
    expect(Math.abs(shortestDistanceA(structure, a, b) - expectedA)).toBeLessThan(0.03);
  });
});

describe('broken references are refused by name', () => {
  const entry = { phaseId: 'CaF2_225', role: 'member', file: 'CaF2_225.cif', title: 'fluorite' } as const;
  const text = readFileSync(`${FOLDER}CaF2_225.cif`, 'utf8');
  const failure = (action: () => unknown): EwaldError => {
    try {
      action();
    } catch (error) {
      if (error instanceof EwaldError) return error;
      throw error;
    }
    throw new Error('it was accepted');
  };

  test('an unknown space', () => {
    expect(failure(() => loadReferences('no-such-space'))).toMatchObject({ code: 'model', subject: 'no-such-space' });
  });

  test.each([
    ['a file without atoms', text.slice(0, text.indexOf('loop_\n_atom_site')), entry],
    ['a file whose cell is missing', text.replace(/_cell_length_a.*\n/, ''), entry],
    ['a file of another space group', text, { ...entry, phaseId: 'CaF2_216' }],
    ['a file without citation or note', text.replace(/_journal_name_full.*\n/, '').replace(/_ewald_note\n;[\s\S]*?\n;\n/, ''), entry],
  ])('%s', (_, broken, given) => {
    expect(failure(() => readReferencePhase(broken, 'CaF2_225.cif', given))).toMatchObject({ code: 'model', subject: 'CaF2_225.cif' });
  });
});
