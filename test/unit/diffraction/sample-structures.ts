import { type Structure, structureFromCif } from '../../../src/diffraction/structure.ts';
import { parseCif } from '../../../src/domain/cif-syntax.ts';

/** A minimal CIF from its parts. */
export function cifText(options: {
  readonly name: string;
  readonly cell: readonly [number, number, number, number, number, number];
  readonly operators: readonly string[];
  readonly sites: readonly string[];
  readonly extra?: readonly string[];
}): string {
  const tags = ['length_a', 'length_b', 'length_c', 'angle_alpha', 'angle_beta', 'angle_gamma'];
  return [
    `data_${options.name}`,
    ...tags.map((tag, i) => `_cell_${tag} ${options.cell[i]}`),
    ...(options.extra ?? []),
    'loop_',
    '_space_group_symop_operation_xyz',
    ...options.operators.map((operator) => `'${operator}'`),
    'loop_',
    ...['label', 'type_symbol', 'fract_x', 'fract_y', 'fract_z', 'occupancy', 'b_iso_or_equiv'].map((item) => `_atom_site_${item}`),
    ...options.sites,
    '',
  ].join('\n');
}

export function structureOf(options: Parameters<typeof cifText>[0]): Structure {
  return structureFromCif(parseCif(cifText(options))[0]!);
}

/** R -3 c in rhombohedral axes. */
export const RHOMBOHEDRAL_OPERATORS = [
  'x,y,z',
  'z,x,y',
  'y,z,x',
  '1/2-y,1/2-x,1/2-z',
  '1/2-x,1/2-z,1/2-y',
  '1/2-z,1/2-y,1/2-x',
  '-x,-y,-z',
  '-z,-x,-y',
  '-y,-z,-x',
  '1/2+y,1/2+x,1/2+z',
  '1/2+x,1/2+z,1/2+y',
  '1/2+z,1/2+y,1/2+x',
];

/** Haematite in rhombohedral axes; cell and parameters after Blake et al. 1966, turned from hexagonal axes. */
export const HEMATITE_CIF = cifText({
  name: 'hematite',
  cell: [5.4271, 5.4271, 5.4271, 55.27, 55.27, 55.27],
  operators: RHOMBOHEDRAL_OPERATORS,
  extra: ['_space_group_IT_number 167', "_chemical_formula_sum 'Fe2 O3'", '_cell_formula_units_Z 2'],
  sites: ['Fe1 Fe3+ 0.3553 0.3553 0.3553 1 0.4', 'O1 O2- 0.5559 -0.0559 0.25 1 0.5'],
});

/** Primitive cell of caesium chloride's type: every sum is easy to do by hand. */
export function caesiumChloride(): Structure {
  return structureOf({
    name: 'CsCl',
    cell: [4.123, 4.123, 4.123, 90, 90, 90],
    operators: ['x,y,z'],
    sites: ['Cs Cs 0 0 0 1 0.8', 'Cl Cl 0.5 0.5 0.5 1 1.1'],
    extra: ['_symmetry_space_group_name_H-M P1'],
  });
}
