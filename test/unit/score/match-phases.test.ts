import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isAmorphous, isExact, matchPhases } from '../../../src/analysis/score/match-phases.ts';
import { candidate } from '../../support/identifications.ts';

const claims = (...ids: string[]) => ids.map((id) => candidate(id, 0.9));

describe('matching claims with expected phases', () => {
  test('pairs by composition and number, not by spelling', () => {
    const match = matchPhases(['LiOH_129', 'ZrO2_14'], claims('LiHO_129', 'ZrO2_137'), 'strict');
    expect(match.found.map(({ expectedId, claim }) => [expectedId, claim.phaseId])).toEqual([['LiOH_129', 'LiHO_129']]);
    expect(match.missed).toEqual(['ZrO2_14']);
    expect(match.invented).toEqual(['ZrO2_137']);
  });

  test('a phase claimed twice is right once', () => {
    const match = matchPhases(['CaF2_225'], claims('CaF2_225', 'F2Ca_225'), 'strict');
    expect([match.found.length, match.missed, match.invented]).toEqual([1, [], ['F2Ca_225']]);
  });

  test('a stand-in with a suffix is a phase of its own, an amorphous phase is none', () => {
    expect([isAmorphous('SiO2_0'), isAmorphous('Nb2O5_0_TT'), isAmorphous('SiO2_154'), isAmorphous('glass')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    const match = matchPhases(['SiO2_0', 'Nb2O5_0_TT'], claims('SiO2_0', 'Nb2O5_0_TT'), 'strict');
    expect(match.found.map(({ expectedId }) => expectedId)).toEqual(['Nb2O5_0_TT']);
    expect(isExact(match)).toBe(true);
  });

  test('a group claim is right when its group holds an expected phase that is not taken yet', () => {
    const group = candidate('Fe3O4_227', 0.9, { groupPhaseIds: ['Fe3O4_227', 'Fe2O3_212'] });
    expect(isExact(matchPhases(['Fe2O3_212'], [group], 'strict'))).toBe(false);
    expect(isExact(matchPhases(['Fe2O3_212'], [group], 'group'))).toBe(true);
    const twice = matchPhases(['Fe2O3_212'], [group, candidate('Fe2O3_212', 0.8)], 'group');
    expect(twice.found.map(({ claim }) => claim.phaseId)).toEqual(['Fe2O3_212']);
    expect(twice.invented).toEqual(['Fe3O4_227']);
  });

  test('found and missed share out the expected phases, found and invented the claims; a group match finds no fewer', () => {
    const ids = ['MgO_225', 'NiO_225', 'ZrO2_14', 'HfO2_14', 'CaF2_225'];
    const some = fc.uniqueArray(fc.constantFrom(...ids));
    const claim = fc.tuple(fc.constantFrom(...ids), some).map(([id, group]) => candidate(id, 0.9, { groupPhaseIds: group }));
    const claimed = fc.uniqueArray(claim, { selector: ({ phaseId }) => phaseId });
    fc.assert(
      fc.property(some, claimed, (expected, made) => {
        const strict = matchPhases(expected, made, 'strict');
        const group = matchPhases(expected, made, 'group');
        for (const match of [strict, group]) {
          expect(match.found.length + match.missed.length).toBe(expected.length);
          expect(match.found.length + match.invented.length).toBe(made.length);
        }
        expect(group.found.length).toBeGreaterThanOrEqual(strict.found.length);
      }),
    );
  });
});
