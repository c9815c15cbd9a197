import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { bundleReferences } from '../../../../models/bundle-references.ts';
import { joinPairs } from '../../../../models/references/group-look-alikes.ts';
import { readCifs } from '../../../../models/training/read-cifs.ts';
import { writeReferences } from '../../../../models/training/write-references.ts';

const REFERENCES = join(import.meta.dirname, '../../../../models/references');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ewald-cifs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function give(space: string, phaseId: string, as = `${phaseId}.cif`): void {
  mkdirSync(join(folder, 'cifs', 'deeper'), { recursive: true });
  copyFileSync(join(REFERENCES, space, `${phaseId}.cif`), join(folder, 'cifs', as));
}

test('structures come in the order of their names, what cannot be used is named with the reason', () => {
  give('solid-state-precursors', 'MgO_225', 'deeper/b.cif');
  give('solid-state-precursors', 'TiO2_136', 'a.cif');
  give('solid-state-precursors', 'TiO2_136', 'z.cif');
  writeFileSync(join(folder, 'cifs', 'broken.cif'), 'data_x\n_cell_length_a 4\n');
  writeFileSync(join(folder, 'cifs', 'notes.txt'), 'no structure');
  const { phases, skipped } = readCifs(join(folder, 'cifs'));
  expect(phases.map(({ phaseId, file }) => [phaseId, file])).toEqual([
    ['TiO2_136', 'a.cif'],
    ['MgO_225', join('deeper', 'b.cif')],
  ]);
  expect(skipped.map(({ file }) => file)).toEqual(['broken.cif', 'z.cif']);
  expect(skipped[0]!.reason).toMatch(/no CIF block with atoms/);
  expect(skipped[1]!.reason).toMatch(/copy of a.cif/);
});

test('less than two structures are refused with every reason, a missing folder by its name', () => {
  give('solid-state-precursors', 'MgO_225');
  writeFileSync(join(folder, 'cifs', 'broken.cif'), 'data_x\n');
  expect(() => readCifs(join(folder, 'cifs'))).toThrow(/1 usable structures.*broken\.cif/);
  expect(() => readCifs(join(folder, 'none'))).toThrow(/none/);
});

test('a bundle that carries its references gives them back, groups and all', () => {
  give('li-la-zr-o', 'ZrO2_137', 'tetragonal.cif');
  give('solid-state-precursors', 'ZrO2_225', 'cubic.cif');
  give('li-mn-ti-o-f', 'TiMn2O4_95', 'spiral.cif');
  const { phases } = readCifs(join(folder, 'cifs'));
  const ids = phases.map(({ phaseId }) => phaseId);
  writeReferences(join(folder, 'references'), { spaceId: 'mine', title: 'Mine' }, phases, [['ZrO2_225', 'ZrO2_137']]);
  const read = bundleReferences(folder, { space: 'mine', references: 'references' });
  expect(read.map(({ phaseId }) => phaseId)).toEqual(ids);
  expect(read.find(({ phaseId }) => phaseId === 'ZrO2_225')!.groupPhaseIds).toEqual(['ZrO2_137']);
  expect(read.map(({ structure }) => structure.volumeA3)).toEqual(phases.map(({ structure }) => structure.volumeA3));
});

test('a second structure with the id of an earlier one gets a suffix', () => {
  give('solid-state-precursors', 'MgO_225', 'a.cif');
  give('solid-state-precursors', 'CaO_225', 'b.cif');
  const other = readCifs(join(folder, 'cifs')).phases[0]!.text;
  writeFileSync(join(folder, 'cifs', 'c.cif'), `${other}\n# measured again\n`);
  expect(readCifs(join(folder, 'cifs')).phases.map(({ phaseId }) => phaseId)).toEqual(['MgO_225', 'CaO_225', 'MgO_225_2']);
});

test('pairs join into groups', () => {
  const pairs = [
    ['a', 'c'],
    ['e', 'b'],
    ['c', 'd'],
  ] as const;
  expect(joinPairs(['a', 'b', 'c', 'd', 'e', 'f'], pairs)).toEqual([
    ['a', 'c', 'd'],
    ['b', 'e'],
  ]);
});
