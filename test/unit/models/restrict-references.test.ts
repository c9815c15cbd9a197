import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { holderCif } from '../../../models/holders/holder-names.ts';
import { nearPhaseIds } from '../../../models/near-phase-ids.ts';
import { loadReferences } from '../../../models/references/load-references.ts';
import { restrictReferences } from '../../../models/restrict-references.ts';
import type { SampleKnowledge } from '../../../src/domain/sample-knowledge.ts';

const library = loadReferences('solid-state-precursors');
const nothing: SampleKnowledge = { cifs: [], elements: null, required: [], expected: [], holder: null, internalStandard: null };
const told = (knowledge: Partial<SampleKnowledge>) => restrictReferences(library, { ...nothing, ...knowledge });
const idsOf = (phases: readonly { readonly phaseId: string }[]) => phases.map(({ phaseId }) => phaseId);
const cif = (space: string, name: string) => ({
  file: `${name}.cif`,
  text: readFileSync(new URL(`../../../models/references/${space}/${name}.cif`, import.meta.url), 'utf8'),
});

describe('restrictReferences', () => {
  test('nothing told changes nothing', () => {
    expect(told({})).toEqual({ references: library, addedPhaseIds: [], replacedPhaseIds: [], leftOutPhaseIds: [], expected: [] });
  });

  test('leaves out what holds other elements, and says what', () => {
    const { references, leftOutPhaseIds } = told({ elements: ['Li', 'C', 'O', 'H'], required: ['Li'] });
    expect(idsOf(references)).toEqual(expect.arrayContaining(['Li2CO3_15', 'LiOH_129']));
    expect(idsOf(references)).not.toContain('ZrO2_14');
    expect(references.length + leftOutPhaseIds.length).toBe(library.length);
    expect(leftOutPhaseIds).toContain('ZrO2_14');
  });

  test('a file adds its phase; one of a phase that is known takes its place', () => {
    const { references, addedPhaseIds, replacedPhaseIds } = told({
      cifs: [cif('li-la-zr-o', 'Li2ZrO3_15'), cif('solid-state-precursors', 'CaF2_225')],
    });
    expect(addedPhaseIds).toEqual(['Li2ZrO3_15']);
    expect(replacedPhaseIds).toEqual(['CaF2_225']);
    expect(references).toHaveLength(library.length + 1);
    expect(references.at(-1)).toMatchObject({ phaseId: 'Li2ZrO3_15', role: 'member', citation: 'the file Li2ZrO3_15.cif' });
    const place = idsOf(library).indexOf('CaF2_225');
    expect(references[place]).toMatchObject({ phaseId: 'CaF2_225', citation: 'the file CaF2_225.cif' });
  });

  test('names every file that is refused, with the reason', () => {
    const cifs = [{ file: 'empty.cif', text: 'data_x' }, holderCif('Al'), { ...holderCif('Al'), file: 'again.cif' }];
    expect(() => told({ cifs })).toThrow(/empty\.cif holds no CIF block with atoms; again\.cif: another file brings Al_225 as well/);
  });

  test('an expected phase is found however its formula is written; an unknown one is answered with its neighbours', () => {
    expect(told({ expected: [{ phaseId: 'LiHO_129', probability: 0.7 }] }).expected).toEqual([{ phaseId: 'LiOH_129', probability: 0.7 }]);
    expect(() => told({ expected: [{ phaseId: 'ZrO2_15', probability: 0.7 }] })).toThrow(
      expect.objectContaining({ code: 'badInput', remedy: expect.stringContaining('ZrO2_14') }),
    );
    // Ruled out by its elements: belief and chemistry contradict each other.
    expect(() => told({ elements: ['Li', 'C', 'O'], expected: [{ phaseId: 'ZrO2_14', probability: 0.7 }] })).toThrow(
      'ZrO2_14 is not among',
    );
  });

  test.each<[Partial<SampleKnowledge>, string]>([
    [{ elements: ['Li', 'Xx', 'Yy'] }, 'Xx, Yy is no symbol'],
    [{ required: ['Zz'] }, 'Zz is no symbol'],
    [{ elements: ['Li', 'O'], required: ['Zr'] }, 'required but not among'],
    [{ elements: ['He'] }, 'no phase of the model consists of He alone'],
    [{ required: ['U'] }, 'holds U'],
    [{ elements: ['O', 'Li'], cifs: [holderCif('Al')] }, 'Al_225, which a CIF file brings'],
  ])('refuses what contradicts itself, case %#', (knowledge, message) => {
    expect(() => told(knowledge)).toThrow(expect.objectContaining({ code: 'badInput', message: expect.stringContaining(message) }));
  });
});

test('nearPhaseIds looks at the elements first, then at the letters', () => {
  expect(nearPhaseIds('ZrO2_15', ['Li2O_225', 'SiO2_152', 'ZrO2_137', 'ZrO2_14', 'ZrN_225'])).toEqual([
    'ZrO2_14',
    'ZrO2_137',
    'SiO2_152',
    'ZrN_225',
  ]);
});
