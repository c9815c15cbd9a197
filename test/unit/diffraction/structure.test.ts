import { describe, expect, test } from '@jest/globals';
import { speciesOf } from '../../../src/diffraction/atom-sites.ts';
import { reducedFormula } from '../../../src/diffraction/formula.ts';
import { phaseIdOf } from '../../../src/diffraction/phase-id.ts';
import { isGroup, parseOperator, spaceGroupNumberOf } from '../../../src/diffraction/space-group.ts';
import { structureFromCif, structuresFromCifText } from '../../../src/diffraction/structure.ts';
import { parseCif } from '../../../src/domain/cif-syntax.ts';
import { caesiumChloride, cifText, HEMATITE_CIF, RHOMBOHEDRAL_OPERATORS, structureOf } from './sample-structures.ts';

const SCREW = ['x,y,z', '-x,y+1/2,-z'];

describe('symmetry operators', () => {
  test.each([
    ['x,-y+1/2,z', [1, 0, 0, 0, -1, 0, 0, 0, 1], [0, 0.5, 0]],
    ['1/3 - X + y, .66667-x, Z', [-1, 1, 0, -1, 0, 0, 0, 0, 1], [1 / 3, 2 / 3, 0]],
    ['z-1/4,x+5/4,-y', [0, 0, 1, 1, 0, 0, 0, -1, 0], [0.75, 0.25, 0]],
  ])('%s', (text, rotation, translation) => {
    const operator = parseOperator(text);
    expect(operator.rotation.map((entry) => entry + 0)).toEqual(rotation);
    for (let i = 0; i < 3; i++) expect(operator.translation[i]).toBeCloseTo(translation[i]!, 12);
  });

  test.each(['x,y', 'x,y,q', 'x,,z', 'x,xy,z', 'x,x,z', ''])('refuses %p', (text) =>
    expect(() => parseOperator(text)).toThrow(/not a symmetry operator/),
  );

  test('knows a group from a mere list', () => {
    expect(isGroup(RHOMBOHEDRAL_OPERATORS.map(parseOperator))).toBe(true);
    expect(isGroup(RHOMBOHEDRAL_OPERATORS.slice(0, 11).map(parseOperator))).toBe(false);
  });

  test('finds the number of a symbol', () => {
    expect(spaceGroupNumberOf('P 32 2 1')).toBe(154);
    expect(spaceGroupNumberOf('R -3 c :R')).toBe(167);
    expect(spaceGroupNumberOf('nonsense')).toBeNull();
  });
});

