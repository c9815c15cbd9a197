import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalPhaseId, parseFormula, parsePhaseId, samePhase } from '../../../src/domain/phase.ts';

test.each([
  ['ZrO2_14', { formula: 'ZrO2', spaceGroup: 14, suffix: null }],
  ['La(OH)3_176', { formula: 'La(OH)3', spaceGroup: 176, suffix: null }],
  ['LiOH-H2O_12', { formula: 'LiOH-H2O', spaceGroup: 12, suffix: null }],
  ['Nb2O5_0_TT', { formula: 'Nb2O5', spaceGroup: 0, suffix: 'TT' }],
  ['Li0.98CoO2_166', { formula: 'Li0.98CoO2', spaceGroup: 166, suffix: null }],
])('%s is read', (text, name) => {
  expect(parsePhaseId(text)).toEqual(name);
});

test.each(['', 'ZrO2', 'ZrO2_231', 'ZrO2_14_', '_14', 'Zr O2_14', 'ZrO2_-1'])('%p is no phase id', (text) => {
  expect(parsePhaseId(text)).toBeNull();
});

test.each([
  ['Ca(OH)2', { Ca: 1, O: 2, H: 2 }],
  ['MgAl2O4', { Mg: 1, Al: 2, O: 4 }],
  ['Fe0.95O', { Fe: 0.95, O: 1 }],
  ['(Ca(OH)2)3', { Ca: 3, O: 6, H: 6 }],
  ['LiOH-H2O', { Li: 1, O: 2, H: 3 }],
  ['CaSO4-2H2O', { Ca: 1, S: 1, O: 6, H: 4 }],
  ['CO', { C: 1, O: 1 }],
  ['Co', { Co: 1 }],
])('%s is counted', (formula, amounts) => {
  expect(Object.fromEntries(parseFormula(formula)!)).toEqual(amounts);
});

test.each(['', 'ca', '2CaO', 'Ca(OH', 'CaOH)2', 'Ca-O'])('%p is no formula', (formula) => {
  expect(parseFormula(formula)).toBeNull();
});

test('the order of the elements does not matter; number and suffix do', () => {
  expect(samePhase('LiOH_129', 'LiHO_129')).toBe(true);
  expect(samePhase('Ca(OH)2_164', 'CaH2O2_164')).toBe(true);
  expect(samePhase('TiO2_136', 'TiO2_141')).toBe(false);
  expect(samePhase('SiC_186_4H', 'SiC_186_6H')).toBe(false);
  expect(samePhase('CO_1', 'Co_1')).toBe(false);
});

test('sameness is an equivalence on whatever text there is', () => {
  const text = fc.oneof(fc.constantFrom('LiOH_129', 'LiHO_129', 'HLiO_129', 'TiO2_136', 'O2Ti_136'), fc.string({ maxLength: 8 }));
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(samePhase(a, a)).toBe(true);
      expect(samePhase(a, b)).toBe(samePhase(b, a));
      expect(samePhase(a, b)).toBe(canonicalPhaseId(a) === canonicalPhaseId(b));
    }),
  );
});
