import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkFolder, listPhases, phaseIdOfFile } from '../../../src/app/phases-command.ts';
import { textTable } from '../../../src/app/text-table.ts';

const ROCK_SALT = `data_periclase
_cell_length_a 4.212
_cell_length_b 4.212
_cell_length_c 4.212
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_space_group_IT_number 221
loop_
_space_group_symop_operation_xyz
x,y,z
-x,-y,-z
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Cs 0 0 0
Cl 0.5 0.5 0.5
`;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ewald-phases-'));
  mkdirSync(join(folder, 'deep'));
  writeFileSync(join(folder, 'deep', 'good.cif'), ROCK_SALT);
  writeFileSync(join(folder, 'bad.cif'), 'data_bad\n_cell_length_a 4\n');
  writeFileSync(join(folder, 'notes.txt'), 'no structure');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('phases', () => {
  test('id of a structure file', () => {
    const { result, text } = phaseIdOfFile(join(folder, 'deep', 'good.cif'));
    expect(text).toBe('CsCl_221');
    expect(result).toMatchObject({ phaseId: 'CsCl_221', formula: 'CsCl', spaceGroup: 221 });
    expect(() => phaseIdOfFile(join(folder, 'none.cif'))).toThrow('there is no file');
  });

  test('list names members and distractors', () => {
    const { result, text } = listPhases('solid-state-precursors');
    expect(result['n']).toBe((result['phases'] as unknown[]).length);
    expect(result['phases']).toContainEqual(expect.objectContaining({ phaseId: 'ZrO2_14', role: 'member', spaceGroup: 14 }));
    expect(text).toContain('ZrO2_14');
    expect(() => listPhases('nowhere')).toThrow('no reference space nowhere');
  });

  test('check tells what is refused and why', () => {
    const { result, exitCode, text } = checkFolder(folder);
    expect(result['n']).toBe(2);
    expect(result['loaded']).toEqual([expect.objectContaining({ file: join('deep', 'good.cif'), phaseId: 'CsCl_221' })]);
    expect(result['refused']).toEqual([{ file: 'bad.cif', reason: expect.stringContaining('bad.cif'), remedy: expect.any(String) }]);
    expect(exitCode).toBe(2);
    expect(text).toContain('1 of 2 structure files can be used');
    expect(() => checkFolder(join(folder, 'nowhere'))).toThrow('there is no folder');
  });
});

test('tables stand figures right and words left', () => {
  expect(
    textTable(
      ['a', 'n'],
      [
        ['long name', '5'],
        ['x', '10'],
      ],
    ),
  ).toBe(['a           n', '---------  --', 'long name   5', 'x          10'].join('\n'));
});