describe('structureFromCif', () => {
  test('fills the cell in rhombohedral axes', () => {
    const structure = structuresFromCifText(HEMATITE_CIF, 'hematite.cif');
    expect(structure.atoms.map(({ positions }) => positions.length)).toEqual([4, 6]);
    expect(structure.phaseId).toBe('Fe2O3_167');
    expect(structure.crystalSystem).toBe('rhombohedral');
    // Handbook density of haematite.
    expect(structure.densityGCm3).toBeGreaterThan(5.2);
    expect(structure.densityGCm3).toBeLessThan(5.32);
    expect(structure.warnings).toEqual([]);
  });

  test('merges images on special positions written with few decimals', () => {
    const structure = structureOf({
      name: 'graphite-like',
      cell: [2.5, 2.5, 6.7, 90, 90, 120],
      operators: ['x,y,z', '-y,x-y,z', '-x+y,-x,z'],
      sites: ['A B 0.333 0.667 0.25 1 0.5'],
      extra: ['_space_group_IT_number 143'],
    });
    expect(structure.atoms[0]!.positions).toHaveLength(1);
    expect(structure.atoms[0]!.positions[0]![0]).toBeCloseTo(1 / 3, 12);
    expect(structure.crystalSystem).toBe('trigonal');
  });

  test('takes U, B and anisotropic U alike', () => {
    const u = 0.01;
    const cif = `data_t _cell_length_a 5 _cell_length_b 6 _cell_length_c 7 _cell_angle_alpha 90 _cell_angle_beta 110 _cell_angle_gamma 90
      _symmetry_space_group_name_H-M 'P 1'
      loop_ _atom_site_label _atom_site_type_symbol _atom_site_fract_x _atom_site_fract_y _atom_site_fract_z _atom_site_U_iso_or_equiv
      D1 D 0 0 0 ${u}
      Fe1 Fe3+ .5 .5 .5 ?
      Xx1 Q .5 0 .5 .01
      loop_ _atom_site_aniso_label _atom_site_aniso_U_11 _atom_site_aniso_U_22 _atom_site_aniso_U_33 _atom_site_aniso_U_12 _atom_site_aniso_U_13 _atom_site_aniso_U_23
      Fe1 ${u} ${u} ${u} 0 ${u * Math.cos((70 * Math.PI) / 180)} 0`;
    const structure = structureFromCif(parseCif(cif)[0]!);
    expect(structure.sites.map(({ element }) => element)).toEqual(['H', 'Fe']);
    // The tensor is that of an isotropic atom in this oblique cell: U13 = U cos(beta*).
    for (const site of structure.sites) expect(site.bIsoA2).toBeCloseTo(8 * Math.PI ** 2 * u, 6);
    expect(structure.warnings.join()).toMatch(/Xx1/);
  });

  test('holds the contents against the formula', () => {
    const parts = {
      name: 'salt',
      cell: [5, 6, 7, 90, 90, 90] as const,
      operators: SCREW,
      sites: ['Na Na .1 .2 .3 1 .5', 'Cl Cl .4 .2 .1 1 .5'],
    };
    expect(structureOf({ ...parts, extra: ["_chemical_formula_sum 'Na Cl'", '_cell_formula_units_Z 2'] }).warnings).toEqual([]);
    expect(structureOf({ ...parts, extra: ["_chemical_formula_sum 'Na Cl'", '_cell_formula_units_Z 4'] }).warnings.join()).toMatch(
      /Z is 2/,
    );
    expect(structureOf({ ...parts, extra: ["_chemical_formula_sum 'Na1.1 Cl'"] }).warnings.join()).toMatch(/formula says/);
    expect(() => structureOf({ ...parts, extra: ["_chemical_formula_sum 'Na Br'"] })).toThrow(/formula says Na Br/);
    const hydroxide = structureOf({
      ...parts,
      sites: ['Na Na .1 .2 .3 1 .5', 'O O .4 .2 .1 1 .5'],
      extra: ["_chemical_formula_sum 'H Na O'"],
    });
    expect(hydroxide.formula).toBe('NaOH');
    expect(hydroxide.warnings.join()).toMatch(/2 hydrogen atoms/);
    expect(hydroxide.cellMassU).toBeCloseTo(2 * (22.9898 + 15.9994 + 1.0079), 2);
  });

  test.each([
    [
      'no operators',
      'data_a _cell_length_a 5 _cell_length_b 5 _cell_length_c 5 _atom_site_fract_x 0 _atom_site_fract_y 0 _atom_site_fract_z 0',
      /operators/,
    ],
    ['no atoms', 'data_a _cell_length_a 5', /no CIF block with atoms/],
    [
      'no cell',
      "data_a _symmetry_space_group_name_H-M 'P 1' _atom_site_fract_x 0 _atom_site_fract_y 0 _atom_site_fract_z 0",
      /lattice constant/,
    ],
    [
      'an impossible cell',
      cifText({ name: 'a', cell: [5, 5, 5, 150, 150, 150], operators: ['x,y,z'], sites: ['O O 0 0 0 1 1'] }),
      /impossible/,
    ],
    [
      'half a group',
      cifText({ name: 'a', cell: [5, 5, 5, 90, 90, 90], operators: ['x,y,z', '-y,x,z'], sites: ['O O 0 0 0 1 1'] }),
      /group/,
    ],
  ])('refuses a file with %s, naming it', (_, text, message) => {
    expect(() => structuresFromCifText(text, 'poor.cif')).toThrow(message);
    expect(() => structuresFromCifText(text, 'poor.cif')).toThrow(/poor\.cif/);
  });

  test('an expansion to P1 takes system and number from metric and file name', () => {
    const cif = cifText({
      name: 'x',
      cell: [4.123, 4.123, 4.123, 90, 90, 90],
      operators: ['x,y,z'],
      sites: ['Cs Cs 0 0 0 1 1', 'Cl Cl .5 .5 .5 1 1'],
    });
    const structure = structuresFromCifText(cif, 'CsCl_221.cif');
    expect([structure.spaceGroup, structure.crystalSystem, structure.phaseId]).toEqual([221, 'cubic', 'CsCl_221']);
    expect(caesiumChloride().crystalSystem).toBe('cubic');
    // The named group, not the accidental metric, says what may strain.
    expect(structuresFromCifText(cif, 'CsCl_14.cif').crystalSystem).toBe('monoclinic');
  });
});

test.each([
  ['Zr4+', 'Zr', 4],
  ['O2-', 'O', -2],
  ['O-2', 'O', -2],
  ['Mn', 'Mn', 0],
  ['D', 'H', 0],
  ['OH', 'O', 0],
  ['Wat', 'O', 0],
  ['Nb1', 'Nb', 0],
])('species %s', (text, element, charge) => expect(speciesOf(text)).toMatchObject({ element, charge }));

describe('formulas and ids', () => {
  test.each([
    [{ O: 8, Zr: 4 }, 'ZrO2'],
    [{ Li: 8, C: 4, O: 12 }, 'Li2CO3'],
    [{ H: 6, O: 6, La: 2 }, 'La(OH)3'],
    [{ Na: 4, H: 4, C: 4, O: 12 }, 'NaHCO3'],
    [{ K: 8, O: 16, S: 4 }, 'K2SO4'],
    [{ Li: 55.992, La: 24, Zr: 16, O: 96 }, 'Li7La3Zr2O12'],
    [{ Li: 4, O: 4 }, 'Li2O2'],
    [{ La: 2, O: 4, H: 2 }, 'LaOOH'],
    [{ Li: 0.87, Co: 1, O: 2 }, 'Li0.87CoO2'],
    [{ Zn: 2 }, 'Zn'],
    [{ Al: 2, Mg: 1, O: 4 }, 'MgAl2O4'],
  ])('%j is %s', (amounts, formula) => expect(reducedFormula(new Map(Object.entries(amounts)))).toBe(formula));

  test('of a mirror pair the lower number, unless the references say otherwise', () => {
    const quartz = { name: 'quartz', formula: 'SiO2', spaceGroup: 154 };
    expect(phaseIdOf(quartz)).toBe('SiO2_152');
    expect(phaseIdOf(quartz, ['TiO2_136', 'SiO2_154'])).toBe('SiO2_154');
    expect(phaseIdOf({ name: 'a', formula: 'LiH3O2', spaceGroup: 12 }, ['LiOH-H2O_12'])).toBe('LiOH-H2O_12');
    expect(phaseIdOf({ name: 'a', formula: 'SiC', spaceGroup: 186 }, ['SiC_186_4H', 'SiC_186_6H'])).toBe('SiC_186');
    expect(() => phaseIdOf({ name: 'a', formula: 'SiC', spaceGroup: null })).toThrow(/space group/);
  });
});
